"""Runs and their shards: what was asked, how far it is, what came of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Engine, FromClause, func, insert, select, update

from loaders.clock import utc_now
from loaders.ledger.opening import reading, writing
from loaders.ledger.schema import runs, shards
from mappers.kinds import Instant

SEND = "send"
"""The kind of a run that sent one message by hand: it read nothing of the source."""

Counts = Counter[str]
"""Counts by measure and what it is divided by, as `rows_read|orders`."""


Range = tuple[Any, Any]
"""Keys of which the first is left out and the last taken in; None is no bound."""


class Keys(NamedTuple):
    """Keys one by one, where a range would hold many others."""

    keys: tuple[Any, ...]


class Shard(NamedTuple):
    """A share of a run's users: an axis, and the ranges of keys, or the keys, that make its pages, in their order.

    The ranges before the position are passed, and were counted.
    """

    axis: str
    ranges: tuple[Range | Keys, ...]
    position: int = 0
    passed: Mapping[str, int] = MappingProxyType({})


class Asked(NamedTuple):
    """What was asked of a run: its kind, when it started, the source's clock then, its parameters and versions."""

    kind: str
    started_at: Instant
    clock: Instant
    parameters: Mapping[str, Any]
    versions: Mapping[str, str]


class Progress(NamedTuple):
    """How far a run is, in ranges passed, and what it counted."""

    ranges: int
    passed: int
    counts: Counts


def start_run(  # noqa: PLR0913  # a run is as much
    ledger: Engine,
    run_id: str,
    kind: str,
    parameters: Mapping[str, Any],
    versions: Mapping[str, str],
    cut: Sequence[Shard],
    *,
    clock: Instant | None = None,
) -> None:
    """Write a run and its shards, before the first of them is read. `clock` is the source's; else our own."""
    now = utc_now()
    run = {"run_id": run_id, "kind": kind, "state": "running", "started_at": now, "clock": clock or now}
    rows = [
        {
            "run_id": run_id,
            "shard": number,
            "axis": shard.axis,
            "ranges": [{"keys": one.keys} if isinstance(one, Keys) else one for one in shard.ranges],
            "position": shard.position,
            "counts": dict(shard.passed),
            "passed": dict(shard.passed),
        }
        for number, shard in enumerate(cut)
    ]
    with writing(ledger) as connection:
        connection.execute(insert(runs).values(**run, parameters=dict(parameters), versions=dict(versions)))
        if rows:
            connection.execute(insert(shards), rows)


def run_of(ledger: Engine, run_id: str) -> Asked:
    """Return what was asked of the run, and when it started."""
    columns = (
        runs.c.kind,
        runs.c.started_at,
        func.coalesce(runs.c.clock, runs.c.started_at),
        runs.c.parameters,
        runs.c.versions,
    )
    with reading(ledger) as connection:
        return Asked(*connection.execute(select(*columns).where(runs.c.run_id == run_id)).one())


def run_shards(ledger: Engine, run_id: str) -> list[Shard]:
    """Return the run's shards, in their order."""
    columns = shards.c.axis, shards.c.ranges, shards.c.position, shards.c.passed
    query = select(*columns).where(shards.c.run_id == run_id).order_by(shards.c.shard)
    with reading(ledger) as connection:
        found = connection.execute(query).all()
    return [Shard(axis, tuple(map(_reach, ranges)), at, passed) for axis, ranges, at, passed in found]


def _reach(kept: Any) -> Range | Keys:
    """Return the range, or the keys, as the ledger keeps them."""
    return Keys(tuple(kept["keys"])) if isinstance(kept, dict) else (kept[0], kept[1])


def advance(ledger: Engine, run_id: str, shard: int, passed: tuple[int, Counts], counts: Counts) -> None:
    """Move the shard's cursor past ranges whose every batch is settled, with what they counted; `counts` are all."""
    mine = (shards.c.run_id == run_id) & (shards.c.shard == shard)
    position, own = passed
    with writing(ledger) as connection:
        connection.execute(update(shards).where(mine).values(position=position, passed=dict(own), counts=dict(counts)))


def progress(ledger: Engine, run_id: str) -> Progress:
    """Return how far the run is, over all its shards."""
    total, passed, counts = 0, 0, Counter[str]()
    query = select(shards.c.ranges, shards.c.position, shards.c.counts).where(shards.c.run_id == run_id)
    with reading(ledger) as connection:
        for ranges, position, own in connection.execute(query):
            total, passed = total + len(ranges), passed + position
            counts.update(own)
    return Progress(total, passed, counts)


def end_run(ledger: Engine, run_id: str, state: str, summary: Mapping[str, Any]) -> None:
    """Write how the run ended."""
    with writing(ledger) as connection:
        connection.execute(
            update(runs).where(runs.c.run_id == run_id).values(state=state, ended_at=utc_now(), summary=dict(summary))
        )


def stopped_run(ledger: Engine, parameters: Mapping[str, Any], versions: Mapping[str, str]) -> str | None:
    """Return the last run's id, if it was stopped and was an import of the same parameters and versions.

    Messages that were sent by hand since then do not count.
    """
    for run in last_runs(ledger, 1, but=SEND):
        asked = run["kind"], run["state"], run["parameters"], run["versions"]
        if asked == ("import", "stopped", dict(parameters), dict(versions)):
            return str(run["run_id"])
    return None


def stop_unended(ledger: Engine) -> None:
    """Name the runs that were killed, and so never ended: stopped."""
    with writing(ledger) as connection:
        connection.execute(update(runs).where(runs.c.state == "running").values(state="stopped"))


def last_runs(ledger: Engine, count: int, *, but: str = "") -> list[Mapping[str, Any]]:
    """Return the latest runs, newest first, without those of a kind."""
    query = select(runs).where(runs.c.kind != but).order_by(runs.c.started_at.desc()).limit(count)
    with reading(ledger) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def done_before(ledger: Engine, run_id: str, count: int) -> list[Mapping[str, Any]]:
    """Return the summaries of runs before that one that were of its kind and streams and ended `done`, newest first."""
    this = runs.alias()
    alike = (runs.c.kind == this.c.kind) & (_streams(runs) == _streams(this)) & (runs.c.state == "done")
    earlier = select(runs.c.summary).join(this, this.c.run_id == run_id).where(alike)
    query = earlier.where(runs.c.started_at < this.c.started_at).order_by(runs.c.started_at.desc()).limit(count)
    with reading(ledger) as connection:
        return list(connection.execute(query).scalars())


def _streams(table: FromClause) -> ColumnElement[str]:
    """Return the streams that runs were asked for, as texts that are equal where the streams are."""
    asked: ColumnElement[str] = table.c.parameters["streams"].as_string()
    return asked
