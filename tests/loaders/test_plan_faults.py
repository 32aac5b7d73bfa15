"""A tracking plan file that does not hold says every fault at once, and raises nothing else."""

import pickle
from textwrap import indent

import pytest
import yaml

from loaders.errors import PlanInvalid
from loaders.plan import load_plan


@pytest.fixture
def faults(plan_file):
    """Give what reads a faulty plan and returns its faults."""

    def found(text):
        with pytest.raises(PlanInvalid) as raised:
            load_plan(plan_file(text))
        return raised.value.faults

    return found


GOOD = "  - { key: a, call: track, event: A, status: active, schema: { type: object } }\n"


def rule(**fields):
    row = {"key": "b", "call": "track", "event": "B", "status": "active", "schema": {"type": "object"}}
    return indent(yaml.safe_dump([row | fields], sort_keys=False), "  ")


def test_a_small_plan_loads(plan_file):
    plan = load_plan(plan_file(f"rules:\n{GOOD}"))

    assert (plan.name, plan.version, plan.spelling, list(plan.rules)) == ("plan", "", {}, ["a"])
    assert (plan.rules["a"].aliases, plan.rules["a"].in_source, plan.rules["a"].active) == ((), True, True)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name: x\nrules: [1,\n  }", "is not YAML: line 3: expected the node content, but found '}'"),
        ("rules: !secret x", "is not YAML: line 1: could not determine a constructor for the tag '!secret'"),
        (b"rules: \xff", "is not YAML: not UTF-8"),
        ("", "`rules` must be a list of the plan's rows"),
        ("- a", "`rules` must be a list of the plan's rows"),
        ("rules: 5", "`rules` must be a list of the plan's rows"),
    ],
    ids=["unclosed", "unknown tag", "not UTF-8", "empty", "a list", "rules a number"],
)
def test_a_file_that_is_no_plan_says_where(faults, text, fault):
    assert faults(text) == (fault,)


def test_a_missing_file_is_named_with_the_cure(tmp_path):
    with pytest.raises(PlanInvalid, match=r"nowhere\.yaml .*BACKFILL_PLAN.*\n  - cannot be read: No such file"):
        load_plan(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"status": "actve"}, "rule 1 (b): `status` is 'actve'; it must be one of active, live,"),
        ({"status": None}, "rule 1 (b): `status` is None; it must be one of active, live,"),
        ({"call": "trak"}, "rule 1 (b): `call` is 'trak'; it must be one of identify, group, track,"),
        ({"call": ["track"]}, "rule 1 (b): `call` is ['track']; it must be one of identify, group, track,"),
        ({"evnt": "B"}, "rule 1 (b): unknown field 'evnt'"),
        ({"event": None}, "rule 1 (b): `event` must name the event"),
        ({"event": 5}, "rule 1 (b): `event` must name the event"),
        ({"key": 5}, "rule 1 (5): `key` must be a text"),
        ({"source": "web"}, "rule 1 (b): `source` is 'web'; it must be database or none"),
        ({"schema": None}, "rule 1 (b): `schema` must be a JSON Schema"),
        ({"schema": {"type": "nonsense"}}, "rule 1 (b): `schema` is not a draft-07 JSON Schema: "),
        ({"schema": {"pattern": "("}}, "rule 1 (b): `schema` is not a draft-07 JSON Schema: "),
        ({"schema": {"required": "email"}}, "rule 1 (b): `schema` is not a draft-07 JSON Schema: "),
    ],
)
def test_a_faulty_rule_says_its_fault(faults, fields, fault):
    (found,) = faults(f"rules:\n{rule(**fields)}")

    assert found.startswith(fault)


@pytest.mark.parametrize(
    "fields",
    [
        {"key": ["b"]},
        {"event": ""},
        {"aliases": None},
        {"aliases": "Older Name"},
        {"aliases": [5]},
        {"call": "identify", "event": 5},
    ],
    ids=str,
)
def test_a_field_of_the_wrong_kind_is_a_fault_and_no_crash(faults, fields):
    (found,) = faults(f"rules:\n{rule(**fields)}")

    assert found.startswith("rule 1 (")


def test_a_date_that_is_none_is_a_fault_and_no_crash(faults):
    assert len(faults("version: 2020-13-45\nrules: []")) == 1


@pytest.mark.parametrize("schema", [{"properties": 5}, {"properties": {"traits": {"properties": 5}}}], ids=str)
def test_a_schema_that_cannot_be_respelled_is_a_fault_and_no_crash(faults, schema):
    text = f"spelling: {{ use: r, r: {{ a: b }} }}\nrules:\n{rule(call='identify', schema=schema)}"

    assert faults(text)[0].startswith("rule 1 (b): `schema` is not a draft-07 JSON Schema: ")


@pytest.mark.parametrize(
    ("spelling", "use"),
    [
        ("{ use: segment }", "'segment'"),
        ("{ use: 5 }", "5"),
        ("{ use: [plan] }", "['plan']"),
        ("{ use: r, r: { a: 1 } }", "'r'"),
        ("{ use: r, r: [a] }", "'r'"),
        ("text", "None"),
    ],
)
def test_an_unknown_spelling_is_a_fault(faults, spelling, use):
    assert faults(f"spelling: {spelling}\nrules:\n{GOOD}") == (
        f"spelling: `use` is {use}; it must be `plan` or name a table of spellings beside it",
    )


def test_keys_and_events_stand_once(faults):
    assert faults(f"rules:\n{GOOD}{GOOD}") == (
        "rule 2 (a): `key` stands twice",
        "rule 2 (a): event 'A' stands twice",
    )


def test_a_key_that_stands_twice_is_said_even_where_the_first_is_faulty(faults):
    text = f"rules:\n{rule(key='a', event='B', status='x')}{GOOD}"

    assert [fault for fault in faults(text) if "stands twice" in fault] == ["rule 2 (a): `key` stands twice"]


def test_every_fault_is_said_at_once(faults):
    text = (
        "spelling: { use: segment }\nrules:\n  - 5\n  - {}\n"
        f"{rule(status='x', call='y', evnt='z')}{GOOD}{GOOD}{rule(schema={'type': 'nonsense'})}"
    )
    found = faults(text)

    assert [fault.split(":")[0] for fault in found] == [
        "spelling",
        "rule 1",
        *["rule 2 (no key)"] * 4,
        *["rule 3 (b)"] * 3,
        *["rule 5 (a)"] * 2,
        "rule 6 (b)",
    ]


def test_the_error_lists_its_faults_and_survives_pickling(faults, tmp_path):
    found = faults("rules:\n  - 5\n  - 6\n")
    error = PlanInvalid(str(tmp_path), found)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes

    assert str(error).endswith(":\n  - rule 1: must be a mapping\n  - rule 2: must be a mapping")
    assert (copy.path, copy.faults, str(copy)) == (error.path, error.faults, str(error))
