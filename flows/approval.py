"""A canary: once its users are sent, the flow run pauses until a person looked at the numbers and lets it go on."""

from prefect.exceptions import FlowPauseTimeout
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput

from flows.errors import NotApproved
from flows.pipeline import Run
from flows.reporting.breakdown import sent_by_event
from flows.settings import Settings
from flows.tables import in_markdown
from flows.tally import DEAD, DEAD_ROWS, DELIVERED, MESSAGES, READ, USERS, total
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.runs import Counts, progress, run_shards

APPROVAL_SECONDS = 7 * 24 * 3600
"""How long an approval is waited for."""

_LOOK_EVERY_SECONDS = 2


class Approval(RunInput):
    """Nothing to fill in: to submit is to approve."""


def approve(settings: Settings, run: Run) -> None:
    """Pause the flow run until a person resumes it, showing what the first shard came to.

    One that went on before, and is resumed or retried, does not ask again. Raises `NotApproved` when nobody did.
    """
    with disposing(open_ledger(settings.ledger_url.get_secret_value())) as ledger:
        _, *others = run_shards(ledger, run.run_id)
        if any(shard.position for shard in others):
            return
        counts = progress(ledger, run.run_id).counts
    asked = Approval.with_initial_data(description=words(counts))
    try:
        pause_flow_run(wait_for_input=asked, timeout=APPROVAL_SECONDS, poll_interval=_LOOK_EVERY_SECONDS, key="canary")
    except FlowPauseTimeout:
        raise NotApproved from None


def words(counts: Counts) -> str:
    """Return what a canary came to, as the page shows it to whoever is to approve."""
    dead = total(counts, DEAD) + total(counts, DEAD_ROWS)
    figures = (
        f"{counts[USERS]:,} users · {total(counts, READ):,} rows read · {counts[MESSAGES]:,} messages · "
        f"{total(counts, DELIVERED):,} delivered · {dead:,} dead letters"
    )
    (shown,) = in_markdown([sent_by_event(counts)])
    return f"**The canary was sent.** {figures}\n\n{shown}\n\nSubmit sends everybody else. To end the run, Cancel it."
