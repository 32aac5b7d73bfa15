"""What stands on a run's page in Prefect once it has ended: its report, and tables that keep a history by their key."""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.outcome import Outcome
from flows.prefect_gone import is_gone
from flows.reporting.recorded import recorded
from flows.reporting.report import markdown
from flows.reporting.set_aside import dead_letters
from flows.settings import LedgerSettings
from flows.tables import in_rows
from flows.verification import report as verified_report
from flows.verification.verified import Verified
from flows.wording import told


def publish(settings: LedgerSettings, outcome: Outcome) -> None:
    """Keep a run's report and its dead letters, in the flow run under way; not where Prefect's server is gone."""
    with _where_prefect_is():
        outcome = outcome._replace(words=told(outcome.words))
        report = markdown(settings, outcome)
        create_markdown_artifact(report, key="backfill-report", description=outcome.words)
        run = recorded(settings, outcome.summary.run_id) if outcome.summary else None
        if run:
            table = dead_letters(run)
            create_table_artifact(in_rows(table), key="dead-letters", description=table[0])


def publish_verified(outcome: Outcome) -> None:
    """Keep a verification's report and its account of the streams, likewise."""
    with _where_prefect_is():
        report = verified_report.markdown(outcome)
        create_markdown_artifact(report, key="verify-report", description=outcome.words)
        if isinstance(outcome.summary, Verified):
            table = verified_report.totals(outcome.summary)
            create_table_artifact(in_rows(table), key="reconciliation", description=outcome.words)


@contextmanager
def _where_prefect_is() -> Iterator[None]:
    """Let the block end early where Prefect's server is gone: what it would have shown, the ledger has."""
    try:
        yield
    except Exception as error:
        if not is_gone(error):
            raise
