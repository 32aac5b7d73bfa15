"""A sample's values, judged as a run would judge them: which rows would be set aside, and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from extractors.contract import ANONYMOUS, USER, Column, Contract
from extractors.convert import convert
from extractors.instants import Zone, read_instants
from extractors.survey.cures import cure_of
from extractors.survey.findings import Finding, Level, level_of
from extractors.survey.sample import Sample
from mappers.kinds import Instant


class Judged(NamedTuple):
    """The findings of a sample, how many of its rows would be dead, and by column what lies in missing hours."""

    findings: Sequence[Finding]
    dead: int
    missing_hours: Mapping[str, int]


class _Column(NamedTuple):
    reasons: Mapping[int, str]
    absent: frozenset[int]
    missing_hours: int


def judge(sample: Sample, contract: Contract, zone: Zone, now: Instant) -> Judged:
    """Judge every column of the row, and whose the rows are. Rows of nobody count as such, not as lacking a user."""
    findings: list[Finding] = []
    dead: set[int] = set()
    missing_hours: dict[str, int] = {}
    nobody = _nobody(sample, contract)
    users = _places(sample, USER, given=True)
    for column in contract.columns:
        if column.name not in sample.columns:
            continue
        read = _read(sample.values(column.name), column, zone, now)
        reasons = dict(read.reasons)
        if column.name != USER and not column.nullable and not column.optional:
            reasons |= dict.fromkeys(read.absent - reasons.keys(), _missing(column, contract))
        if column.name == ANONYMOUS:  # which is not read where the row has a user
            reasons = {place: reason for place, reason in reasons.items() if place not in users}
        findings += _findings(contract, column.name, Counter(reasons.values()), len(sample.rows))
        missing_hours[column.name] = read.missing_hours
        dead.update(reasons)
    place = " and ".join(name for name in (USER, ANONYMOUS) if name in contract.scope)
    findings += _findings(contract, place, Counter(["No-Identity"] * len(nobody)), len(sample.rows))
    return Judged([*findings, *_unseen(sample, contract, zone, now)], len(dead | nobody), missing_hours)


def _unseen(sample: Sample, contract: Contract, zone: Zone, now: Instant) -> list[Finding]:
    """Return the rows whose changes a nightly run would not see; all else of them is as it should be."""
    cursor = contract.expected().get(contract.cursor or "")
    if cursor is None or cursor in contract.columns or cursor.name not in sample.columns:
        return []
    read = _read(sample.values(cursor.name), cursor, zone, now)
    unseen, of = len(read.absent | read.reasons.keys()), len(sample.rows)
    what = "rows that say no readable time of their last change; a nightly run does not see them change"
    cure = "yield a column that is set at every change, the first one too"
    return [Finding(Level.WARNING, contract.name, cursor.name, what, cure, unseen, of)] if unseen else []


def _nobody(sample: Sample, contract: Contract) -> frozenset[int]:
    """Return the rows that are of neither a user nor a visitor."""
    without = _places(sample, USER, given=False)
    return without & _places(sample, ANONYMOUS, given=False) if contract.anonymous else without


def _places(sample: Sample, name: str, *, given: bool) -> frozenset[int]:
    values = sample.values(name) if name in sample.columns else []
    return frozenset(place for place, value in enumerate(values) if (value is not None) is given)


def _read(values: Sequence[Any], column: Column, zone: Zone, now: Instant) -> _Column:
    reasons: dict[int, str] = {}
    typed: Sequence[Any]
    missing_hours = 0
    if column.kind is Instant:
        reading = read_instants(values, zone, now)
        typed, reasons, missing_hours = reading.values, reading.faults, reading.seams["nonexistent"]
    else:
        typed = convert(values, column.kind, reasons)
    absent = frozenset(place for place, value in enumerate(typed) if value is None)
    return _Column(reasons, absent, missing_hours)


def _missing(column: Column, contract: Contract) -> str:
    if column.name in contract.identity:
        return "Missing-Key"
    return "Missing-Time" if column.kind is Instant else "Missing-Value"


def _findings(contract: Contract, place: str, reasons: Counter[str], of: int) -> list[Finding]:
    findings = []
    for reason, rows in reasons.most_common():
        what, cure = cure_of(reason)
        findings.append(Finding(level_of(rows, of), contract.name, place, f"{reason}: {what}", cure, rows, of))
    return findings
