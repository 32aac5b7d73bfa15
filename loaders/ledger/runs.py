"""Runs and their shards: what was asked, how far it is, what came of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine, insert, select, update

from loaders.clock import utc_now
from loaders.ledger.schema import runs, shards, writing
from mappers.kinds import Instant

Counts = Counter[str]
"""Counts by measure and what it is divided by, as `rows_read|orders`."""


class Shard(NamedTuple):
    """A share of a run's users: an axis, and the edges between its pages, open below and above where they are None."""

    axis: str
    edges: tuple[Any, ...]


class Progress(NamedTuple):
    """How far a run is, in edges passed, and what it counted."""

    edges: int
    passed: int
    counts: Counts


def start_run(
    ledger: Engine,
    run_id: str,
    parameters: Mapping[str, Any],
    versions: Mapping[str, str],
    cut: Sequence[Shard],
) -> None:
    """Write a run and its shards, before the first of them is read."""
    run = {"run_id": run_id, "state": "running", "started_at": utc_now()}
    rows = [
        {"run_id": run_id, "shard": number, "axis": shard.axis, "edges": list(shard.edges), "position": 0, "counts": {}}
        for number, shard in enumerate(cut)
    ]
    with writing(ledger) as connection:
        connection.execute(insert(runs).values(**run, parameters=dict(parameters), versions=dict(versions)))
        connection.execute(insert(shards), rows)


def run_parameters(ledger: Engine, run_id: str) -> tuple[Instant, dict[str, Any]]:
    """Return when the run started and what was asked of it."""
    with ledger.connect() as connection:
        row = connection.execute(select(runs.c.started_at, runs.c.parameters).where(runs.c.run_id == run_id)).one()
    return Instant(row[0]), dict(row[1])


def run_shards(ledger: Engine, run_id: str) -> list[Shard]:
    """Return the run's shards, in their order."""
    query = select(shards.c.axis, shards.c.edges).where(shards.c.run_id == run_id).order_by(shards.c.shard)
    with ledger.connect() as connection:
        return [Shard(axis, tuple(edges)) for axis, edges in connection.execute(query)]


def advance(ledger: Engine, run_id: str, shard: int, position: int, counts: Counts) -> None:
    """Move the shard's cursor past pages whose every batch is settled."""
    mine = (shards.c.run_id == run_id) & (shards.c.shard == shard)
    with writing(ledger) as connection:
        connection.execute(update(shards).where(mine).values(position=position, counts=dict(counts)))


def progress(ledger: Engine, run_id: str) -> Progress:
    """Return how far the run is, over all its shards."""
    total, passed, counts = 0, 0, Counter[str]()
    query = select(shards.c.edges, shards.c.position, shards.c.counts).where(shards.c.run_id == run_id)
    with ledger.connect() as connection:
        for edges, position, own in connection.execute(query):
            total, passed = total + len(edges) - 1, passed + position
            counts.update(own)
    return Progress(total, passed, counts)


def end_run(ledger: Engine, run_id: str, state: str, summary: Mapping[str, Any]) -> None:
    """Write how the run ended."""
    with writing(ledger) as connection:
        connection.execute(
            update(runs).where(runs.c.run_id == run_id).values(state=state, ended_at=utc_now(), summary=dict(summary))
        )


def stop_unended(ledger: Engine) -> None:
    """Name the runs that were killed, and so never ended: stopped."""
    with writing(ledger) as connection:
        connection.execute(update(runs).where(runs.c.state == "running").values(state="stopped"))


def last_runs(ledger: Engine, count: int) -> list[Mapping[str, Any]]:
    """Return the latest runs, newest first."""
    query = select(runs).order_by(runs.c.started_at.desc()).limit(count)
    with ledger.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
