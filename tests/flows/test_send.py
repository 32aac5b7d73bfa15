"""A message by hand: every field arrives where the spec has it, once, and what does not hold is refused whole."""

import json
from threading import Event

import pytest
import yaml
from pydantic import ValidationError
from sent import (
    AT,
    CART,
    CONTEXT,
    CONTEXT_ON_THE_WIRE,
    GROUP_TRAITS,
    GROUP_TRAITS_ON_THE_WIRE,
    TRAITS,
    TRAITS_ON_THE_WIRE,
    arrived,
    asked_of,
    texts_in,
)

from flows.errors import Exit, SettingsInvalid
from flows.sending.context import Context
from flows.sending.delivering import send
from flows.sending.fields import wire_name
from flows.sending.forms import Group, Identify, Properties, Track
from flows.sending.traits import Address, Company, GroupTraits, Traits
from flows.settings import ROOT, DeliverySettings, load
from loaders.errors import DataPlaneStopped, LedgerHeld, LedgerUnusable
from loaders.ledger.lock import holding
from loaders.ledger.opening import disposing, open_ledger
from mappers import messages
from sandbox.faults.catalog import RESET_STORED
from sandbox.faults.plan import FaultPlan
from sandbox.faults.plane import running_faults
from sandbox.gateway.server import GatewaySettings, running_gateway

WRITE_KEY = "wk-flows-0001"
SENDS = ("DATA_PLANE_URL", "WRITE_KEY", "LEDGER_URL", "DESTINATIONS")


@pytest.fixture
def delivery(environment, set_environment):
    """Give the settings of sending alone, without a source or a zone."""

    def settings(**changes):
        needed = {f"BACKFILL_{name}": environment[f"BACKFILL_{name}"] for name in SENDS}
        set_environment(needed | {f"BACKFILL_{name}": value for name, value in changes.items()})
        return load(DeliverySettings)

    return settings


@pytest.fixture
def ledger(tmp_path):
    return tmp_path / "ledger.db"


def refused(form, settings):
    with pytest.raises(SettingsInvalid) as caught:
        send(form, settings)
    return caught.value.faults


@pytest.mark.parametrize(
    ("form", "spec", "elsewhere"),
    [
        (Traits, messages.Traits, {"firstName", "lastName", "name"}),  # the plan spells two; the module has no name
        (GroupTraits, messages.GroupTraits, set()),
        (Properties, messages.Properties, set()),
        (Context, messages.Context, set()),
        (Address, messages.Address, set()),
        (Company, messages.Company, set()),
        *((Context.model_fields[name].annotation, kind, set()) for name, kind in {
            "app": messages.App, "campaign": messages.Campaign, "device": messages.Device, "library": messages.Library,
            "location": messages.Location, "network": messages.Network, "os": messages.OperatingSystem,
            "page": messages.WebPage, "referrer": messages.Referrer, "screen": messages.Screen,
        }.items()),
    ],
)  # fmt: skip
def test_a_form_has_every_field_of_the_spec(form, spec, elsewhere):
    fields = {wire_name(name) for name in form.model_fields}
    assert fields - {"first_name", "last_name"} == set(spec.__annotations__) - elsewhere


def test_an_identify_arrives_with_every_field(delivery, plane, ledger):
    form = Identify(
        user_id="42", anonymous_id="v-9", timestamp=AT, traits=TRAITS, custom={"badges": ["a"], "vip": True}
    )
    became = send(form, delivery(DESTINATIONS="Braze, Amplitude"))

    (message,) = arrived(plane, became.message_id)
    assert (message["type"], message["userId"], message["anonymousId"]) == ("identify", "42", "v-9")
    assert message["timestamp"] == message["originalTimestamp"] == "2024-01-31T18:00:00.000Z"
    assert message["traits"] == message["context"]["traits"] == TRAITS_ON_THE_WIRE | {"badges": ["a"], "vip": True}
    assert message["integrations"] == {"All": False, "Braze": True, "Amplitude": True}
    assert (became.outcome.exit, became.outcome.words) == (0, f"Identify {became.message_id} was delivered.")
    assert asked_of(ledger, "SELECT kind, state FROM runs") == [("send", "done")]
    assert asked_of(ledger, "SELECT state, events FROM batches") == [("delivered", 1)]
    kept = b"".join(path.read_bytes() for path in ledger.parent.glob("ledger.db*"))
    assert {text for text in texts_in(TRAITS) | {WRITE_KEY} if text.encode() in kept} == set()


