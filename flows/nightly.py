"""The nightly run as a Prefect flow: what changed since the last one that ended well."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner

from flows.following import find_ledger, since_watermarks
from flows.options import DoubtPolicy, IdentifyMode, Options, options_of
from flows.outcome import read_max_dead
from flows.settings import load_settings
from flows.shared_rate import most_at_once
from flows.tasks import run_as_tasks


def _name() -> str:
    """Return the run's name, as `nightly · all streams`."""
    return f"nightly · {', '.join(flow_run.parameters.get('streams') or ['all streams'])}"


@flow(
    name="nightly",
    flow_run_name=_name,
    task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]  # its result type is of no use here
    persist_result=False,
)
def nightly(  # noqa: PLR0913, PLR0917  # a form's fields are its parameters
    streams: list[str] | None = None,
    identify: IdentifyMode = "current",
    shards: int = 4,
    max_dead: str = "0",
    in_doubt: DoubtPolicy = "resend",
    max_rate: int | None = None,
    shared_rate: str | None = None,
) -> State[Any]:
    """Send what changed in the source since the last night, or since the import.

    The window comes from the ledger's watermarks, never from the time that the run was scheduled for: nights that were
    missed are made up for, and one that fails is told again by the next.
    """
    settings = load_settings()
    find_ledger(settings)
    rest = Options(None, None, tuple(streams or ()), identify, shards, in_doubt, max_rate)
    options = options_of(None, None, rest, settings.source_timezone)
    if shared_rate:
        most_at_once(shared_rate)
    what = since_watermarks(settings.lookback_seconds)
    limit = read_max_dead(max_dead)
    return run_as_tasks(settings, options, what, limit, shared_rate=shared_rate, thorough=False)
