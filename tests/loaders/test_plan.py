"""The tracking plan file: the shipped one says what the plan says, and its switches change what they should."""

import hashlib
from pathlib import Path

import pytest

from loaders.check import Violation, encoded
from loaders.plan import load_plan
from mappers.envelope import envelope
from mappers.ids import identifier
from mappers.kinds import Instant, Key
from mappers.outcomes import Draft

SHIPPED = Path(__file__).parents[2] / "data" / "tracking_plan.yaml"
PLAN = load_plan(SHIPPED)

SERVER_SIDE = [  # the plan's first table: call, name, the rule that we gave it
    ("identify", None, "identify_signed_up"),
    ("track", "User Signed Up", "user_signed_up"),
    ("identify", None, "identify_signed_in"),
    ("track", "User Signed In", "user_signed_in"),
    ("identify", None, "identify_updated_profile"),
    ("track", "User Updated Profile", "user_updated_profile"),
    ("identify", None, "identify_viewed_licenses"),
    ("track", "User Viewed Licenses", "user_viewed_licenses"),
    ("track", "Product Added", "product_added"),
    ("track", "Product Removed", "product_removed"),
    ("track", "Checkout Started", "checkout_started"),
    ("track", "Order Completed", "order_completed"),
]
CLIENT_SIDE = [  # the plan's second table: name, call where it has one, status, whether a database can hold it
    ("Page View", "page", {"live"}, True),
    ("Chat with Chatbot", None, {"placeholder"}, False),
    ("Forgot Password Button Clicked", "track", {"deferred"}, False),
    ("Forgot Password Email Requested", "track", {"deferred"}, True),
    ("Forgot Password Email Sent", "track", {"deferred"}, True),
    ("Logout", None, {"live"}, False),
    ("Cart Viewed", "track", {"live"}, True),
    ("Product List Viewed", "track", {"live"}, True),
    ("Product Clicked", "track", {"live"}, True),
    ("Product Viewed", "track", {"live"}, True),
    ("Promotion Viewed", "track", {"in question"}, True),
    ("Promotion Clicked", "track", {"in question"}, True),
    ("Billing Address Updated", "track", {"in question", "deferred"}, True),
]


@pytest.mark.parametrize(("call", "name", "key"), SERVER_SIDE)
def test_every_server_side_row_of_the_plan_is_active(call, name, key):
    rule = PLAN.rules[key]

    assert (rule.call, rule.event, rule.active) == (call, name or "Identify", True)


@pytest.mark.parametrize(("name", "call", "statuses", "in_source"), CLIENT_SIDE)
def test_every_client_side_row_of_the_plan_keeps_its_row_and_its_status(name, call, statuses, in_source):
    (rule,) = [rule for rule in PLAN.rules.values() if rule.event == name]

    assert call in (None, rule.call)
    assert rule.status in statuses
    assert rule.in_source == in_source
    assert not rule.active


def test_only_one_row_keeps_its_older_name():
    assert {rule.key: rule.aliases for rule in PLAN.rules.values() if rule.aliases} == {
        "user_viewed_licenses": ("Updated License",)
    }


def test_no_event_stands_twice_and_group_and_the_current_identify_are_there_beside_the_plan():
    planned = [rule.event for rule in PLAN.rules.values() if rule.call not in ("identify", "group")]

    assert len(set(planned)) == len(planned)
    assert {rule.key for rule in PLAN.rules.values() if rule.active} == {key for *_, key in SERVER_SIDE} | {
        "identify_current",
        "group_organisation",
    }


def test_the_digest_is_that_of_the_file():
    assert hashlib.sha256(SHIPPED.read_bytes()).hexdigest() == PLAN.digest


REQUIRED = {
    "identify_current": {"email": "a@example.org", "first_name": "Ada", "last_name": "Example"},
    "identify_signed_up": {"email": "a@example.org", "first_name": "Ada", "last_name": "Example"},
    "identify_signed_in": {"email": "a@example.org"},
}


def sealed(plan, key, body, **changed):
    rule = plan.rules[key]
    draft = Draft(key, Key("u7"), None, Instant("2020-01-01T00:00:00.000000Z"), Key("1"), "", body)._replace(**changed)
    message_id = identifier("platform")("a_stream", draft)
    return envelope("1.0.0", (), plan.spelling).message(draft, message_id, rule.call, rule.event)


