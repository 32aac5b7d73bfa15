"""A verification's figures, drawn from what was expected and what of it differs."""

from collections import Counter, defaultdict
from typing import NamedTuple

from flows.tally import DEAD, DEAD_ROWS, FILTERED, MAPPED, MESSAGES, READ, USERS, total
from flows.verification.comparing import KINDS, beside, flaws, gone
from flows.verification.expecting import Expectation
from flows.verification.scope import Scope
from flows.verification.scratch import Scratch
from flows.verification.verified import Line, Verified

_Lines = defaultdict[tuple[str, str], Counter[str]]


class Told(NamedTuple):
    """What a verification says beside its figures: its id, where it looked, and the findings that it shows."""

    run_id: str
    destination: str
    late: bool
    findings: list[dict[str, str]]


def draw(expected: Expectation, paper: Scratch, scope: Scope, told: Told) -> Verified:
    """Return the figures of what was compared on the paper, before anything is mended."""
    months: _Lines = defaultdict(Counter)
    events: Counter[str] = Counter()
    _count_expected(expected, months, events)
    refused = _count_flaws(paper, months, events)
    for stream, month, count in gone(paper, scope):
        months[stream, month]["gone"] += count
    lines = [Line(*key, *(months[key][name] for name in Line._fields[2:])) for key in sorted(months)]
    counts, besides = expected.counts, beside(paper)
    return Verified(
        run_id=told.run_id,
        rows_read=total(counts, READ),
        rows_mapped=total(counts, MAPPED),
        rows_filtered=total(counts, FILTERED),
        rows_dead=total(counts, DEAD_ROWS),
        messages=counts[MESSAGES],
        delivered=sum(line.destination for line in lines),
        dead=total(counts, DEAD) + refused,
        in_doubt=besides.pop("in_doubt"),
        already_delivered=0,
        balanced=not any(getattr(line, kind) for line in lines for kind in KINDS),
        events=dict(sorted(events.items())),
        users=counts[USERS],
        bytes=0,
        requests=0,
        seconds=0.0,
        destination=told.destination,
        **{kind: sum(getattr(line, kind) for line in lines) for kind in KINDS},
        mended=0,
        late=told.late,
        beside=besides,
        months=[line._asdict() for line in lines],
        findings=told.findings,
    )


def _count_expected(expected: Expectation, months: _Lines, events: Counter[str]) -> None:
    for (stream, form, month), count in expected.messages.items():
        events[_event(form)] += count
        for name in ("source", "ledger", "destination"):
            months[stream, month][name] += count


def _count_flaws(paper: Scratch, months: _Lines, events: Counter[str]) -> int:
    """Count what differs; return how many are dead letters of the data plane, which nobody else is to have."""
    refused = 0
    for flaw in flaws(paper):
        line = months[flaw.stream, flaw.month]
        refused += flaw.refused
        line["source"] -= flaw.repeated + flaw.refused
        line["ledger"] -= flaw.repeated + flaw.without_receipt
        line["destination"] -= flaw.repeated + flaw.lacking
        events[_event(flaw.form)] -= flaw.repeated + flaw.lacking
        line.update({kind: getattr(flaw, kind) for kind in KINDS if kind in flaw._fields})
    return refused


def _event(form: str) -> str:
    return form.partition(" ")[2]
