"""Values as people may see them: nothing of what they say is left."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.forecast.masks import masked, shape_of, value_at
from flows.forecast.seen import looked_of
from flows.settings import ROOT
from loaders.personal import marks
from loaders.plan import load_plan
from loaders.privacy import Privacy
from mappers.envelope import envelope
from mappers.kinds import Instant, Key
from mappers.outcomes import Draft

AT = Instant("2024-01-31T08:00:00.000000Z")
PLAN = ROOT / "data" / "tracking_plan.yaml"
LEFT = {*"xX9", *string.punctuation, *string.whitespace, *map(chr, range(32)), "\x7f"}


@given(st.text())
def test_no_letter_and_no_digit_is_left_of_a_text(text):
    shape = shape_of(text)
    assert len(shape) == len(text)
    assert set(shape) <= LEFT


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("Ada.Byron+7@example.org", "Xxx.Xxxxx+9@xxxxxxx.xxx"),
        ("Zoë 你好 हिन्दी ½Ⅷ٣ 🎓", "Xxx xx xxxxxx 999 x"),
        (27_000_000_001, 0),
        (-1.5, 0),
        (True, True),
        (None, None),
        ([1, "a", {"b": ["C4"]}], [0, "x", {"b": ["X9"]}]),
    ],
)
def test_shapes(value, shape):
    assert shape_of(value) == shape


def test_a_path_leads_to_its_value_or_to_none():
    message = {"properties": {"products": [{"price": 1}, {"price": None}]}}
    assert value_at(message, ["properties", "products", "0", "price"]) == 1
    for path in ("properties.products.2.price", "properties.products.x", "traits", "properties.products.0.price.y"):
        assert value_at(message, path.split(".")) is None


SAID, PLAIN = "Mallory77", "Plain Words"


def put(body, path, value):
    """Put the value into the body at the path of a schema: into every item of an array, and under any name."""
    place, *rest = path
    if not rest:
        body[place] = value
    elif rest[0] == "[]":
        put(body.setdefault(place, [{}])[0], rest[1:], value)
    else:
        put(body.setdefault(place, {}), rest, value)


@pytest.mark.parametrize("spelled", [False, True], ids=["as planned", "as RudderStack spells"])
@pytest.mark.parametrize("key", [key for key, rule in load_plan(PLAN).rules.items() if looked_of(rule).personal])
def test_ids_and_the_personal_fields_of_every_rule_are_masked(tmp_path, key, spelled):
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN.read_text().replace("use: plan", f"use: {'rudderstack' if spelled else 'plan'}"))
    plan = load_plan(path)
    rule = plan.rules[key]
    whole = {"traits": {}, "properties": {}, "context": {"locale": PLAIN}}
    for found, _, schema in marks(rule.planned):
        put(whole, found, {"street": SAID} if schema.get("type") == "object" else SAID)
    if not any("*" in found for found in looked_of(rule).personal):  # of any name, hence of this too
        put(whole, ("properties", "title"), PLAIN)
        put(whole, ("traits", "title"), PLAIN)
    body = whole["traits" if rule.call in ("identify", "group") else "properties"]
    draft = Draft(key, Key(SAID), None, AT, Key("r"), "", body, Key(SAID), whole["context"])
    message = envelope("1", (), plan.spelling).message(draft, "m", rule.call, rule.event)

    seen = masked(json.loads(json.dumps(message)), looked_of(rule).personal)

    assert SAID not in json.dumps(seen)
    assert json.dumps(seen).count(PLAIN) == json.dumps(message).count(PLAIN)
    assert json.dumps(seen).count("Xxxxxxx99") == json.dumps(message).count(SAID) > 1


def test_pseudonyms_are_masked_as_what_they_stand_for(tmp_path):
    (tmp_path / "privacy.yaml").write_text("classes: { contact: hmac, name: truncate, license: drop }\n")
    plain, disclosed = (load_plan(PLAN, one) for one in (None, Privacy(tmp_path / "privacy.yaml", b"0" * 16)))
    for key, rule in plain.rules.items():
        left = set(looked_of(disclosed.rules[key]).personal)
        assert left == {path for path in looked_of(rule).personal if path[-1] != "license_number"}
