"""Rows under policies, of every stream that tells of a person: what leaves in bytes, whatever they hold."""

import zlib
from decimal import Decimal
from types import NoneType, SimpleNamespace
from typing import get_args, get_type_hints

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flows import pipeline
from flows.errors import SettingsInvalid
from flows.options import Options
from flows.sealing import sealer
from flows.settings import ROOT
from loaders.batches import Message
from loaders.ledger.dead_letters import DeadLetter
from loaders.plan import load_plan, personal_fields
from loaders.privacy import Privacy
from mappers.catalog import STREAMS
from mappers.disclosure import ITEM
from mappers.envelope import envelope
from mappers.kinds import Day, Instant, Key
from mappers.licenses import License
from mappers.outcomes import Draft

SHIPPED = ROOT / "data" / "tracking_plan.yaml"
ABOUT_PEOPLE = ("accounts", "memberships", "profile_updates", "license_changes", "web_log", "address_changes")
KNOWN = {"kind": "cart_viewed", "section": "details", "action": "added", "is_deleted": False}
REPLACED = ("send", "drop", "hmac", "truncate")
POLICIES_OF = {
    "contact": REPLACED, "name": REPLACED, "license": REPLACED, "network": REPLACED, "birth": (*REPLACED, "year"),
    "demographic": ("send", "drop"), "address": ("send", "drop"), "unknown": ("send", "drop"),
}  # fmt: skip
TRAITS = ("email", "first_name", "last_name", "phone", "licenses", "birthday", "address", "createdAt", "gender")
CLASSES = st.fixed_dictionaries({}, optional={name: st.sampled_from(of) for name, of in POLICIES_OF.items()})
ALLOWED = st.none() | st.lists(st.sampled_from(TRAITS), unique=True)
TAILS = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="@"), max_size=3)


def value_of(row, name, kind, tail):
    """Return a value that no other column has, of this row or of another kind."""
    number = 10**9 + zlib.crc32(f"{row} {name}".encode())
    if name in KNOWN:
        return KNOWN[name]
    if kind is str:
        special = {"email": f"{number}{tail}@Example.org", "phone": f"+1 {number}"}
        return special.get(name, f"{name}~{number}{tail}")
    return {
        Key: Key(f"{name}-{number}"),
        Instant: Instant("2020-05-06T07:08:09.123456Z"),
        Day: Day(f"19{number % 90 + 10}-{number // 90 % 12 + 1:02}-{number // 1080 % 28 + 1:02}"),
        int: number,
        Decimal: Decimal(number),
    }[kind]


@st.composite
def rows(draw, row_type, **fixed):
    """Give a row with most of its columns filled, now and then with what breaks the plan."""
    hints, values = get_type_hints(row_type), {}
    for name in row_type._fields:
        kinds = get_args(hints[name]) or (hints[name],)
        filled = value_of(row_type.__name__, name, kinds[0], draw(TAILS))
        values[name] = draw(st.sampled_from([filled, filled, filled, None])) if NoneType in kinds else filled
    if values.get("email") and draw(st.integers(0, 5)) == 0:
        values["email"] = "email~nobody"
    return row_type(**values | fixed)


@st.composite
def drafts(draw):
    stream = STREAMS[draw(st.sampled_from(ABOUT_PEOPLE))]
    row = draw(rows(stream.row))
    licenses = draw(st.lists(rows(License, user_id=row.user_id), max_size=2)) if stream.detail else []
    mapped = stream.drafts([row], frozenset(stream.rules), {row.user_id: licenses})
    return stream, [one for one in mapped if isinstance(one, Draft)]


def job(plan):
    sent_as, options = envelope("1.0.0", (), plan.spelling), SimpleNamespace(identify="history")
    streams = tuple(STREAMS.values())
    return SimpleNamespace(source_name="platform", plan=plan, streams=streams, envelope=sent_as, options=options)


