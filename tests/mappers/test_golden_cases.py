"""Golden cases as data: for every stream the rows, and by the tracking plan's meaning what becomes of them.

A case of `cases/<stream>.yaml` holds `rows` and `details` by column (decimals as text), the `wanted` rules, and the
`outcomes` in their order: a draft by its rule, filtered and dead rows by their reason, findings by their kind. A draft
may say which `violation` the plan check finds in its message; without one the message must pass.
"""

from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
import yaml

from loaders.check import Violation, encoded
from loaders.plan import load_plan
from mappers.catalog import STREAMS
from mappers.envelope import envelope
from mappers.ids import identifier
from mappers.outcomes import DeadRow, Draft, Filtered, Finding

CASES = Path(__file__).parent / "cases"
PLAN = Path(__file__).parents[2] / "data" / "tracking_plan.yaml"


def read(name):
    return yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


GOLDEN = [pytest.param(name, case, id=f"{name}: {case['case']}") for name in STREAMS for case in read(name)]


def typed(row_type, fields):
    """Build a row from the case's fields: text of a decimal column becomes the decimal."""
    hints = get_type_hints(row_type)
    decimals = {name for name, hint in hints.items() if Decimal in (hint, *get_args(hint))}
    return row_type(
        **{name: Decimal(value) if name in decimals and value is not None else value for name, value in fields.items()}
    )


def outcome(expected):
    row = expected["row"]
    if "filtered" in expected:
        return Filtered(row, expected["filtered"])
    if "dead" in expected:
        return DeadRow(row, expected["dead"], expected["detail"])
    if "finding" in expected:
        return Finding(row, expected["finding"])
    return Draft(
        rule=expected["draft"],
        user_id=expected.get("user"),
        anonymous_id=expected.get("anonymous"),
        at=expected["at"],
        row_id=row,
        version=expected.get("version", ""),
        body=expected["body"],
        group_id=expected.get("group"),
        context=expected.get("context"),
    )


def mapped(stream, case):
    rows = [typed(stream.row, fields) for fields in case["rows"]]
    details = defaultdict(list)
    for fields in case.get("details", ()):
        details[fields[stream.detail.key]].append(typed(stream.detail.row, fields))
    return list(stream.drafts(rows, frozenset(case["wanted"]), dict(details)))


def kinds_of_json(value):
    """Return the value with the type of every leaf, since 1 == 1.0 == True."""
    if isinstance(value, dict):
        return {name: kinds_of_json(part) for name, part in value.items()}
    if isinstance(value, list):
        return [kinds_of_json(part) for part in value]
    return type(value).__name__, value


@pytest.mark.parametrize(("name", "case"), GOLDEN)
def test_the_rows_become_what_the_plan_means(name, case):
    expected = [outcome(one) for one in case["outcomes"]]
    actual = mapped(STREAMS[name], case)

    assert expected == actual
    assert [kinds_of_json(one.body) for one in expected if isinstance(one, Draft)] == [
        kinds_of_json(one.body) for one in actual if isinstance(one, Draft)
    ]


@pytest.fixture(scope="module", params=["plan", "rudderstack"])
def plan(request, tmp_path_factory):
    """Give the shipped plan, in either spelling."""
    text = PLAN.read_text(encoding="utf-8")
    assert text.count("\n  use: plan\n") == 1
    path = tmp_path_factory.mktemp("plan") / "tracking_plan.yaml"
    path.write_text(text.replace("\n  use: plan\n", f"\n  use: {request.param}\n"), encoding="utf-8")
    return load_plan(path)


@pytest.mark.parametrize(("name", "case"), GOLDEN)
def test_every_message_passes_the_plan_check_unless_the_case_says_otherwise(name, case, plan):
    sealed, message_id = envelope("1.2.3", (), plan.spelling), identifier("golden")
    found = []
    for expected in case["outcomes"]:
        if "draft" in expected:
            draft, rule = outcome(expected), plan.rules[expected["draft"]]
            message = sealed.message(draft, message_id(name, draft), rule.call, rule.event)
            checked = encoded(rule, message)
            found.append(checked.name if isinstance(checked, Violation) else None)

    assert [expected.get("violation") for expected in case["outcomes"] if "draft" in expected] == found


@pytest.mark.parametrize("name", STREAMS)
def test_every_stream_has_cases_for_each_of_its_rules(name):
    stream_cases = read(name)
    told = {expected["draft"] for case in stream_cases for expected in case["outcomes"] if "draft" in expected}

    assert len(stream_cases) >= 5
    assert set(STREAMS[name].rules) == told
    assert len({case["case"] for case in stream_cases}) == len(stream_cases)


def test_there_is_no_case_file_without_a_stream():
    assert {path.stem for path in CASES.iterdir()} == set(STREAMS)
