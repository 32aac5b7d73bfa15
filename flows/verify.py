"""The three-way account of source, ledger and destination as a Prefect flow."""

from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.cutting import What
from flows.formed import formed
from flows.forms import Compared, Shown
from flows.forms import What as Asked
from flows.options import Options, options_of
from flows.outcome import Outcome
from flows.prefect_run import outcome_of
from flows.reporting.artifacts import publish_verified
from flows.routing import chosen, reference, routed
from flows.tasks import Conduct, run_as_tasks, state_of
from flows.verification import account
from flows.verification.findings import check_findings_file
from flows.verification.settings import VerifySettings, checked


def _name() -> str:
    """Return the run's name, as `verify 2019-01-01…now · orders`."""
    asked = flow_run.parameters.get("what") or Asked()
    span = f"{asked.since or 'the beginning'}…{asked.until or 'now'}"
    return f"verify {span} · {', '.join(asked.streams) or 'all streams'}"


@formed("verify", _name)
def verify(compared: Compared = Compared(), what: Asked = Asked(), shown: Shown = Shown()) -> State[Any]:  # noqa: B008  # forms are frozen
    """Hold what the source makes, the ledger knows and the destination holds against each other.

    The destination is the warehouse where BACKFILL_WAREHOUSE_URL is set, else the local data plane. The run ends
    Failed when something differs that was not mended.
    """
    to = reference(compared.database, compared.connection, compared.destinations)
    settings = checked(chosen(routed(VerifySettings, to), to))
    rest = Options(streams=tuple(what.streams), identify=what.identify)
    options = options_of(what.since or None, what.until or None, rest, settings.source_timezone)
    file = Path(shown.file) if shown.file else None
    if file:
        check_findings_file(file)
    asked = account.Asked(options, shown.each, file)

    def send(options: Options, what: What) -> Outcome:
        return outcome_of(run_as_tasks(settings, Conduct(to, options, what)))

    outcome = account.verify(settings, asked, send if compared.resend_missing else None, lambda _: None)
    publish_verified(outcome)
    return state_of(outcome)
