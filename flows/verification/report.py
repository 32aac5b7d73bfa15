"""A verification's account for people: by stream and month, what differs, and the first findings of each kind.

It holds stream names, row ids, message ids, events and counts: no key of a user, no personal datum.
"""

from collections.abc import Iterator, Mapping, Sequence

from flows.outcome import Outcome
from flows.tables import Table, in_markdown
from flows.verification.comparing import KINDS
from flows.verification.verified import Line, Verified, by_stream

_ALWAYS = ("source", "ledger", "destination", "missing", "doubled", "different")
_RARELY = ("unsent", "gone", "unreceipted", "shared")
_BESIDE: Mapping[str, str] = {
    "older_states": "older states of what has a newer one",
    "not_asked_for": "outside of what was asked for",
    "foreign": "at the destination, of neither source nor ledger",
    "receipts_alone": "receipts of what neither source nor destination has",
}


def totals(verified: Verified) -> Table:
    """Return the account of each stream, over all months."""
    lines = by_stream(verified.lines())
    names = _columns(lines)
    rows = [(line.stream, *(getattr(line, name) for name in names)) for line in lines]
    return "Messages by stream", ("stream", *names), rows


def months(verified: Verified, *, differing: bool, most: int | None = None) -> Table:
    """Return the account of each stream and month, or of those alone in which something differs, at most so many."""
    lines = [line for line in verified.lines() if not differing or any(getattr(line, kind) for kind in KINDS)]
    names = _columns(lines)
    rows = [(line.stream, line.month, *(getattr(line, name) for name in names)) for line in lines]
    more = f", the first {most} of {len(rows):,}" if most is not None and len(rows) > most else ""
    title = f"Months that differ{more}" if differing else "Messages by stream and month"
    return title, ("stream", "month", *names), rows[:most]


def found(verified: Verified) -> Iterator[Table]:
    """Yield what is beside the account, and a table for each kind of finding."""
    beside = [(words, verified.beside[name]) for name, words in _BESIDE.items() if verified.beside[name]]
    if beside:
        yield "Beside", ("", "messages"), beside
    names = ("stream", "row", "event", "message", "table", "detail")
    for kind in KINDS:
        rows = [_row(one) for one in verified.findings if one["kind"] == kind]
        if rows:
            count = getattr(verified, kind)
            more = f", the first {len(rows)} of {count:,}" if count > len(rows) else ""
            yield f"{kind.capitalize()}{more}", names, rows


def markdown(outcome: Outcome) -> str:
    """Return the account as Markdown."""
    verified = outcome.summary
    if not isinstance(verified, Verified):
        return outcome.words
    parts = [f"## {outcome.words}", f"{verified.rows_read:,} rows · {verified.seconds:,.1f} s"]
    parts += in_markdown([totals(verified), *found(verified), months(verified, differing=False)])
    return "\n\n".join(parts)


def _columns(lines: Sequence[Line]) -> tuple[str, ...]:
    return (*_ALWAYS, *(name for name in _RARELY if any(getattr(line, name) for line in lines)))


def _row(one: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one[name] for name in ("stream", "row_id", "event", "message_id", "table", "detail"))
