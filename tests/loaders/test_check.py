"""The last look: every violation by its name, and never a value in its words."""

from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.check import MAX_EVENT_BYTES, Violation, encoded, violations
from loaders.plan import load_plan

PLAN = load_plan(Path(__file__).parents[2] / "data" / "tracking_plan.yaml")
MESSAGE = {
    "messageId": "9f2f2f70-5d5f-5a6e-9d0a-0d9f6c1f0a11",
    "userId": "u7",
    "timestamp": "2020-01-01T00:00:00.000Z",
    "originalTimestamp": "2020-01-01T00:00:00.000Z",
    "channel": "server",
    "context": {"library": {"name": "relias-backfill", "version": "1.0.0"}},
    "integrations": {"All": False},
}
ORDER = MESSAGE | {
    "type": "track",
    "event": "Order Completed",
    "properties": {"order_id": "8000", "total": 1.0, "revenue": 1.0, "products": []},
}
TRAITS = {"email": "ada@example.org", "first_name": "Ada", "last_name": "Example"}
IDENTIFY = MESSAGE | {"type": "identify", "traits": TRAITS}


def order(**properties):
    return ORDER | {"properties": ORDER["properties"] | properties}


def without(message, *names):
    return {name: value for name, value in message.items() if name not in names}


def check(message):
    return encoded(PLAN.rules["order_completed" if message["type"] == "track" else "identify_current"], message)


def test_a_message_that_holds_is_its_json():
    assert orjson.loads(check(ORDER)) == ORDER
    assert orjson.loads(check(IDENTIFY)) == IDENTIFY


VIOLATIONS = [
    ("Required-Missing", without(ORDER, "timestamp"), "message.timestamp: required"),
    ("Required-Missing", without(ORDER, "userId"), "message.userId: required"),
    ("Required-Missing", ORDER | {"properties": without(ORDER["properties"], "total")}, "properties.total: required"),
    ("Required-Missing", IDENTIFY | {"traits": without(TRAITS, "email")}, "traits.email: required"),
    ("Required-Missing", IDENTIFY | {"traits": without(TRAITS, "first_name")}, "traits.first_name: required"),
    ("Required-Missing", IDENTIFY | {"traits": without(TRAITS, "last_name")}, "traits.last_name: required"),
    ("Required-Missing", order(products=[{"name": "x"}]), "properties.products.0.product_id: required"),
    ("Datatype-Mismatch", order(total="1.00"), "properties.total: type"),
    ("Datatype-Mismatch", order(total=None), "properties.total: type"),
    ("Datatype-Mismatch", order(total=True), "properties.total: type"),
    ("Datatype-Mismatch", order(order_id=8000), "properties.order_id: type"),
    ("Datatype-Mismatch", ORDER | {"userId": 7}, "userId: type"),
    ("Datatype-Mismatch", without(ORDER, "userId") | {"anonymousId": None}, "anonymousId: type"),
    ("Datatype-Mismatch", order(total=float("nan")), "properties.total: type"),
    ("Datatype-Mismatch", order(total=float("inf")), "properties.total: type"),
    ("Additional-Properties", order(card_number="4111"), "properties: additionalProperties"),
    ("Additional-Properties", ORDER | {"sentAt": "2020-01-01T00:00:00.000Z"}, "message: additionalProperties"),
    ("Additional-Properties", IDENTIFY | {"traits": TRAITS | {"password": "x"}}, "traits: additionalProperties"),
    ("Unknown-Violation", order(currency="usd"), "properties.currency: pattern"),
    ("Unknown-Violation", order(coupon=""), "properties.coupon: minLength"),
    ("Unknown-Violation", order(order_id="x" * 201), "properties.order_id: maxLength"),
    ("Unknown-Violation", ORDER | {"userId": " "}, "userId: pattern"),
    ("Unknown-Violation", ORDER | {"channel": "mobile"}, "channel: const"),
    ("Unknown-Violation", ORDER | {"timestamp": "2020-02-30T00:00:00.000Z"}, "timestamp: format"),
    ("Unknown-Violation", ORDER | {"timestamp": "2020-01-01T00:00:00Z"}, "timestamp: minLength"),
    ("Unknown-Violation", IDENTIFY | {"traits": TRAITS | {"email": "nobody"}}, "traits.email: pattern"),
    ("Unknown-Violation", IDENTIFY | {"traits": TRAITS | {"phone": "919-555-0100"}}, "traits.phone: pattern"),
    ("Unknown-Violation", IDENTIFY | {"traits": TRAITS | {"phone": "٣"}}, "traits.phone: pattern"),
    ("Unknown-Violation", IDENTIFY | {"traits": TRAITS | {"birthday": "1980-02-30"}}, "traits.birthday: format"),
    ("Not-Encodable", order(total=2**53 + 1), "Integer exceeds 53-bit range"),
    ("Not-Encodable", order(total=-(2**53) - 1), "Integer exceeds 53-bit range"),
    ("Not-Encodable", order(total=2**64), "Integer exceeds 64-bit range"),
    ("Not-Encodable", order(total=10**400), "Integer exceeds 64-bit range"),
    ("Not-Encodable", order(total=Decimal("1.00")), "Type is not JSON serializable: decimal.Decimal"),
    ("Not-Encodable", order(coupon="\ud800"), "str is not valid UTF-8: surrogates not allowed"),
]


