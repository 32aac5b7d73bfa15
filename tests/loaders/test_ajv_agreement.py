"""Our verdicts are those of npm ajv, set up as rudder-transformer does it, on thousands of messages and schemas."""

import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from loaders import dialect
from loaders.check import violations

AJV = Path(__file__).parents[1] / "ajv"
sys.path.insert(0, str(AJV))

from pairs import pairs  # noqa: E402
from planned import PLAN  # noqa: E402

INITIALS = {
    "Required-Missing": "R",
    "Datatype-Mismatch": "D",
    "Additional-Properties": "A",
    "Unknown-Violation": "U",
}
OURS = {"Not-Encodable", "Event-Too-Large"}  # rules beside the schema, which ajv knows nothing of
STALE = "tests/ajv/verdicts.txt is about other pairs: run `make ajv`, look at what changed, and commit it"


@pytest.fixture(scope="module")
def corpus():
    return pairs()


@pytest.fixture(scope="module")
def verdicts():
    """Give ajv's verdicts: a pair's digest, and the initials of its violations' names or `-`."""
    return [tuple(line.split()) for line in (AJV / "verdicts.txt").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def found(corpus):
    """Give our verdicts, each as ajv's would be; `ours` where a rule of ours beside the schema speaks first."""
    return [initials({one.name for one in violations(rule_of(pair), pair.message)}) for pair in corpus]


def rule_of(pair):
    if pair.rule:
        return PLAN.rules[pair.rule]
    return replace(PLAN.rules["order_completed"], schema=pair.schema, validator=dialect.validator(pair.schema))


def initials(names):
    return "ours" if names & OURS else "".join(sorted(INITIALS[name] for name in names)) or "-"


def test_the_verdicts_are_about_these_pairs(corpus, verdicts):
    assert [pair.digest() for pair in corpus] == [digest for digest, _ in verdicts], STALE


def test_we_agree_on_every_pair(corpus, verdicts, found):
    assert [
        (pair.line(), f"ajv says {theirs}, we {ours}")
        for pair, (_, theirs), ours in zip(corpus, verdicts, found, strict=True)
        if ours not in (theirs, "ours")
    ] == []


def test_there_are_many_pairs_and_about_as_many_hold_as_do_not(corpus, verdicts, found):
    assert len(corpus) >= 4000
    assert len({pair.line() for pair in corpus}) >= 3500
    assert found.count("ours") < len(found) / 50
    for planned in (True, False):
        held = Counter(
            theirs == "-" for pair, (_, theirs) in zip(corpus, verdicts, strict=True) if bool(pair.rule) == planned
        )
        assert 0.3 <= held[True] / held.total() <= 0.7


def test_every_name_and_every_rule_of_the_plan_that_is_sent_is_among_them(corpus, verdicts):
    assert set("".join(theirs for _, theirs in verdicts)) == set("RDAU-")
    assert {key for key, rule in PLAN.rules.items() if rule.active} <= {pair.rule for pair in corpus}


@pytest.mark.long
def test_ajv_says_so_today(corpus, verdicts):
    node = shutil.which("node")
    if not node or not (AJV / "node_modules" / "ajv").exists():
        pytest.skip("neither node nor ajv: `make ajv` installs the latter")
    lines = "".join(f"{pair.line()}\n" for pair in corpus)
    judged = subprocess.run([node, AJV / "verdicts.mjs"], input=lines, capture_output=True, text=True, check=True)

    assert verdicts == [tuple(line.split()) for line in judged.stdout.splitlines()]
