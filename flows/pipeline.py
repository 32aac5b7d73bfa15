"""A run from beginning to end, in plain Python: prepare, work every shard, finish.

The three steps share nothing but the settings and the ledger, so that the shards may be worked anywhere.
"""

from collections.abc import Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from threading import Event
from typing import Any, NamedTuple
from uuid import uuid4

from extractors.boundaries import boundaries, cut_model
from extractors.pages import Axis
from extractors.source import reading
from flows.errors import EXITS
from flows.job import Job, open_job
from flows.options import Options, read_options
from flows.outcome import MaxDead, Outcome, judge
from flows.settings import Settings
from flows.shard import work_shard
from flows.summary import Summary, summarise
from flows.version import VERSION
from loaders.client import DataPlane
from loaders.clock import utc_now
from loaders.errors import LedgerUnusable
from loaders.ledger.receipts import doubt_unsettled, events_by_state
from loaders.ledger.runs import (
    Counts,
    Shard,
    end_run,
    last_runs,
    progress,
    run_parameters,
    run_shards,
    start_run,
    stop_unended,
)
from loaders.ledger.schema import open_ledger
from loaders.ledger.segments import compact, supersede


class Run(NamedTuple):
    """A run that is ready to be worked: its id and its shards."""

    run_id: str
    shards: tuple[Shard, ...]


def prepare(settings: Settings, options: Options) -> Run:
    """Check everything, cut the users into shards, and write the run into the ledger. Nothing is sent.

    Raises `PlanInvalid`, `LedgerUnusable`, `ContractBroken`, `SourceRefused`, `SourceStopped`, `DataPlaneStopped`.
    """
    job = check(settings, options)
    _check_ledger(settings, job)
    doubt_unsettled(job.ledger)
    stop_unended(job.ledger)
    compact(job.ledger)
    run_id = str(uuid4())
    shards = tuple(_cut(job, options.shards))
    versions = {"code": VERSION, "plan": job.plan.digest, **_source(settings), **job.models_digest}
    start_run(job.ledger, run_id, options.parameters(), versions, shards)
    return Run(run_id, shards)


def work(settings: Settings, run_id: str, number: int, stopping: Event | None = None) -> Counts:
    """Work one shard of a prepared run and return its counts; once `stopping` is set, no further page is begun.

    Raises `SourceStopped`, `DataPlaneStopped` or `LedgerStopped`.
    """
    job = _open_run(settings, run_id)
    with DataPlane(settings.data_plane_url, settings.write_key.get_secret_value()) as data_plane:
        shard = run_shards(job.ledger, run_id)[number]
        return work_shard(job, data_plane, run_id, number, shard, stopping or Event())


def finish(settings: Settings, run_id: str, stopped: BaseException | None = None) -> Summary:
    """Settle the run's account, write how it ended, and return its summary."""
    ledger = open_ledger(settings.ledger_url.get_secret_value())
    started_at, _ = run_parameters(ledger, run_id)
    edges, passed, counts = progress(ledger, run_id)
    seconds = (datetime.fromisoformat(utc_now()) - datetime.fromisoformat(started_at)).total_seconds()
    doubled = compact(ledger)
    sound = edges == passed and not doubled
    summary = summarise(run_id, counts, events_by_state(ledger, run_id), sound, seconds)
    supersede(ledger)
    state = "stopped" if stopped else "done" if summary.balanced else "failed"
    end_run(ledger, run_id, state, summary.document())
    return summary


def _source(settings: Settings) -> dict[str, str]:
    """Return what message ids and times hang on: with another of them, everything would be sent again, or wrong."""
    return {"BACKFILL_SOURCE_NAME": settings.source_name, "BACKFILL_SOURCE_TIMEZONE": settings.source_timezone}


def _check_ledger(settings: Settings, job: Job) -> None:
    for run in last_runs(job.ledger, 1):
        for variable, value in _source(settings).items():
            known = run["versions"].get(variable, value)
            if known != value:
                raise LedgerUnusable(
                    f"{variable} is {value}, the ledger's last run had {known}: set it back, or begin another ledger"
                )


@lru_cache(maxsize=2)
def _open_run(settings: Settings, run_id: str) -> Job:
    ledger = open_ledger(settings.ledger_url.get_secret_value())
    started_at, parameters = run_parameters(ledger, run_id)
    return open_job(settings, read_options(parameters), started_at)


def _cut(job: Job, shards: int) -> list[Shard]:
    """Return the shards: the users in even shares, the visitors, and the rows of nobody."""
    source = job.source
    names = [stream.name for stream in job.streams]
    visited = [name for name in names if source.contracts[name].anonymous]
    cut = []
    with reading(source.engine) as connection, connection.begin():
        model = cut_model(source.models, ["accounts", "sign_ups", *names])
        users = boundaries(connection, model, Axis.USERS) if model else []
        cut += [Shard(Axis.USERS.value, edges) for edges in _shares(users, shards)]
        visits = cut_model(source.models, visited)
        if visits:
            visitors = boundaries(connection, visits, Axis.VISITORS)
            cut += [Shard(Axis.VISITORS.value, edges) for edges in _shares(visitors, 1)]
    return [*cut, Shard(Axis.NOBODY.value, (None, None))]


def _shares(edges: Sequence[Any], shares: int) -> list[tuple[Any, ...]]:
    """Divide the edges into even shares, open at both ends, each beginning where the one before it ends."""
    ends = [None, *edges, None]
    ranges = len(ends) - 1
    count = min(shares, ranges)
    stops = [round(ranges * share / count) for share in range(count + 1)]
    return [tuple(ends[low : high + 1]) for low, high in pairwise(stops)]


def check(settings: Settings, options: Options) -> Job:
    """Check everything that a run needs, sending nothing. Raises what `prepare` raises."""
    job = open_job(settings, options, utc_now())
    with DataPlane(settings.data_plane_url, settings.write_key.get_secret_value()) as data_plane:
        data_plane.check()
    return job


def run_here(settings: Settings, options: Options, workers: int, max_dead: MaxDead) -> Outcome:
    """Run from beginning to end in this process, without Prefect. Raises what `prepare` raises."""
    run_id, shards = prepare(settings, options)
    stopped: BaseException | None = None
    stopping = Event()
    with ThreadPoolExecutor(workers, thread_name_prefix="shard") as pool:
        futures = [pool.submit(work, settings, run_id, number, stopping) for number in range(len(shards))]
        for future in futures:
            try:
                future.result()
            except CancelledError:
                continue
            except BaseException as error:  # noqa: BLE001  # an interrupt too: no shard begins after it
                stopped = stopped or error
                stopping.set()
                pool.shutdown(wait=False, cancel_futures=True)
    summary = finish(settings, run_id, stopped)
    if isinstance(stopped, Exception) and type(stopped) in EXITS:
        return judge(summary, max_dead, stopped)
    if stopped:
        raise stopped
    return judge(summary, max_dead)
