"""What is seen of messages: each figure held against a count of what then arrived, and against pages of every cut."""

import json
from collections import Counter, defaultdict

import pytest
from bundled import KEY, data_plane
from pydantic import SecretStr

from extractors.pages import Axis, Page
from flows import pipeline
from flows.forecast.planning import plan
from flows.forecast.seen import IN_CASE, Look, Looked, Seen
from flows.options import Options
from flows.outcome import MaxDead
from loaders.batches import Message
from loaders.destination_limits import load_limits
from loaders.forbidden_ids import load_id_rules
from mappers.identity import EMAIL, FLOAT, lint_by

ALL = MaxDead(share=1.0)
RULES = {"user_signed_up": Looked("properties", (("properties", "email"),)), "cart": Looked("properties", ())}
WHOLE = Page(Axis.USERS, None, None)
ALONE = WHOLE._replace(keys=("7",))


def message(who, at, rule="cart", **body):
    at = f"{at}T00:00:00.000000Z"
    read = {"userId": who, "timestamp": at, "properties": body, "context": {}}
    return Message(at, "m", "s", "r", rule, "Event", at, json.dumps(read).encode())


def seen(*pages, oldest=()):
    found, look = Seen(), Look(RULES, lint_by(load_id_rules()), dict(oldest))
    for page, users in pages:
        found.see(page, users, look)
    return found


def test_a_user_is_new_in_the_month_of_the_first_message_and_active_in_every_month_of_one():
    ada = [message("user-1", "2024-03-09"), message("user-1", "2023-12-31"), message("user-1", "2024-03-01")]
    bob = [message("user-2", "2024-03-02")]
    found = seen((WHOLE, [ada, bob]), (WHOLE, [[message("user-3", "2025-01-01")]]))
    assert found.new == {"2023-12": 1, "2024-03": 1, "2025-01": 1}
    assert found.active == {"2023-12": 1, "2024-03": 2, "2025-01": 1}
    assert (found.first[:10], found.last[:10]) == ("2023-12-31", "2025-01-01")


def test_a_user_who_is_read_in_slices_is_new_once_and_active_once_a_month():
    slices = [ALONE._replace(to=1), ALONE._replace(after=1, to=2), ALONE._replace(after=2)]
    days = [["2024-01-05", "2024-02-01"], ["2024-02-20", "2024-02-28"], ["2024-02-29", "2024-03-01"]]
    users = [[[message("7.0", day) for day in some]] for some in days]
    again = (WHOLE, [[message("user-2", "2024-02-02")]])
    found = seen(*zip(slices, users, strict=True), again)
    assert found.new == {"2024-01": 1, "2024-02": 1}
    assert found.active == {"2024-01": 1, "2024-02": 2, "2024-03": 1}
    assert found.oddities[FLOAT] == 1


def test_a_slice_in_which_all_was_delivered_before_makes_nobody_new():
    found = seen((ALONE._replace(to=1), []), (ALONE._replace(after=1), [[message("user-7", "2024-05-05")]]))
    assert found.new == found.active == {"2024-05": 1}


def test_messages_before_the_sign_up_are_counted():
    early = [message("user-1", f"2024-01-0{day}") for day in (1, 2, 3)]
    signed_up = message("user-1", "2024-01-03", "user_signed_up", email="ada@example.org")
    found = seen((WHOLE, [[*early, signed_up], early]))
    assert found.before_sign_up == 2
    assert found.personal == {("user_signed_up", ("properties", "email")): 1}


def test_what_is_older_than_a_destination_takes_is_counted_for_it():
    days = [message("user-1", f"2024-01-0{day}") for day in (1, 2, 3, 4)]
    oldest = {"Strict": "2024-01-03T00:00:00.000000Z", "Lax": "2023-01-01T00:00:00.000000Z"}
    assert seen((WHOLE, [days]), oldest=oldest.items()).too_old == {"Strict": 2, "Lax": 0}


def test_odd_ids_are_counted_by_user_and_never_named():
    ids = ("ada@example.org", "123.0", "anonymous", "abc", "User-77", "user-77", "plain-id")
    found = seen((WHOLE, [[message(one, "2024-01-01")] for one in ids]))
    assert (found.oddities[EMAIL], found.oddities[FLOAT], found.oddities[IN_CASE]) == (1, 1, 1)
    assert any("a word that" in kind for kind in found.oddities)
    assert any("shorter than" in kind for kind in found.oddities)
    assert not [one for one in ids for kind in found.oddities if one in kind]


@pytest.fixture(scope="module")
def oldest():
    """Give a destination with a limit."""
    return next(name for name, limit in load_limits().items() if not limit.note)


def test_every_figure_is_that_of_what_then_arrives(settings, tmp_path, oldest):
    own = {"write_key": SecretStr(KEY), "destinations": oldest}
    with data_plane(tmp_path) as plane:
        settings = settings.model_copy(update=own | {"data_plane_url": plane.url})
        planned = plan(settings, Options(), ALL).forecast
        pipeline.run_here(settings, Options(), 2, ALL, contract=planned.contract)
        arrived = [json.loads(one) for one in plane.messages()]
    found, months, fields = planned.seen, defaultdict(list), Counter()
    signed_up, absent = {}, defaultdict(Counter)
    for one in arrived:
        who = one.get("userId") or one["anonymousId"]
        months[who].append(one["timestamp"][:7])
        body = one.get("traits", one.get("properties"))
        name = one.get("event", one["type"].capitalize())
        fields[name] += 1
        absent[name].update([*body])
        if name == "User Signed Up":
            signed_up[who] = one["timestamp"]

    assert found.new == Counter(min(some) for some in months.values())
    assert found.active == Counter(month for some in months.values() for month in set(some))
    assert (found.first[:23], found.last[:23]) == (
        min(one["timestamp"] for one in arrived)[:23],
        max(one["timestamp"] for one in arrived)[:23],
    )
    known = [(one["timestamp"], signed_up.get(one.get("userId"), "")) for one in arrived]
    assert found.before_sign_up == sum(at < then for at, then in known) > 0
    assert found.too_old[oldest] == sum(at < planned.contract.clock[:10] for at, _ in known) > 0  # all are years old
    by_rule = Counter()
    present = defaultdict(Counter)
    for (rule, names), count in found.fields.items():
        event = planned.plan.rules[rule].event
        by_rule[event] += count
        present[event].update(dict.fromkeys(names, count))
    assert by_rule == fields
    assert present == absent
    emails = sum("email" in one.get("traits", ()) for one in arrived if one["type"] == "identify")
    assert found.personal["identify_current", ("traits", "email")] == emails > 0


@pytest.mark.parametrize("rows", [20, 60])
def test_pages_in_parts_change_nothing(settings, monkeypatch, rows):
    whole = plan(settings, Options(), ALL).forecast
    monkeypatch.setattr("extractors.parting.PART_ROWS", rows)
    monkeypatch.setattr("flows.parts.MOST_ROWS", 2 * rows)
    parts = plan(settings, Options(), ALL).forecast
    for name in ("new", "active", "fields", "personal", "first", "last", "samples"):
        assert getattr(parts.seen, name) == getattr(whole.seen, name), name
    assert (parts.violations, parts.examples) == (whole.violations, whole.examples)
    assert parts.contract.model_copy(update={"clock": whole.contract.clock, "totals": whole.contract.totals}) == (
        whole.contract
    )