@pytest.fixture(scope="module", params=["plan", "rudderstack"])
def plan_path(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "tracking_plan.yaml"
    path.write_text(SHIPPED.read_text("utf-8").replace("\n  use: plan", f"\n  use: {request.param}"), "utf-8")
    return path


def texts_at(value, path):
    """Return every text that stands at a path, or in the object there."""
    if isinstance(value, dict) and path:
        return texts_at(value[path[0]], path[1:]) if path[0] in value else []
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts_at(one, ())]
    if isinstance(value, list):
        return [text for one in value for text in texts_at(one, path[1:] if path[:1] == (ITEM,) else path)]
    return [value] if isinstance(value, str) else []


@settings(
    max_examples=25,
    deadline=None,
    phases=set(Phase) - {Phase.explain},
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(classes=CLASSES, allowed=ALLOWED, made=st.lists(drafts(), min_size=1, max_size=8))
def test_no_clear_value_leaves_and_what_passed_the_plan_passes_what_it_became(plan_path, classes, allowed, made):
    path = plan_path.with_name("privacy.yaml")
    path.write_bytes(orjson.dumps({"classes": classes} | ({} if allowed is None else {"traits": allowed})))
    plan = load_plan(plan_path, Privacy(path, b"a key of the tests' own"))
    open_, closed = (sealer(job(one), "an import") for one in (load_plan(plan_path), plan))
    hidden = [field for field in personal_fields(plan) if field.policy in ("drop", "hmac")]
    all_is_looked_at = "drop" not in [field.policy for field in hidden] and allowed is None

    for stream, several in made:
        for draft in several:
            clear, told = open_(stream.name, draft), closed(stream.name, draft)
            if isinstance(told, DeadLetter):
                assert isinstance(clear, DeadLetter), told
                assert told == clear or not all_is_looked_at
                continue
            assert isinstance(clear, Message) or not all_is_looked_at
            whole = {"traits": draft.body, "properties": draft.body, "context": draft.context or {}}
            held = [text for field in hidden if field.rule == draft.rule for text in texts_at(whole, field.path)]
            assert [text for text in held if orjson.dumps(text)[1:-1] in told.body] == []
            assert told.id == (clear.id if isinstance(clear, Message) else clear.message_id)


@pytest.mark.parametrize("policy", ["hmac", "truncate"])
@pytest.mark.parametrize("email", ["nobody", "S3CRET@", "a@b\ud800", 7], ids=range(4))
def test_what_the_plan_refuses_is_refused_under_a_policy_in_the_same_words(tmp_path, policy, email):
    (tmp_path / "privacy.yaml").write_text(f"classes: {{ contact: {policy} }}")
    plan = load_plan(SHIPPED, Privacy(tmp_path / "privacy.yaml", b"a key of the tests' own"))
    body = {"email": email, "first_name": "Ada", "last_name": "Example"}
    at = Instant("2020-05-06T07:08:09.123456Z")
    draft = Draft("identify_current", Key("u7"), None, at, Key("1"), "", body)

    clear, told = (sealer(job(one), "an import")("accounts", draft) for one in (load_plan(SHIPPED), plan))

    assert clear == told
    assert isinstance(told, DeadLetter)


def test_what_is_dropped_is_not_looked_at(tmp_path):
    (tmp_path / "privacy.yaml").write_text("classes: { contact: drop }")
    plan = load_plan(SHIPPED, Privacy(tmp_path / "privacy.yaml"))
    at = Instant("2020-05-06T07:08:09.123456Z")
    draft = Draft("identify_signed_in", Key("u7"), None, at, Key("1"), "", {"email": "nobody"})

    sealed = sealer(job(plan), "an import")("sign_ins", draft)

    assert orjson.loads(sealed.body)["traits"] == {}


def test_a_worker_under_another_policy_sends_nothing(settings, tmp_path, held):
    """A shard may be worked on another machine, whose settings are its own."""
    (tmp_path / "privacy.yaml").write_text("classes: { contact: drop }")
    closed = settings.model_copy(update={"privacy": tmp_path / "privacy.yaml"})
    before = held()
    with pipeline.prepared(closed, Options(streams=("accounts",))) as run:
        with pytest.raises(SettingsInvalid, match="the privacy file or the key of its pseudonyms is another"):
            pipeline.work(settings, run.run_id, 0)
        assert held() == before
        assert pipeline.work(closed, run.run_id, 0)