@pytest.mark.parametrize(("key", "name"), [(key, name) for key, traits in REQUIRED.items() for name in traits])
def test_the_traits_that_the_plan_requires_are_required(key, name):
    traits = dict(REQUIRED[key])
    assert isinstance(encoded(PLAN.rules[key], sealed(PLAN, key, traits)), bytes)
    del traits[name]

    assert encoded(PLAN.rules[key], sealed(PLAN, key, traits)) == Violation(
        "Required-Missing", f"traits.{name}: required"
    )


@pytest.mark.parametrize("section", ["details", "password", "credit_card"])
def test_a_profile_update_tells_its_section_and_never_a_password_or_a_card(section):
    rule = PLAN.rules["user_updated_profile"]

    assert isinstance(encoded(rule, sealed(PLAN, rule.key, {"section": section})), bytes)
    for secret in ("password", "card_number", "email"):
        found = encoded(rule, sealed(PLAN, rule.key, {"section": section, secret: "x"}))
        assert found == Violation("Additional-Properties", "properties: additionalProperties")


def test_renaming_an_event_to_its_alias_changes_its_name_and_no_id(plan_file):
    text = SHIPPED.read_text(encoding="utf-8")
    renamed = load_plan(plan_file(text.replace("event: User Viewed Licenses", "event: Updated License")))
    body = {"license_id": "901", "action": "added"}

    now = sealed(PLAN, "user_viewed_licenses", body)
    then = sealed(renamed, "user_viewed_licenses", body)

    assert (now.pop("event"), then.pop("event")) == ("User Viewed Licenses", "Updated License")
    assert now == then
    assert now["messageId"] == then["messageId"]
    assert renamed.digest != PLAN.digest


@pytest.fixture
def respelled(plan_file):
    return load_plan(plan_file(SHIPPED.read_text(encoding="utf-8").replace("\n  use: plan", "\n  use: rudderstack")))


def test_the_spelling_switch_changes_the_traits_and_what_is_required(respelled):
    traits = {"email": "a@example.org", "first_name": "Ada", "last_name": "Example", "company_name": "Hill House"}
    rule = respelled.rules["identify_current"]
    message = sealed(respelled, rule.key, traits)

    assert message["traits"] == {
        "email": "a@example.org",
        "firstName": "Ada",
        "lastName": "Example",
        "company": {"name": "Hill House"},
    }
    assert isinstance(encoded(rule, message), bytes)
    assert encoded(rule, sealed(PLAN, rule.key, traits)) == Violation("Required-Missing", "traits.firstName: required")
    assert encoded(PLAN.rules[rule.key], message).name == "Required-Missing"
    assert PLAN.spelling == {}


def test_a_respelled_name_keeps_its_shape(respelled):
    rule = respelled.rules["identify_current"]
    traits = {"email": "a@example.org", "first_name": "Ada", "last_name": "Example"}

    assert encoded(rule, sealed(respelled, rule.key, traits | {"first_name": ""})).detail == (
        "traits.firstName: minLength"
    )
    assert encoded(rule, sealed(respelled, rule.key, traits | {"company_name": 7})).detail == (
        "traits.company.name: type"
    )


def test_two_names_may_go_into_one_object_and_both_keep_their_shape(plan_file):
    text = SHIPPED.read_text(encoding="utf-8").replace("\n  use: plan", "\n  use: rudderstack")
    text = text.replace(
        "    company_name: company.name\n", "    company_name: company.name\n    title: company.title\n"
    )
    plan = load_plan(plan_file(text))
    traits = {"email": "a@example.org", "first_name": "Ada", "last_name": "Example", "company_name": 7, "title": "RN"}

    found = encoded(plan.rules["identify_current"], sealed(plan, "identify_current", traits))

    assert found == Violation("Datatype-Mismatch", "traits.company.name: type")


def test_the_spelling_switch_leaves_every_other_call_alone(respelled):
    for rule in PLAN.rules.values():
        if rule.call != "identify":
            assert rule.schema == respelled.rules[rule.key].schema