def test_a_track_arrives_with_its_context_and_its_currency(delivery, plane):
    custom = {"checkout_id": "c1", "products": [{"product_id": "p9", "price": 19.99}]}
    what = {"event": "Checkout Started", "properties": {"revenue": 20}, "custom": custom, "context": CONTEXT}
    form = Track(anonymous_id="v-9", timestamp=AT, **what)
    (message,) = arrived(plane, send(form, delivery()).message_id)

    assert (message["type"], message["event"], message["anonymousId"]) == ("track", "Checkout Started", "v-9")
    assert "userId" not in message
    assert message["properties"] == form.custom | {"revenue": 20, "currency": "USD"}
    assert message["context"] == CONTEXT_ON_THE_WIRE


def test_a_group_arrives_with_every_field(delivery, plane):
    form = Group(user_id="42", group_id="g7", timestamp=AT, traits=GROUP_TRAITS, custom={"beds": 7})
    (message,) = arrived(plane, send(form, delivery()).message_id)

    assert (message["type"], message["userId"], message["groupId"]) == ("group", "42", "g7")
    assert message["traits"] == GROUP_TRAITS_ON_THE_WIRE | {"beds": 7}


def test_a_currency_is_given_or_goes_with_a_revenue_alone(delivery, plane):
    settings = delivery()
    bare = Track(user_id="1", event="Product Added", custom=CART)
    euro = bare.model_copy(update={"properties": Properties(currency="EUR")})

    assert "currency" not in arrived(plane, send(bare, settings).message_id)[0]["properties"]
    assert arrived(plane, send(euro, settings).message_id)[0]["properties"] == CART | {"currency": "EUR"}


def test_an_alias_of_the_plan_is_sent_by_its_name_of_today(delivery, plane):
    form = Track(user_id="1", event="Updated License", custom={"license_id": "7", "action": "added"})
    (message,) = arrived(plane, send(form, delivery()).message_id)
    assert message["event"] == "User Viewed Licenses"


def test_the_same_message_is_sent_once_and_without_a_timestamp_it_is_a_new_one(delivery, plane, ledger):
    settings, form = delivery(), Identify(user_id="42", timestamp=AT, traits={"email": "ada@example.org"})
    first, again = send(form, settings), send(form, settings)
    other = send(form.model_copy(update={"traits": Traits(email="bob@example.org")}), settings)
    now = form.model_copy(update={"timestamp": None})
    ids = {send(now, settings).message_id, send(now, settings).message_id, first.message_id, other.message_id}

    assert again.message_id == first.message_id
    assert again.outcome.words == f"Identify {first.message_id} was delivered before: nothing was sent."
    assert again.outcome.summary.already_delivered == 1
    assert len(arrived(plane, first.message_id)) == 1
    assert len(ids) == 4
    assert asked_of(ledger, "SELECT count(*) FROM batches") == [(4,)]


def test_what_one_source_has_is_sent_to_another_all_the_same(delivery, tmp_path):
    message = Identify(user_id="42", timestamp=AT)
    store = GatewaySettings(store=tmp_path / "two.db", write_keys=("wk-one", "wk-two"))
    with running_gateway(store) as gateway:
        sent = [send(message, delivery(DATA_PLANE_URL=gateway.url, WRITE_KEY=key)) for key in ("wk-one", "wk-two")]
    assert [one.outcome.summary.delivered for one in sent] == [1, 1]
    assert sent[0].message_id != sent[1].message_id


