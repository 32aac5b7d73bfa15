"""The whole path in one process, everything on, without Prefect: prepare, every shard, finish, with a fresh ledger."""

import os
from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from time import perf_counter

from benchmarks.measure import Task, Told, Work
from flows.options import Options
from flows.pipeline import finish, prepared, work
from flows.settings import Settings, load_settings

SHOWN = ("rows_read", "users", "requests")


class Unbalanced(Exception):
    """The run's balance does not close."""


def ready(task: Task) -> Work:
    """Read the settings of the task."""
    os.environ.update(_environment(task))
    return partial(_run, load_settings())


def _environment(task: Task) -> Mapping[str, str]:
    return {
        "BACKFILL_SOURCE_URL": f"sqlite:///{task.database}",
        "BACKFILL_SOURCE_TIMEZONE": "America/New_York",
        "BACKFILL_MODELS": task.models,
        "BACKFILL_DATA_PLANE_URL": task.url,
        "BACKFILL_WRITE_KEY": "benchmark",
        "BACKFILL_DESTINATIONS": "none",
        "BACKFILL_LEDGER_URL": f"sqlite:///{task.ledger}",
        "BACKFILL_BATCH_EVENTS": str(task.batch_events),
        "BACKFILL_BATCH_BYTES": str(task.batch_bytes),
    }


def _run(settings: Settings) -> Told:
    times = [perf_counter()]
    with prepared(settings, Options()) as run:
        times.append(perf_counter())
        for number in range(len(run.shards)):
            work(settings, run.run_id, number)
        times.append(perf_counter())
        summary = finish(settings, run.run_id)
    times.append(perf_counter())
    document = summary.document()
    if not summary.balanced:
        raise Unbalanced(str(document))
    steps = (after - before for before, after in pairwise(times))
    seconds = dict(zip(("prepare", "work", "finish"), steps, strict=True))
    return Told(summary.delivered, seconds, {name: document[name] for name in SHOWN})
