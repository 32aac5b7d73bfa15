"""A run's shards as Prefect tasks, and its account as an artifact: what all flows that send have in common."""

from contextlib import suppress
from functools import partial
from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed, Failed

from flows import pipeline
from flows.cutting import What
from flows.errors import EXITS, Exit, foremost
from flows.options import Options
from flows.outcome import MaxDead, Outcome, judge
from flows.pipeline import Run
from flows.prefect_gone import gone, is_gone
from flows.report import markdown
from flows.settings import Settings, load_settings
from flows.shared_rate import take
from flows.tally import DEAD, DEAD_ROWS, DELIVERED, total
from loaders.errors import Interrupted

_SETTLE_SECONDS = 60.0


@task(name="shard", task_run_name="{title}", cache_policy=NO_CACHE, persist_result=False)
def shard(run_id: str, number: int, title: str, shared_rate: str | None) -> State[Any]:  # noqa: ARG001  # the task run's name
    """Send one shard of users. A stop by the source or the data plane is a Failed state that says why."""
    try:
        counts = pipeline.work(load_settings(), run_id, number, partial(take, shared_rate) if shared_rate else None)
    except tuple(EXITS) as error:
        return Failed(message=str(error), data=error)
    dead = total(counts, DEAD) + total(counts, DEAD_ROWS)
    return Completed(message=f"{total(counts, DELIVERED):,} delivered, {dead:,} dead letters")


def run_as_tasks(  # noqa: PLR0913  # a run is as much
    settings: Settings,
    options: Options,
    what: What,
    max_dead: MaxDead,
    *,
    shared_rate: str | None = None,
    resume: bool = False,
    thorough: bool = True,
) -> State[Any]:
    """Run from beginning to end, each shard a task run, and return the flow run's state.

    Raises what `prepared` raises. A cancellation, or a time-out, is raised again once what was on its way is settled.
    """
    with pipeline.prepared(settings, options, what, resume=resume, thorough=thorough) as run:
        futures: list[PrefectFuture[Any]] = []
        stopped: BaseException | None = None
        try:
            for number, title in enumerate(_titles(run)):
                futures.append(shard.submit(run.run_id, number, title, shared_rate))
            for future in futures:
                future.wait()
        except BaseException as error:  # noqa: BLE001  # how Prefect tells a cancellation
            stopped = gone() if is_gone(error) else error
            run.stopping.set()
            _settled(futures)
        ended = [_error(future.state) for future in futures]
        stopped = stopped or foremost([one for one in ended if one])
        summary = pipeline.finish(settings, run.run_id, stopped)
    if stopped and not (isinstance(stopped, Exception) and type(stopped) in EXITS):
        raise stopped
    outcome = run.noted(judge(summary, max_dead, stopped if isinstance(stopped, Exception) else None))
    _show(markdown(settings, outcome), outcome)
    return _state(outcome)


def _show(report: str, outcome: Outcome) -> None:
    """Keep the report as an artifact, where Prefect's server is still there."""
    try:
        create_markdown_artifact(report, key="backfill-report", description=outcome.words)
    except Exception as error:
        if not is_gone(error):
            raise


def _settled(futures: list[PrefectFuture[Any]]) -> None:
    """Wait until every shard has settled what was on its way, however often the signal comes."""
    for future in futures:
        with suppress(BaseException):
            future.wait(_SETTLE_SECONDS)


def _error(state: State[Any]) -> Exception | None:
    """Return what stopped a shard, foreseen or not."""
    if not state.is_final():
        return Interrupted()
    error = state.result(raise_on_failure=False)
    if is_gone(error):
        return gone()
    return error if isinstance(error, Exception) else None


def _state(outcome: Outcome) -> State[Any]:
    make = Completed if outcome.exit is Exit.DONE else Failed
    return make(message=outcome.words, data=outcome.document())


def _titles(run: Run) -> list[str]:
    """Return what the shards are called: their axis, and which of the axis's shards they are."""
    titles = []
    for number, one in enumerate(run.shards, 1):
        same = [other for other in run.shards if other.axis == one.axis]
        share = f" · {same.index(one) + 1} of {len(same)}" if len(same) > 1 else ""
        titles.append(f"shard {number}: {one.axis}{share}")
    return titles
