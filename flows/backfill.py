"""The historical import as a Prefect flow: each shard of users a task, the account at the end an artifact.

Prefect schedules, shows and alerts; the ledger alone knows what was sent. So tasks keep no results and no cache, take
only small values, and a run that is started again sends only what no receipt covers.
"""

from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows import pipeline
from flows.errors import EXITS, Exit
from flows.options import IdentifyMode, options_of
from flows.outcome import Outcome, judge, read_max_dead
from flows.report import markdown
from flows.settings import load_settings
from flows.tally import DEAD, DEAD_ROWS, DELIVERED, total


def _name() -> str:
    """Return the run's name, as `import 2019-01-01…2024-06-30 · orders`."""
    asked = flow_run.parameters
    span = f"{asked.get('since') or 'the beginning'}…{asked.get('until') or 'now'}"
    return f"import {span} · {', '.join(asked.get('streams') or ['all streams'])}"


@task(name="shard", task_run_name="{title}", cache_policy=NO_CACHE, persist_result=False)
def shard(run_id: str, number: int, title: str) -> State[Any]:  # noqa: ARG001  # the title is the task run's name
    """Send one shard of users. A stop by the source or the data plane is a Failed state that says why."""
    try:
        counts = pipeline.work(load_settings(), run_id, number)
    except tuple(EXITS) as error:
        return Failed(message=str(error), data=error)
    dead = total(counts, DEAD) + total(counts, DEAD_ROWS)
    return Completed(message=f"{total(counts, DELIVERED):,} delivered, {dead:,} dead letters")


@flow(
    name="backfill",
    flow_run_name=_name,
    task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]  # its result type is of no use here
    persist_result=False,
)
def backfill(  # a form's fields are its parameters
    since: str | None = None,
    until: str | None = None,
    streams: list[str] | None = None,
    identify: IdentifyMode = "current",
    shards: int = 8,
    max_dead: str = "0",
) -> State[Any]:
    """Send the history between two dates, or all of it, as Identify, Group and Track calls.

    What receipts cover is not sent again. The run ends Failed when its balance does not close, when it has more dead
    letters than allowed, or when the source or the data plane stopped it.
    """
    settings = load_settings()
    options = options_of(since, until, streams or [], identify, shards, settings.source_timezone)
    limit = read_max_dead(max_dead)
    run = pipeline.prepare(settings, options)
    futures = [shard.submit(run.run_id, number, title) for number, title in enumerate(_titles(run))]
    for future in futures:
        future.wait()
    stopped = next((error for future in futures if (error := _error(future.state))), None)
    summary = pipeline.finish(settings, run.run_id, stopped)
    if stopped and type(stopped) not in EXITS:
        raise stopped
    outcome = judge(summary, limit, stopped)
    create_markdown_artifact(markdown(settings, outcome), key="backfill-report", description=outcome.words)
    return _state(outcome)


def _error(state: State[Any]) -> Exception | None:
    """Return what stopped a shard, foreseen or not."""
    error = state.result(raise_on_failure=False)
    return error if isinstance(error, Exception) else None


def _state(outcome: Outcome) -> State[Any]:
    make = Completed if outcome.exit is Exit.DONE else Failed
    return make(message=outcome.words, data=outcome.document())


def _titles(run: pipeline.Run) -> list[str]:
    """Return what the shards are called: their axis, and how many of the run's users they come after."""
    titles = []
    for number, one in enumerate(run.shards, 1):
        same = [other for other in run.shards if other.axis == one.axis]
        share = f" · {same.index(one) + 1} of {len(same)}" if len(same) > 1 else ""
        titles.append(f"shard {number}: {one.axis}{share}")
    return titles