def test_the_plans_other_spelling_is_kept_to(delivery, plane, tmp_path):
    text = (ROOT / "data" / "tracking_plan.yaml").read_text()
    (tmp_path / "plan.yaml").write_text(text.replace("\n  use: plan", "\n  use: rudderstack"))
    form = Identify(user_id="42", timestamp=AT, traits=TRAITS)
    (message,) = arrived(plane, send(form, delivery(PLAN=str(tmp_path / "plan.yaml"))).message_id)

    assert (message["traits"]["firstName"], message["traits"]["company"]) == ("Ada", TRAITS["company"])
    assert not {"first_name", "company_name"} & set(message["traits"])


def test_every_fault_is_said_at_once_and_nothing_is_sent(delivery, held, ledger):
    settings, before = delivery(), held()
    form = Track(
        event="Product Added", timestamp="2999-01-01T00:00:00Z", custom={"Revenue": 3, "price": "dear", "x": 1}
    )
    assert refused(form, settings) == (
        "there is neither a user ID nor an anonymous ID: give one of them",
        "a custom field shadows revenue: fill in the standard one, or rename it",
        "timestamp: it must be from 1971 on and not in the future",
        *refused(Track(user_id="1", event="Product Added", custom={"Revenue": 3, "price": "dear", "x": 1}), settings)[
            1:
        ],
    )
    assert any("Required-Missing at properties.cart_id: required; fill it in" in one for one in refused(form, settings))
    assert held() == before
    assert not ledger.exists()


@pytest.mark.parametrize("name", ["email", "firstName", "First Name", "createdAt", "created_at", "companyName"])
def test_a_custom_trait_may_not_shadow_a_standard_one_in_any_spelling(delivery, name):
    faults = refused(Identify(user_id="1", custom={name: "x"}), delivery())
    assert faults[0].startswith("a custom field shadows ")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (Group(user_id="1", group_id=" "), "there is no group ID: give it"),
        (Track(user_id="1", event="product added"), "near it are Product Added, Product Removed"),
        (Track(user_id="1", event="zzzz ada@example.org"), "no such event; it has User Signed Up, User Signed In"),
        (Track(user_id="1", event="Cart Viewed"), "has Cart Viewed as live, and only what is active is sent"),
        (Track(user_id="1", event="Logout"), "has Logout as live"),
        (Identify(user_id="1", custom={"licenses": "nurse"}), "Datatype-Mismatch at traits.licenses: type"),
        (Identify(user_id="1", custom={"_": 1}), "a custom field has no name"),
        (Identify(user_id="1", custom={"big": 2**60}), "Not-Encodable at Integer exceeds 53-bit range"),
        (Identify(user_id="1", custom={"long": "x" * 40_000}), "Event-Too-Large"),
        (Track(user_id="1", event="User Signed In", custom={"colour": 1}), "the plan has nothing there but no field"),
    ],
)
def test_a_refusal_says_the_cure_and_not_what_was_typed(delivery, form, words):
    (fault,) = refused(form, delivery())
    assert words in fault
    assert "ada@example.org" not in fault


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"timestamp": "2024-01-31T18:00:00"}, "has no offset: write it as 2024-01-31T18:00:00Z"),
        ({"traits": {"email": "ada at example"}}, "must be an address, as ada@example.org"),
        ({"traits": {"phone": "ext 5"}}, "has no digit but those of an extension"),
        ({"traits": {"age": 200}}, "less than or equal to 150"),
        ({"traits": {"firstname": "Ada"}}, "Extra inputs are not permitted"),
    ],
)
def test_a_form_that_does_not_fit_says_so_without_what_was_typed(fields, words):
    with pytest.raises(ValidationError) as caught:
        Identify(user_id="1", **fields)
    assert words in str(caught.value)
    assert "ada at example" not in str(caught.value)


