"""A canary: once its users are sent, the flow run pauses until a person looked at the numbers and lets it go on."""

from prefect.exceptions import FlowPauseTimeout
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput

from flows.errors import NotApproved
from flows.options import Options
from flows.outcome import counted
from flows.settings import LedgerSettings
from flows.summary import Summary
from flows.tables import in_markdown
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.runs import SEND, last_runs

APPROVAL_SECONDS = 7 * 24 * 3600
"""How long an approval is waited for."""

_LOOK_EVERY_SECONDS = 2


class Approval(RunInput):
    """Nothing to fill in: to submit is to approve."""


def approve(summary: Summary) -> None:
    """Pause the flow run until a person resumes it, showing what the canary came to. The ledger is free meanwhile.

    Raises `NotApproved` when nobody did in time.
    """
    asked = Approval.with_initial_data(description=words(summary))
    key = f"canary-{summary.run_id}"  # another for each attempt: Prefect asks only once under one key
    try:
        pause_flow_run(wait_for_input=asked, timeout=APPROVAL_SECONDS, poll_interval=_LOOK_EVERY_SECONDS, key=key)
    except FlowPauseTimeout:
        raise NotApproved from None


def was_approved(settings: LedgerSettings, options: Options) -> bool:
    """Tell whether what comes after the canary was begun and stopped: by the last run, asked for the same."""
    with disposing(open_ledger(settings.ledger_url.get_secret_value())) as ledger:
        runs = last_runs(ledger, 1, but=SEND)
    begun = [run for run in runs if (run["kind"], run["parameters"]) == ("import", options.parameters())]
    return any(run["state"] in ("stopped", "running") for run in begun)  # who was killed is not told as stopped yet


def words(summary: Summary) -> str:
    """Return what a canary came to, as the page shows it to whoever is to approve."""
    already = f" · {summary.already_delivered:,} already delivered" if summary.already_delivered else ""
    figures = (
        f"{summary.rows_read:,} rows read · {counted(summary.messages, 'message')} · "
        f"{summary.delivered:,} delivered{already} · {counted(summary.dead + summary.rows_dead, 'dead letter')}"
    )
    shown = in_markdown([("Delivered by event", ("event", "messages"), list(summary.events.items()))])
    parts = [f"{_came_to(summary)}{figures}", *(shown if summary.delivered else [])]
    return "\n\n".join([*parts, "Submit sends everybody else. To end the run, Cancel it."])


def _came_to(summary: Summary) -> str:
    """Return how it went; `users` are those of whom something was delivered now."""
    if summary.delivered:
        return f"**The canary was sent.** {counted(summary.users, 'user')} · "
    before = "All of the canary was delivered before: nothing was sent now."
    return f"**{before if summary.already_delivered else 'There was nothing of the canary to send.'}** "
