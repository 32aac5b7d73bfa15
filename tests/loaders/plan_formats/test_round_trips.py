"""Plans of all shapes go out and come back: the same rules, wherever the format can say them."""

import json

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.plan import load_plan
from loaders.plan_formats import rudder_cli, rudderstack, segment
from loaders.plan_formats.envelope import enveloped
from loaders.plan_formats.rules import key_of

NAMES = st.sampled_from(["id", "email", "type", "properties", "items", "Größe", "a b", "required", "$ref", "x"])
FLAT = st.sampled_from(
    [
        {},
        {"type": "string"},
        {"type": "string", "minLength": 1, "pattern": "^a"},
        {"type": "string", "format": "date"},
        {"type": "string", "enum": ["a", "b"]},
        {"type": "integer", "minimum": 0},
        {"type": "number", "exclusiveMaximum": 9, "multipleOf": 0.5},
        {"type": "boolean", "enum": [True]},
        {"type": ["string", "null"], "maxLength": 9},
        {"type": "array", "uniqueItems": True},
        {"type": "array", "items": {"type": "string"}},
        {"type": "array", "items": {"type": ["string", "number"]}},
        {"type": "object"},
    ]
)
DESCRIBED = st.tuples(FLAT, st.sampled_from([{}, {"description": "What it is"}])).map(lambda parts: parts[0] | parts[1])


def objects(inner):
    """Give the schemas of objects that are not empty."""
    named = st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    extra = st.sampled_from([{}, {"additionalProperties": False}, {"additionalProperties": True}])
    return st.tuples(named, st.sets(NAMES), extra).map(
        lambda parts: {
            "type": "object",
            "properties": parts[0],
            **({"required": wanted} if (wanted := [name for name in parts[0] if name in parts[1]]) else {}),
            **parts[2],
        }
    )


def lists(inner):
    return objects(inner).map(lambda one: {"type": "array", "items": one})


VALUES = st.recursive(DESCRIBED, lambda inner: objects(inner) | lists(inner), max_leaves=5)
BODIES = objects(VALUES).map(lambda body: {"additionalProperties": True} | body)
ONCE = BODIES.filter(lambda body: json.dumps(body).count('"description"') == 0)


def plan(bodies):
    calls = ["identify", "group", "page", "track", "track", "track"]
    rules = []
    for number, body in enumerate(bodies):
        call = calls[number]
        event = {"track": {"event": f"Event {number}"}, "page": {"event": "Page View"}}.get(call, {})
        row = {"key": key_of(call, event.get("event", "")), "call": call, "status": "active", "version": "2-0-0"}
        rules.append(row | event | {"schema": enveloped(call, body)})
    return {"name": "Shop", "version": "1-0-0", "rules": rules}


ANY_PLAN = st.lists(BODIES, min_size=1, max_size=6).map(plan)


@pytest.mark.parametrize("module", [rudderstack, segment])
@settings(max_examples=60, deadline=None)
@given(ours=ANY_PLAN)
def test_a_plan_comes_back_from_json_word_for_word(module, ours):
    exported = module.exported(ours)

    back = module.imported(json.loads(json.dumps(exported.document)))

    assert exported.notes == ()
    assert back.document["rules"] == ours["rules"]
    assert module.exported(back.document) == exported