@pytest.mark.parametrize(("name", "message", "detail"), VIOLATIONS, ids=[f"{row[0]} {row[2]}" for row in VIOLATIONS])
def test_a_violation_has_its_name_and_its_place(name, message, detail):
    assert Violation(name, detail) == check(message)


@pytest.mark.parametrize(
    "message",
    [
        ORDER | {"userId": "\udc80"},
        order(currency="\ud800"),
        order(**{"\ud800": 1}),
        IDENTIFY | {"traits": TRAITS | {"email": "a@\udfff"}},
    ],
    ids=["user id", "currency", "property name", "e-mail"],
)
def test_a_lone_surrogate_is_a_violation_wherever_the_plan_looks_at_the_text(message):
    assert check(message).name == "Not-Encodable"


@pytest.mark.parametrize("message_id", ["", "x", "9f2f2f70-5d5f-5a6e-9d0a"])
def test_a_message_id_that_is_no_uuid_is_a_violation(message_id):
    assert check(ORDER | {"messageId": message_id}).name == "Unknown-Violation"


def test_the_largest_safe_integers_pass():
    assert isinstance(check(order(total=2**53 - 1)), bytes)
    assert isinstance(check(order(total=-(2**53) + 1)), bytes)


def padded(size):
    return order(coupon="x" * (size - len(check(order(coupon="x"))) + 1))


def test_an_event_of_exactly_the_limit_passes_and_a_byte_more_does_not():
    assert len(check(padded(MAX_EVENT_BYTES))) == MAX_EVENT_BYTES == 32 * 1024 - 1
    assert Violation("Event-Too-Large", "32768 bytes, at most 32767") == check(padded(MAX_EVENT_BYTES + 1))


def test_the_limit_is_of_bytes_and_not_of_characters():
    assert check(order(coupon="ü" * 17_000)).name == "Event-Too-Large"


@given(st.text())
def test_any_text_is_sent_as_it_is_or_refused(text):
    checked = check(order(affiliation=text))

    if isinstance(checked, bytes):
        assert orjson.loads(checked)["properties"]["affiliation"] == text
    else:
        assert checked.name == "Not-Encodable" if "\0" in text else (checked.name, text) == ("Unknown-Violation", "")


PLACES = [
    lambda secret: order(total=secret),
    lambda secret: order(currency=secret),
    lambda secret: order(coupon=[secret]),
    lambda secret: order(products=secret),
    lambda secret: order(products=[secret]),
    lambda secret: order(products=[{"product_id": "1", secret: 1}]),
    lambda secret: order(products=[{"product_id": {"of": secret}}]),
    lambda secret: order(order_id=secret * 201),
    lambda secret: order(coupon=secret * 33_000),
    lambda secret: order(coupon=f"{secret}\ud800"),
    lambda secret: order(**{secret: secret}),
    lambda secret: ORDER | {secret: 1},
    lambda secret: ORDER | {"channel": secret},
    lambda secret: ORDER | {"timestamp": secret},
    lambda secret: ORDER | {"messageId": [secret]},
    lambda secret: ORDER | {"context": secret},
    lambda secret: ORDER | {"context": ORDER["context"] | {"ip": [secret]}},
    lambda secret: ORDER | {"integrations": {"All": secret}},
    lambda secret: IDENTIFY | {"traits": TRAITS | {"email": secret}},
    lambda secret: IDENTIFY | {"traits": TRAITS | {"phone": secret}},
    lambda secret: IDENTIFY | {"traits": TRAITS | {"birthday": secret}},
    lambda secret: IDENTIFY | {"traits": TRAITS | {"licenses": [{"license_id": "1", "license_number": [secret]}]}},
    lambda secret: IDENTIFY | {"traits": secret},
]


@pytest.mark.parametrize("place", PLACES, ids=range(len(PLACES)))
@settings(max_examples=15, deadline=None)
@given(tail=st.text(max_size=10))
def test_the_words_of_a_violation_never_hold_the_value(place, tail):
    secret = f"S3CRET {tail}"  # with a blank, so that it is no e-mail either
    checked = check(place(secret))

    assert isinstance(checked, Violation)
    assert "S3CRET" not in f"{checked}"


def test_every_violation_is_told_where_that_is_asked_for():
    rule = PLAN.rules["product_added"]
    bare = {"type": "track", "messageId": "0" * 36, "event": "Product Added", "channel": "server"}
    found = violations(rule, {**bare, "properties": {"price": "dear", "colour": 1}})

    assert encoded(rule, {**bare, "properties": {"price": "dear", "colour": 1}}) in found
    assert {
        ("Required-Missing", "message.timestamp: required"),
        ("Required-Missing", "properties.cart_id: required"),
        ("Datatype-Mismatch", "properties.price: type"),
        ("Additional-Properties", "properties: additionalProperties"),
        ("Required-Missing", "message.userId: required"),
        ("Required-Missing", "message.anonymousId: required"),
        ("Unknown-Violation", "message: anyOf"),
    } <= set(found)
    assert [one.name for one in violations(rule, {**bare, "big": 2**60})] == ["Not-Encodable"]
