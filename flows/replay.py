"""The replay of dead letters as a Prefect flow."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner

from flows.options import IdentifyMode, Options
from flows.outcome import read_max_dead
from flows.rereading import Letters, replaying
from flows.settings import load_settings
from flows.tasks import run_as_tasks


def _name() -> str:
    """Return the run's name, as `replay Missing-Value · orders`."""
    asked = flow_run.parameters
    reasons, streams = ", ".join(asked.get("reasons") or ()), ", ".join(asked.get("streams") or ())
    return f"replay {reasons or 'all reasons'} · {streams or 'all streams'}"


@flow(
    name="replay",
    flow_run_name=_name,
    task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]  # its result type is of no use here
    persist_result=False,
)
def replay(
    reasons: list[str] | None = None,
    streams: list[str] | None = None,
    run: str | None = None,
    identify: IdentifyMode = "current",
    max_dead: str = "0",
) -> State[Any]:
    """Read the rows of open dead letters again, and send what holds now.

    Letters are chosen by reason, stream, and the run that saw them last. Those that pass leave the list with a trace;
    those whose row is gone from the source do too.
    """
    what = replaying(Letters(tuple(streams or ()), tuple(reasons or ()), run))
    return run_as_tasks(load_settings(), Options(identify=identify), what, read_max_dead(max_dead))