def agree(one, other, values):
    first, second = (jsonschema_rs.Draft7Validator(schema, validate_formats=True) for schema in (one, other))
    return [value for value in values if first.is_valid(value) != second.is_valid(value)]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.sampled_from(["", "a", "abc", "2020-01-01", "b"])
    | st.just(0.5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(body=ONCE, values=st.lists(st.dictionaries(NAMES, JSON, max_size=3), min_size=5, max_size=10))
def test_a_rule_comes_back_from_rudder_cli_with_the_same_verdicts(body, values):
    exported = rudder_cli.exported(plan([body]))
    if any("rudder-cli" in note for note in exported.notes if "version" not in note):
        return  # it said that it cannot say all of it

    back = rudder_cli.imported(yaml.safe_load(yaml.safe_dump(exported.document)))

    (row,) = back.document["rules"]
    assert agree(body, row["schema"]["properties"]["traits"], values) == []
    assert rudder_cli.exported(back.document).document == exported.document


def test_most_plans_can_be_said_in_rudder_cli_at_all():
    """Else the test above would show nothing."""
    said = []

    @settings(max_examples=100, deadline=None, database=None)
    @given(body=ONCE)
    def look(body):
        said.append(not [note for note in rudder_cli.exported(plan([body])).notes if "version" not in note])

    look()
    assert sum(said) > len(said) / 3


@pytest.mark.parametrize(
    ("body", "note"),
    [
        ({"minProperties": 1}, "rule identify_current: `minProperties` cannot be said in rudder-cli YAML"),
        (
            {"additionalProperties": {"type": "string"}},
            "rule identify_current: a schema in `additionalProperties` cannot be said in rudder-cli YAML",
        ),
        ({"required": ["a"]}, "rule identify_current: `required` of a, which it does not describe, cannot be said in"),
        ({"properties": {"a": {"anyOf": []}}}, "rule identify_current, a: `anyOf` cannot be said in rudder-cli YAML"),
        (
            {"properties": {"a": {"format": "uri"}}},
            "rule identify_current, a: `format` cannot be said in rudder-cli YAML",
        ),
        (
            {"properties": {"a": {"type": "array", "items": {"type": "string", "minLength": 1}}}},
            "rule identify_current, a: `items.minLength` cannot be said in rudder-cli YAML",
        ),
        (
            {"properties": {"a": {"type": "object", "additionalProperties": False}}},
            "rule identify_current, a: `additionalProperties` of no properties cannot be said in rudder-cli YAML",
        ),
        ({"properties": {"a": {"description": "no"}}}, "rule identify_current, a: a description that is not of 3 to"),
        ({"properties": {"a" * 66: {}}}, f"rule identify_current, {'a' * 66}: a name that is empty, longer than 65"),
        ({"properties": {"a": False}}, "rule identify_current, a: `false` cannot be said in rudder-cli YAML"),
    ],
)
def test_what_rudder_cli_cannot_say_is_named(body, note):
    (found,) = rudder_cli.exported({"name": "Shop", "rules": [only(body)]}).notes

    assert found.startswith(note)


def only(body):
    (row,) = plan([{"type": "object", **body}])["rules"]
    return row | {"version": "1-0-0"}


def test_properties_deeper_than_three_are_named():
    body = {"type": "string"}
    for name in "edcba":
        body = {"type": "object", "properties": {name: body}}

    (note,) = rudder_cli.exported({"name": "Shop", "rules": [only(body)]}).notes

    assert note == "rule identify_current, a.b.c.d: what is within it cannot be said in rudder-cli YAML"


def test_one_name_of_two_shapes_becomes_two_properties_and_a_type():
    bodies = [
        {"type": "object", "additionalProperties": False, "properties": {"state": {"type": "string", "enum": [word]}}}
        for word in ("new", "old", "new")
    ]
    exported = rudder_cli.exported(plan(bodies))

    (kind,) = exported.document["custom-types.yaml"]["spec"]["types"]
    assert kind == {"id": "state_type", "name": "StateType", "type": "string", "config": {"enum": ["old"]}}
    assert [one["type"] for one in exported.document["properties.yaml"]["spec"]["properties"]] == [
        "string",
        "#custom-type:state_type",
    ]
    back = rudder_cli.imported(exported.document)
    assert [row["schema"]["properties"][section]["properties"] for row, section in
            zip(back.document["rules"], ("traits", "traits", "properties"), strict=True)] == [
        body["properties"] for body in bodies]  # fmt: skip


def test_a_name_that_rudder_cli_refuses_is_made_plain_and_said(tmp_path):
    exported = rudder_cli.exported(plan([{"type": "object"}]) | {"name": "2 Läden!"})

    assert exported.document["tracking-plan.yaml"]["spec"]["display_name"] == "Plan 2 Lden"
    assert "the plan's name '2 Läden!' cannot be said in rudder-cli YAML; it is 'Plan 2 Lden' there" in exported.notes
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump(rudder_cli.imported(exported.document).document))
    assert load_plan(path).name == "Plan 2 Lden"
