"""A document that is not what its format has says every fault at once, with its place and its cure."""

from contextlib import suppress
from functools import reduce
from operator import getitem

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.errors import PlanInvalid
from loaders.plan_formats import rudder_cli, rudderstack, segment

BODY = {"type": "object", "properties": {"properties": {"type": "object"}}}
EVENT = {"name": "A", "eventType": "track", "rules": BODY}
RULE = {"type": "TRACK", "key": "A", "version": 1, "jsonSchema": BODY}


def faults(module, document):
    with pytest.raises(PlanInvalid) as raised:
        module.imported(document)
    return list(raised.value.faults)


def closed(**around):
    inner = {"type": "object", "unevaluatedProperties": False, **around}
    schema = {"$schema": "https://json-schema.org/draft/2019-09/schema", "properties": {"properties": inner}}
    return {"name": "Shop", "rules": {"events": [EVENT | {"rules": schema}]}}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"eventType": "alias"}, "event 1 (A): `eventType` is 'alias'; it must be one of track, identify, group, "),
        ({"name": ""}, "event 1 (track): `name` must name the event"),
        ({"properties": []}, "event 1 (A): unknown field 'properties'; take it out"),
        ({"description": 5}, "event 1 (A): `description` must be a text"),
        ({"rules": 5}, "event 1 (A): must be a JSON Schema"),
        ({"rules": {"required": "x"}}, "event 1 (A): is not a draft-07 JSON Schema: "),
        ({"rules": {"$schema": "https://json-schema.org/draft/2020-12/schema"}}, "event 1 (A): `$schema` is 'https://"),
        (
            {"rules": {"properties": {"properties": True}}},
            "event 1 (A): `properties` must be a JSON Schema of an object",
        ),
        ({"name": "!?"}, "event 1 (!?): no key can be made of the name '!?'; give it a letter or a digit"),
    ],
)
def test_a_faulty_event_of_rudderstack_says_so(change, fault):
    (found,) = faults(rudderstack, {"name": "Shop", "rules": {"events": [EVENT | change]}})

    assert found.startswith(fault)


@pytest.mark.parametrize("document", [None, [], {"name": "Shop"}, {"name": "Shop", "rules": {"events": {}}}])
def test_what_is_no_plan_of_rudderstack_says_what_it_must_be(document):
    (found,) = faults(rudderstack, document)

    assert "must be" in found


def test_every_fault_is_said_at_once():
    events = [EVENT, EVENT | {"name": "a"}, {"name": "B"}, 5]

    assert faults(rudderstack, {"rules": {"events": events}}) == [
        "event 3 (B): `rules` must be its JSON Schema; export the plan with its schemas",
        "event 4 (no event): must be an object with `name`, `eventType` and `rules`",
        "`name` must name the plan",
        "event 2 (a): its key 'a' is that of event 1 (A) too; rename or merge them",
    ]


def test_what_only_a_later_draft_can_say_is_a_fault():
    assert rudderstack.imported(closed()).notes == ()
    assert faults(rudderstack, closed(allOf=[{}])) == [
        "event 1 (A), properties: `unevaluatedProperties` beside other schemas cannot be said in draft-07; take one out"
    ]


def test_an_older_plan_with_an_identify_beside_its_events_has_one_of_each():
    identify = {"properties": {"traits": {"type": "object"}}}
    document = {"name": "Shop", "rules": {"events": [EVENT], "identify": identify}}

    keys = [row["key"] for row in rudderstack.imported(document).document["rules"]]

    assert keys == ["a", "identify_current"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"type": "ALIAS"}, "rule 1 (A): `type` is 'ALIAS'; it must be one of TRACK, IDENTIFY, GROUP, PAGE, SCREEN"),
        ({"key": None}, "rule 1 (TRACK): `key` must name the event"),
        ({"version": "1"}, "rule 1 (A): `version` is '1'; it must be a number from 1"),
        ({"version": 0}, "rule 1 (A): `version` is 0; it must be a number from 1"),
        ({"jsonSchema": None}, "rule 1 (A): `jsonSchema` must be its JSON Schema"),
        ({"schema": {}}, "rule 1 (A): unknown field 'schema'; take it out"),
    ],
)
def test_a_faulty_rule_of_segment_says_so(change, fault):
    assert faults(segment, {"name": "Shop", "rules": [RULE | change]}) == [fault]


def test_two_versions_of_one_event_must_become_one():
    assert faults(segment, {"name": "Shop", "rules": [RULE, RULE | {"version": 2}]}) == [
        "rule 2 (A): its key 'a' is that of rule 1 (A) too; rename or merge them"
    ]


def test_what_segment_says_of_all_events_or_of_time_is_noted():
    common = {"type": "COMMON", "version": 1, "jsonSchema": {}}
    old = RULE | {"deprecatedAt": "2024-01-01T00:00:00.000Z", "jsonSchema": BODY | {"labels": {"team": "shop"}}}

    assert segment.imported({"data": {"name": "Shop", "rules": [common, old]}}).notes == (
        "rule 1 (COMMON): what holds for every event cannot be said; it is left out",
        "rule 2 (A): it is deprecated there, which cannot be said",
        "rule 2 (A): its `labels` cannot be said",
    )


