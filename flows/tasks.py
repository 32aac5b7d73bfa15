"""A run's shards as Prefect tasks, and its account as an artifact: what all flows that send have in common."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from threading import BoundedSemaphore
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext
from prefect.futures import PrefectConcurrentFuture
from prefect.states import Completed, Failed

from flows import pipeline
from flows.alerts.notices import tell_notices, tell_settled
from flows.cutting import What
from flows.errors import EXITS, Exit, foremost
from flows.forecast.contract import Contract
from flows.options import Options
from flows.outcome import NO_DEAD, MaxDead, Outcome, counted, judge
from flows.pipeline import Run
from flows.prefect_gone import gone, is_gone
from flows.reporting.artifacts import publish
from flows.reporting.live import live_progress
from flows.routing import Reference, settings_of
from flows.settings import Settings
from flows.shared_rate import most_at_once, take
from flows.tally import DEAD, DEAD_ROWS, DELIVERED, USERS, total
from flows.titles import titles
from flows.wording import told
from loaders.errors import Interrupted

_SETTLE_SECONDS = 60.0
"""How long what is on its way is waited for, beyond what an answer may take."""

_LOOK_EVERY_SECONDS = 1.0


@task(name="shard", task_run_name="{title}", cache_policy=NO_CACHE, persist_result=False)
def shard(
    run_id: str,
    number: int,
    title: str,  # noqa: ARG001  # the task run's name
    route: dict[str, str | None],
    shared_rate: str | None,
) -> State[Any]:
    """Send one shard of users. A stop by the source or the data plane is a Failed state that says why."""
    try:
        settings = settings_of(Reference(**route))
        counts = pipeline.work(settings, run_id, number, partial(take, shared_rate) if shared_rate else None)
    except tuple(EXITS) as error:
        return Failed(message=told(str(error)), data=error)
    dead = total(counts, DEAD) + total(counts, DEAD_ROWS)
    users, letters = counted(counts[USERS], "user"), counted(dead, "dead letter")
    return Completed(message=f"{users}, {total(counts, DELIVERED):,} delivered, {letters}")


@dataclass(frozen=True)
class Conduct:
    """How a run is worked as tasks: what it is connected to, how many shards at once, and what it may leave dead.

    With a `contract`, it sends what was planned.
    """

    reference: Reference
    options: Options
    what: What
    max_dead: MaxDead = NO_DEAD
    workers: int = 2
    shared_rate: str | None = None
    contract: Contract | None = None
    resume: bool = False
    thorough: bool = True


def run_as_tasks(settings: Settings, conduct: Conduct) -> State[Any]:
    """Run from beginning to end, each shard a task run, and return the flow run's state.

    Raises what `prepared` raises. A cancellation, a time-out or a suspension is raised again once what was on its way
    is settled.
    """
    if conduct.shared_rate:
        most_at_once(conduct.shared_rate)
    with (
        pipeline.prepared(
            settings,
            conduct.options,
            conduct.what,
            conduct.contract,
            resume=conduct.resume,
            thorough=conduct.thorough,
        ) as run,
        live_progress(settings, run.run_id),
    ):
        futures: list[PrefectConcurrentFuture[Any]] = []
        stopped: BaseException | None = None
        try:
            futures.extend(_submitted(run, conduct))
            _wait_for(futures)
        except BaseException as error:  # noqa: BLE001  # how Prefect tells a cancellation, and a suspension
            stopped = gone() if is_gone(error) else error
            run.stopping.set()
            _settled(futures, settings.answer_seconds + _SETTLE_SECONDS)
        ended = [_error(future.state) for future in futures]
        stopped = stopped or foremost([one for one in ended if one])
        summary = pipeline.finish(settings, run.run_id, stopped)
    if stopped and not (isinstance(stopped, Exception) and type(stopped) in EXITS):
        tell_settled()
        raise stopped
    outcome = run.noted(judge(summary, conduct.max_dead, stopped if isinstance(stopped, Exception) else None))
    _told(settings, outcome)
    return state_of(outcome)


def _told(settings: Settings, outcome: Outcome) -> None:
    """Show the account and tell whom it concerns. What goes wrong with that is logged: the run is as it is."""
    for tell in (publish, tell_notices):
        try:
            tell(settings, outcome)
        except Exception as error:  # noqa: BLE001  # see above
            get_run_logger().warning("The run's page does not tell everything: %s", type(error).__name__)


def _submitted(run: Run, conduct: Conduct) -> Iterator[PrefectConcurrentFuture[Any]]:
    """Submit shard after shard, no more at once than there are workers."""
    free = BoundedSemaphore(conduct.workers)

    def ended(future: PrefectConcurrentFuture[Any]) -> None:
        if not _is_completed(future):
            run.stopping.set()
        free.release()

    for number, title in enumerate(titles(run.shards)):
        while not free.acquire(timeout=_LOOK_EVERY_SECONDS):
            _raise_if_suspended()
        if run.stopping.is_set():
            return
        future: Any = shard.submit(run.run_id, number, title, conduct.reference._asdict(), conduct.shared_rate)
        future.add_done_callback(ended)
        yield future


def _wait_for(futures: list[PrefectConcurrentFuture[Any]]) -> None:
    """Wait until all have ended, or a person suspends the flow run."""
    for future in futures:
        while not future.wrapped_future.done():
            future.wait(_LOOK_EVERY_SECONDS)


def _is_completed(future: PrefectConcurrentFuture[Any]) -> bool:
    try:
        future.wait()
    except BaseException:  # noqa: BLE001  # a shard that a suspension kept from beginning
        return False
    return future.state.is_completed()


def _raise_if_suspended() -> None:
    """Raise what Prefect raises at a flow run's next step, once a person has suspended it."""
    context = FlowRunContext.get()
    if context:
        context.flow_run_suspension_request.raise_if_requested()


def _settled(futures: list[PrefectConcurrentFuture[Any]], seconds: float) -> None:
    """Wait until every shard has settled what was on its way, however often the signal comes."""
    deadline = time.monotonic() + seconds
    for future in futures:
        while not future.wrapped_future.done() and time.monotonic() < deadline:
            with suppress(BaseException):
                future.wait(_LOOK_EVERY_SECONDS)


def _error(state: State[Any]) -> Exception | None:
    """Return what stopped a shard, foreseen or not."""
    if not state.is_final():
        return Interrupted()
    error = state.result(raise_on_failure=False)
    if is_gone(error):
        return gone()
    return error if isinstance(error, Exception) else None


def state_of(outcome: Outcome) -> State[Any]:
    """Return the outcome as a flow run's final state."""
    make = Completed if outcome.exit is Exit.DONE else Failed
    return make(message=outcome.words, data=outcome.document())
