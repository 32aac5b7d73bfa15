"""How far each stream was read: what was written before its watermark is sent, or stands among the dead letters.

A watermark belongs to what was told of a stream: a detail has one for each stream that it completes, and each Identify
mode has its own.
"""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Engine, delete, insert, select

from loaders.ledger.opening import reading, writing
from loaders.ledger.schema import spans, watermarks
from mappers.kinds import Instant


class Span(NamedTuple):
    """From when to when a run reads a stream, half open, by the source's clock; None is the beginning."""

    since: Instant | None
    until: Instant


def watermarks_of(ledger: Engine) -> dict[str, Instant]:
    """Return the watermarks there are, by name."""
    with reading(ledger) as connection:
        return {name: Instant(at) for name, at in connection.execute(select(watermarks.c.name, watermarks.c.at))}


def write_spans(ledger: Engine, run_id: str, read: Mapping[str, Span]) -> None:
    """Write what a run is to read of each stream."""
    rows = [{"run_id": run_id, "name": name, **span._asdict()} for name, span in read.items()]
    if rows:
        with writing(ledger) as connection:
            connection.execute(insert(spans), rows)


def spans_of(ledger: Engine, run_id: str) -> dict[str, Span]:
    """Return what a run reads of each stream."""
    query = select(spans.c.name, spans.c.since, spans.c.until).where(spans.c.run_id == run_id)
    with reading(ledger) as connection:
        return {name: Span(since, until) for name, since, until in connection.execute(query)}


def move_watermarks(ledger: Engine, run_id: str) -> dict[str, Instant]:
    """Move the watermarks of the streams that a run read, since it ended well: never back, and never over a gap.

    Return those that are now where the run ended.
    """
    known, moved = watermarks_of(ledger), {}
    with writing(ledger) as connection:
        for name, (since, until) in spans_of(ledger, run_id).items():
            at = known.get(name)
            if at is not None and (at >= until or (since is not None and since > at)):
                continue
            connection.execute(delete(watermarks).where(watermarks.c.name == name))
            connection.execute(insert(watermarks).values(name=name, at=until, run_id=run_id))
            moved[name] = until
    return moved