def test_what_the_plane_refuses_is_a_dead_letter_and_is_mended_once_it_takes_it(delivery, plane, ledger):
    """A data plane that takes less than our batches may have, and then takes it."""
    settings = delivery()
    form = Identify(user_id="42", timestamp=AT, traits={"email": "ada@example.org"}, custom={"long": "x" * 9_000})
    small = GatewaySettings(store=ledger.with_name("small.db"), write_keys=(WRITE_KEY,), max_bytes=4_000)
    with running_gateway(small) as gateway:
        dead = send(form, delivery(DATA_PLANE_URL=gateway.url))
    letters = "SELECT stream, reason, message_id, status FROM dead_letters"

    assert dead.outcome.exit is Exit.UNBALANCED
    assert dead.outcome.words == (
        f"Identify {dead.message_id} is a dead letter: the data plane refused it: "
        "413 request size exceeds max limit. `backfill status` counts it."
    )
    assert asked_of(ledger, letters) == [("by_hand", "Refused-413", dead.message_id, "open")]
    assert arrived(plane, dead.message_id) == []

    assert send(form, settings).outcome.exit is Exit.DONE
    assert asked_of(ledger, letters)[0][3] == "mended"


def test_what_has_no_certain_answer_is_in_doubt_and_goes_again_with_its_id(delivery, plane, ledger):
    form = Identify(user_id="42", traits={"email": "ada@example.org"})
    with running_faults(plane.url, FaultPlan(script=(RESET_STORED,))) as broken:
        lost = send(form, delivery(DATA_PLANE_URL=broken.url, PATIENCE_SECONDS="0"))
    (message,) = arrived(plane, lost.message_id)

    assert lost.outcome.exit is Exit.STOPPED
    assert lost.outcome.words.endswith(f"sent again with the timestamp {message['timestamp']} it keeps its id.")
    assert asked_of(ledger, "SELECT state FROM runs") == [("stopped",)]

    again = send(Identify.model_validate(form.model_dump() | {"timestamp": message["timestamp"]}), delivery())
    assert (again.message_id, again.outcome.exit) == (lost.message_id, Exit.DONE)
    assert asked_of(ledger, "SELECT state FROM batches ORDER BY batch_id") == [("superseded",), ("delivered",)]


def test_a_data_plane_that_is_not_there_stops_it_before_anything_is_written(delivery, ledger):
    with pytest.raises(DataPlaneStopped, match="check BACKFILL_DATA_PLANE_URL"):
        send(Identify(user_id="42"), delivery(DATA_PLANE_URL="http://127.0.0.1:9"))
    assert asked_of(ledger, "SELECT count(*) FROM runs") == [(0,)]


def test_one_run_at_a_time_and_one_source_a_ledger(delivery):
    settings, form = delivery(), Identify(user_id="42", traits={"email": "ada@example.org"})
    with (
        disposing(open_ledger(settings.ledger_url.get_secret_value())) as ledger,
        holding(ledger, "platform", "another-run", Event()),
        pytest.raises(LedgerHeld),
    ):
        send(form, settings)
    send(form, settings)
    with pytest.raises(LedgerUnusable, match="BACKFILL_SOURCE_NAME is shop, the ledger's last run had platform"):
        send(form, delivery(SOURCE_NAME="shop"))


def test_a_plan_without_the_rule_says_where_to_get_it(delivery, tmp_path):
    plan = yaml.safe_load((ROOT / "data" / "tracking_plan.yaml").read_text())
    plan["rules"] = [rule for rule in plan["rules"] if rule["key"] != "identify_by_hand"]
    (tmp_path / "plan.yaml").write_text(json.dumps(plan))
    (fault,) = refused(Identify(user_id="1"), delivery(PLAN=str(tmp_path / "plan.yaml")))
    assert "no active rule identify_by_hand: take it over" in fault
