"""The three-way account of source, ledger and destination as a Prefect flow."""

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.cutting import What
from flows.errors import Exit
from flows.options import IdentifyMode, Options, options_of
from flows.outcome import MaxDead, Outcome
from flows.prefect_run import outcome_of
from flows.tasks import run_as_tasks
from flows.verification import account
from flows.verification.report import markdown
from flows.verification.settings import load_verify_settings


def _name() -> str:
    """Return the run's name, as `verify 2019-01-01…now · orders`."""
    asked = flow_run.parameters
    span = f"{asked.get('since') or 'the beginning'}…{asked.get('until') or 'now'}"
    return f"verify {span} · {', '.join(asked.get('streams') or ['all streams'])}"


@flow(
    name="verify",
    flow_run_name=_name,
    task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]  # its result type is of no use here
    persist_result=False,
)
def verify(  # noqa: PLR0913, PLR0917  # a form's fields are its parameters
    since: str | None = None,
    until: str | None = None,
    streams: list[str] | None = None,
    identify: IdentifyMode = "current",
    resend_missing: bool = False,  # noqa: FBT001, FBT002  # see above
    shown: int = 20,
    findings: str | None = None,
) -> State[Any]:
    """Hold what the source makes, the ledger knows and the destination holds against each other.

    The destination is the warehouse where BACKFILL_WAREHOUSE_URL is set, else the local data plane. The run ends
    Failed when something differs that was not mended. `resend_missing` sends again what the destination lacks;
    `shown` is how many findings of a kind the report has, `findings` a file for all of them.
    """
    settings = load_verify_settings()
    rest = Options(streams=tuple(streams or ()), identify=identify)
    options = options_of(since, until, rest, settings.source_timezone)
    asked = account.Asked(options, shown, Path(findings) if findings else None)

    def send(options: Options, what: What) -> Outcome:
        return outcome_of(run_as_tasks(settings, options, what, MaxDead()))

    outcome = account.verify(settings, asked, send if resend_missing else None, lambda _: None)
    create_markdown_artifact(markdown(outcome), key="verify-report", description=outcome.words)
    make = Completed if outcome.exit is Exit.DONE else Failed
    return make(message=outcome.words, data=outcome.document())
