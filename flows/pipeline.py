"""A run from beginning to end, in plain Python: prepare, work every shard, finish.

The three steps share nothing but the settings and the ledger, so that the shards may be worked anywhere.
"""

from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from threading import Event
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Engine

from flows.belonging import PRIVACY, delivery_of, platform_of
from flows.chosen import chosen_of
from flows.cutting import CANARY, Cut, What, everything, the_rest_of
from flows.destinations import check_chosen
from flows.errors import EXITS, foremost
from flows.following import NIGHTLY
from flows.forecast.bounds import bounds_of
from flows.forecast.contract import Contract
from flows.forecast.reckoning import reckoned
from flows.job import Job
from flows.memory import share_heap
from flows.observing import observe_changes
from flows.options import Options
from flows.outcome import MaxDead, Outcome, judge
from flows.process import open_run, stopping_of
from flows.readiness import check
from flows.settings import LedgerSettings, Settings
from flows.shard import work_shard
from flows.summary import Summary, summarise
from flows.tally import DELIVERED, USERS, total
from flows.version import MAPPERS, VERSION
from flows.watching import told_of
from loaders.client import DataPlane
from loaders.clock import utc_now
from loaders.errors import LedgerStopped, LedgerUnusable
from loaders.ledger.chosen import choices, choose
from loaders.ledger.compaction import compact
from loaders.ledger.dead_letters import close_gone
from loaders.ledger.doubts import doubtful, supersede
from loaders.ledger.lock import holding
from loaders.ledger.observed import settle
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.receipts import doubt_unsettled, events_by_state
from loaders.ledger.runs import (
    SEND,
    Counts,
    Shard,
    end_run,
    last_runs,
    progress,
    run_of,
    run_shards,
    start_run,
    stop_unended,
    stopped_run,
)
from loaders.ledger.watermarks import move_watermarks, write_spans
from loaders.pace import Shared
from loaders.way import Persistence, Way


class Run(NamedTuple):
    """A run that is ready to be worked: its id, its shards, and what stops them in this process.

    `note` says what a person should know of how it began.
    """

    run_id: str
    shards: tuple[Shard, ...]
    stopping: Event
    note: str = ""

    def noted(self, outcome: Outcome) -> Outcome:
        """Return the outcome with the note among its words."""
        return outcome._replace(words=f"{outcome.words} {self.note}".strip())


@contextmanager
def prepared(
    settings: Settings,
    options: Options,
    what: What = everything,
    contract: Contract | None = None,
    *,
    resume: bool = False,
    thorough: bool = True,
) -> Iterator[Run]:
    """Check everything, take the ledger, write the run into it, and hold it until the block ends. Nothing is sent.

    With `resume`, a run that was stopped and was asked for the same is gone on with where its shards are. With a
    `contract`, all must be as it was planned. `thorough` reads the whole ledger to see that it is whole, which takes
    the longer the more was ever sent.

    Raises `PlanInvalid`, `LedgerUnusable`, `LedgerHeld`, `ContractBroken`, `SourceRefused`, `SourceStopped`,
    `DataPlaneStopped`, `NotAsPlanned`, and `BeyondBounds` where more would be sent than was allowed.
    """
    check_chosen(settings.destinations)
    run_id = str(uuid4())
    stopping = stopping_of(run_id)
    with _held(settings, options, run_id, stopping, contract, thorough=thorough) as job:
        known, doubts = bool(last_runs(job.ledger, 1, but=SEND)), doubt_unsettled(job.ledger)
        stop_unended(job.ledger)
        compact(job.ledger)
        versions = {"code": VERSION, "mappers": MAPPERS, "plan": job.plan.digest, **platform_of(settings)}
        versions |= {PRIVACY: job.plan.privacy, **delivery_of(settings), **job.models_digest}
        before = stopped_run(job.ledger, options.parameters(), versions) if resume else None
        observe_changes(job)
        cut = the_rest_of(job, before) if before else what(job)
        _keep_to_bounds(job, cut)
        clock = job.source.cleaning.now
        start_run(job.ledger, run_id, cut.kind, options.parameters(), versions, cut.shards, clock=clock)
        choose(job.ledger, run_id, cut.choices)
        write_spans(job.ledger, run_id, cut.spans)
        words = [_note(known, doubts, resume, before), _read_of(cut)]
        yield Run(run_id, cut.shards, stopping, " ".join(filter(None, words)))


def work(settings: Settings, run_id: str, number: int, shared: Shared | None = None) -> Counts:
    """Work one shard of a prepared run and return its counts. `shared` limits the rate over several processes.

    Raises `SourceStopped`, `DataPlaneStopped`, `LedgerStopped` or `Interrupted`.
    """
    here = open_run(settings, run_id, shared)
    ledger = here.job.ledger
    about = choices(ledger, run_id)
    key, wait = settings.write_key.get_secret_value(), settings.answer_seconds
    with DataPlane(settings.data_plane_url, key, wait, settings.target) as data_plane:
        persistence = Persistence(settings.patience_seconds, skip_doubt=here.job.options.in_doubt == "skip")
        way = Way(data_plane, ledger, run_id, number, here.stopping, here.pace, persistence, here.refusals)
        shard = run_shards(ledger, run_id)[number]
        return work_shard(here.job, way, settings.in_flight, shard, chosen_of(about) if about else None)