def project(rule=None, prop=None, event=None, **kinds):
    specs = {
        "events": {"events": [{"id": "a", "name": "A", "event_type": "track"} | (event or {})]},
        "properties": {"properties": [{"id": "p", "name": "p", "type": "string"} | (prop or {})]},
        "tracking-plan": {
            "id": "t",
            "display_name": "Shop",
            "rules": [
                {"type": "event_rule", "id": "r", "event": "#event:a", "properties": [{"property": "#property:p"}]}
                | (rule or {})
            ],
        },
        **kinds,
    }
    return {f"{kind}.yaml": {"version": "rudder/v1", "kind": kind, "spec": spec} for kind, spec in specs.items()}


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"rule": {"event": "#event:b"}}, "rule 1 (r): there is no event 'b'; add it to the events"),
        ({"rule": {"event": "a"}}, "tracking-plan.yaml: rules[1].event does not hold: "),
        ({"rule": {"variants": []}}, "tracking-plan.yaml: rules[1]: `variants` cannot be told here; take it out"),
        ({"rule": {"includes": {}}}, "tracking-plan.yaml: rules[1]: `includes` cannot be told here; take it out"),
        ({"rule": {"identity_section": "traits"}}, "rule 1 (r): `identity_section` is 'traits', where a track is not"),
        (
            {"rule": {"properties": 5}},
            "tracking-plan.yaml: rules[1].properties is of another type; it must be of type array",
        ),
        ({"rule": {"properties": [{}]}}, "tracking-plan.yaml: rules[1].properties[1]: `property` is missing; add it"),
        (
            {"rule": {"properties": [{"property": "#property:q"}]}},
            "rule 1 (r): there is no property 'q'; add it to the",
        ),
        ({"event": {"event_type": "alias"}}, "events.yaml: events[1].event_type is 'alias'; it must be one of track, "),
        ({"event": {"name": ""}}, "rule 1 (r): event a must have a `name`, since it is a track"),
        ({"prop": {"type": "text"}}, "properties.yaml: properties[1].type does not hold: "),
        ({"prop": {"config": {"minLength": 1}}}, "properties.yaml: properties[1].config does not hold: "),
        (
            {"prop": {"type": "#custom-type:x"}},
            "rule 1 (r), p: there is no custom-type 'x'; add it to the custom-types",
        ),
        ({"prop": {"propConfig": {}}}, "properties.yaml: properties[1]: `propConfig` cannot be told here; take it out"),
        ({"events": {"event": []}}, "events.yaml: `event` cannot be told here; take it out"),
    ],
)
def test_a_faulty_project_says_so(parts, fault):
    assert faults(rudder_cli, project(**parts))[0].startswith(fault)


def test_a_project_must_have_one_plan():
    one = project()
    two = one | {"other.yaml": one["tracking-plan.yaml"]}

    assert faults(rudder_cli, two)[0] == "there are 2 tracking plans in it; leave the one to import"
    assert faults(rudder_cli, {})[0] == "there are 0 tracking plans in it; leave the one to import"


def test_what_is_no_spec_says_its_place():
    broken = {"a.yaml": 5, "b.yaml": {"version": "2", "kind": "events", "spec": {}}}

    assert faults(rudder_cli, project() | broken) == [
        "a.yaml: must be a mapping with `version`, `kind` and `spec`",
        "b.yaml: `version` is '2'; it must be rudder/v1 or rudder/v0.1",
    ]


def test_a_type_that_holds_itself_is_a_fault():
    own = {"types": [{"id": "x", "name": "X", "type": "object", "properties": [{"property": "#property:p"}]}]}
    parts = project(prop={"type": "#custom-type:x"}, **{"custom-types": own})

    assert faults(rudder_cli, parts) == [
        "rule 1 (r), p, p: #custom-type:x holds itself, which cannot be told here; take one out"
    ]


def test_other_kinds_of_a_project_are_left_out():
    assert rudder_cli.imported(project(source={"id": "s"})).notes == (
        "source.yaml: a source is no part of a tracking plan; it is left out",
    )


JSON = st.sampled_from(
    [None, True, 5, 0.5, "", "x", "#property:email", [], [5], ["x"], [{}], {}, {"x": 5}, {"type": 5}]
)


def places(value, path=()):
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [place for key, part in inner for place in places(part, (*path, key))]


@pytest.mark.parametrize("name", ["rudderstack.json", "rudderstack-catalog.json", "segment.json", "typewriter.json",
                                  "rudder-cli", "rudder-cli-legacy"])  # fmt: skip
@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_a_document_with_anything_anywhere_is_a_plan_or_refused(golden, name, data):
    module, document = golden(name)
    *path, last = data.draw(st.sampled_from(places(document)))
    reduce(getitem, path, document)[last] = data.draw(JSON)

    with suppress(PlanInvalid):
        assert module.exported(module.imported(document).document).document
