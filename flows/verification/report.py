"""A verification's account for people: by stream and month, what differs, and the first findings of each kind.

It holds stream names, message ids, events and counts: no key of a user, no personal datum; row ids on a terminal alone.
"""

from collections.abc import Iterator, Mapping, Sequence

from flows.errors import Exit
from flows.outcome import Outcome
from flows.tables import MOST_ROWS, Table, in_markdown
from flows.verification.comparing import DIFFERENT, DOUBLED, GONE, KINDS, MISSING, SHARED, UNRECEIPTED, UNSENT
from flows.verification.verified import Line, Verified, by_stream

_ALWAYS = ("source", "ledger", "destination", "missing", "doubled", "different")
_ROW = "row"
_RARELY = ("unsent", "gone", "unreceipted", "shared")
_BESIDE: Mapping[str, str] = {
    "older_states": "older states of what has a newer one",
    "not_asked_for": "outside of what was asked for",
    "left_out": "of people who are not sent any more",
    "foreign": "at the destination, of neither source nor ledger",
    "receipts_alone": "receipts of what neither source nor destination has",
}

_CURES: Mapping[str, str] = {
    MISSING: "`backfill verify --resend-missing` sends them again.",
    UNSENT: "`backfill run` sends them.",
    DOUBLED: "remove them at the destination, or let the warehouse merge by message id.",
    DIFFERENT: "the rows were edited since, or the destination was: look at the rows.",
    GONE: "the rows were deleted, or are dead or filtered today: look at the destination.",
    UNRECEIPTED: "another ledger sent them: restore it before the next run.",
    SHARED: "rows of different users have one row id: mend the model.",
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
    names = ("stream", _ROW, "event", "message", "table", "detail")
    for kind in KINDS:
        rows = [_row(one) for one in verified.findings if one["kind"] == kind]
        if rows:
            count = getattr(verified, kind)
            more = f", the first {len(rows)} of {count:,}" if count > len(rows) else ""
            yield f"{kind.capitalize()}{more}", names, rows


def markdown(outcome: Outcome) -> str:
    """Return the account as Markdown, without the row ids: a page in Prefect is seen by more people than a terminal."""
    verified = outcome.summary
    if not isinstance(verified, Verified):
        return outcome.words
    verdict = "Done" if outcome.exit is Exit.DONE else "Differs" if outcome.exit is Exit.UNBALANCED else "Stopped"
    parts = [f"# {verdict}", outcome.words, f"{verified.rows_read:,} rows read again · {verified.seconds:,.1f} s"]
    parts += in_markdown([totals(verified), *map(_without_rows, found(verified))])
    if verified.findings:
        parts.append("`backfill verify` shows their rows on a terminal, and `--findings FILE` writes all of them.")
    parts += _by_month(verified)
    differing = [kind for kind in KINDS if getattr(verified, kind)]
    if differing and outcome.exit is not Exit.DONE:
        parts += ["## What to do next", *(f"- **{kind.capitalize()}:** {_CURES[kind]}" for kind in differing)]
    return "\n\n".join(parts)


def _by_month(verified: Verified) -> list[str]:
    """Return the account by month; of a long one the months that differ and the largest, at most so many."""
    title, names, rows = months(verified, differing=False)
    if len(rows) <= MOST_ROWS:
        return in_markdown([(title, names, rows)])
    by_weight = sorted(verified.lines(), key=lambda line: (-sum(getattr(line, kind) for kind in KINDS), -line.source))
    chosen = {(line.stream, line.month) for line in by_weight[:MOST_ROWS]}
    shown = [row for row in rows if (row[0], row[1]) in chosen]
    more = f"What differs and what is largest; {len(rows) - MOST_ROWS:,} more: `backfill verify --json FILE` has all."
    return [*in_markdown([(title, names, shown)]), more]


def _without_rows(table: Table) -> Table:
    title, names, rows = table
    if _ROW not in names:
        return table
    kept = [place for place, name in enumerate(names) if name != _ROW]
    return title, [names[place] for place in kept], [[row[place] for place in kept] for row in rows]


def _columns(lines: Sequence[Line]) -> tuple[str, ...]:
    return (*_ALWAYS, *(name for name in _RARELY if any(getattr(line, name) for line in lines)))


def _row(one: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(one[name] for name in ("stream", "row_id", "event", "message_id", "table", "detail"))
