"""The historical import as a Prefect flow: each shard of users a task, the account at the end an artifact.

Prefect schedules, shows and alerts; the ledger alone knows what was sent. So tasks keep no results and no cache, take
only small values, and a run that is started again sends only what no receipt covers.
"""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.task_runners import ThreadPoolTaskRunner

from flows.cutting import everything
from flows.options import DoubtPolicy, IdentifyMode, Options, options_of
from flows.outcome import read_max_dead
from flows.settings import load_settings
from flows.shared_rate import most_at_once
from flows.tasks import run_as_tasks


def _name() -> str:
    """Return the run's name, as `import 2019-01-01…2024-06-30 · orders`."""
    asked = flow_run.parameters
    span = f"{asked.get('since') or 'the beginning'}…{asked.get('until') or 'now'}"
    return f"import {span} · {', '.join(asked.get('streams') or ['all streams'])}"


@flow(
    name="backfill",
    flow_run_name=_name,
    task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]  # its result type is of no use here
    persist_result=False,
)
def backfill(  # noqa: PLR0913, PLR0917  # a form's fields are its parameters
    since: str | None = None,
    until: str | None = None,
    streams: list[str] | None = None,
    identify: IdentifyMode = "current",
    shards: int = 8,
    max_dead: str = "0",
    in_doubt: DoubtPolicy = "resend",
    max_rate: int | None = None,
    shared_rate: str | None = None,
    resume: bool = False,  # noqa: FBT001, FBT002  # see above
) -> State[Any]:
    """Send the history between two dates, or all of it, as Identify, Group and Track calls.

    What receipts cover is not sent again. The run ends Failed when its balance does not close, when it has more dead
    letters than allowed, or when the source or the data plane stopped it. `max_rate` is in events a second;
    `shared_rate` names a global concurrency limit that all workers take their events from; `resume` goes on where a
    stopped run of the same parameters is.
    """
    settings = load_settings()
    rest = Options(None, None, tuple(streams or ()), identify, shards, in_doubt, max_rate)
    options = options_of(since, until, rest, settings.source_timezone)
    limit = read_max_dead(max_dead)
    if shared_rate:
        most_at_once(shared_rate)
    return run_as_tasks(settings, options, everything, limit, shared_rate=shared_rate, resume=resume)