def finish(settings: LedgerSettings, run_id: str, stopped: BaseException | None = None) -> Summary:
    """Settle the run's account, write how it ended, and return its summary. Raises `LedgerStopped`."""
    try:
        ledger = open_ledger(settings.ledger_url.get_secret_value())
    except LedgerUnusable as error:  # it was there when the run began
        raise LedgerStopped(str(error)) from None
    with disposing(ledger):
        return _account(ledger, run_id, stopped)


def _account(ledger: Engine, run_id: str, stopped: BaseException | None) -> Summary:
    run = run_of(ledger, run_id)
    ranges, passed, counts = progress(ledger, run_id)
    seconds = (datetime.fromisoformat(utc_now()) - datetime.fromisoformat(run.started_at)).total_seconds()
    doubt_unsettled(ledger, run_id)
    doubled = compact(ledger)
    supersede(ledger)
    sound = ranges == passed and not doubled
    in_doubt = len(doubtful(ledger, run_id))
    summary = summarise(run_id, counts, events_by_state(ledger, run_id), in_doubt, seconds, sound=sound)
    if run.kind == "replay" and sound and not stopped:
        close_gone(ledger, run_id)
    if summary.balanced and not stopped:
        settle(ledger, told_of(move_watermarks(ledger, run_id)))
    state = "stopped" if stopped else "done" if summary.balanced else "failed"
    end_run(ledger, run_id, state, summary.document())
    return summary


def run_here(  # noqa: PLR0913  # a run is as much
    settings: Settings,
    options: Options,
    workers: int,
    max_dead: MaxDead,
    what: What = everything,
    contract: Contract | None = None,
    *,
    resume: bool = False,
    thorough: bool = True,
) -> Outcome:
    """Run from beginning to end in this process, without Prefect. Raises what `prepared` raises.

    An interrupt is raised again once what was on its way is settled and the account is drawn.
    """
    with prepared(settings, options, what, contract, resume=resume, thorough=thorough) as run:
        stopped = _work_all(settings, run, workers)
        summary = finish(settings, run.run_id, stopped)
    if isinstance(stopped, Exception) and type(stopped) in EXITS:
        return run.noted(judge(summary, max_dead, stopped))
    if stopped:
        raise stopped
    return run.noted(judge(summary, max_dead))


@contextmanager
def _held(
    settings: Settings, options: Options, run_id: str, stopping: Event, contract: Contract | None, *, thorough: bool
) -> Iterator[Job]:
    """Check everything, and hold the ledger until the block ends. Raises what `prepared` raises."""
    share_heap()
    job = check(settings, options, contract, thorough=thorough)
    with closing(job), holding(job.ledger, settings.source_name, run_id, stopping):
        yield job


def _keep_to_bounds(job: Job, cut: Cut) -> None:
    """Find out what would be sent, where there is a bound to it. Raises `BeyondBounds`."""
    bounds = bounds_of(job.options)
    if not bounds.are_none:
        counts = reckoned(job, everything(job) if cut.kind == CANARY else cut)
        bounds.check(total(counts, DELIVERED), counts[USERS])


def _read_of(cut: Cut) -> str:
    """Say from when to when a night reads."""
    if cut.kind != NIGHTLY or not cut.spans:
        return ""
    since, until = (pick(str(span[place])[:19] for span in cut.spans.values()) for place, pick in ((0, min), (1, max)))
    return f"Read what changed from {since}Z to {until}Z."


def _note(known: bool, doubts: int, resume: bool, before: str | None) -> str:  # noqa: FBT001  # as they were found
    notes = []
    if not known:
        notes.append("The ledger was new: everything counted as never sent.")
    if doubts:
        notes.append(f"{doubts:,} batches of a run that was killed were in doubt.")
    if resume:
        nothing = "There was no stopped run of the same parameters and versions to go on with: all was read."
        notes.append(f"Went on where run {before[:8]} was stopped." if before else nothing)
    return " ".join(notes)


def _work_all(settings: Settings, run: Run, workers: int) -> BaseException | None:
    """Work every shard and return what stopped the first that stopped, if any did."""
    errors: list[BaseException] = []
    with ThreadPoolExecutor(workers, thread_name_prefix="shard") as pool:
        futures = [pool.submit(work, settings, run.run_id, number) for number in range(len(run.shards))]
        waiting = list(futures)
        while waiting:
            try:
                waiting[0].result()
            except CancelledError:
                pass
            except BaseException as error:  # noqa: BLE001  # an interrupt too: no shard begins after it
                errors.append(error)
                run.stopping.set()
                pool.shutdown(wait=False, cancel_futures=True)
                if not waiting[0].done():
                    continue
            waiting.pop(0)
    return foremost(errors)
