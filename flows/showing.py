"""What commands print: an outcome with its tables, and the runs that the ledger knows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape

from flows.errors import Exit
from flows.outcome import Outcome
from flows.reporting import breakdown
from flows.reporting.recorded import recorded
from flows.settings import LedgerSettings
from flows.tables import on_terminal
from flows.tally import DELIVERED
from loaders.ledger.dead_letters import listed_letters, reasons
from loaders.ledger.lock import Holder, holder
from loaders.ledger.opening import check_whole, open_ledger
from loaders.ledger.runs import last_runs

_FIGURES = {"delivered": ["delivered"], "already": ["already_delivered"], "dead": ["dead", "rows_dead"]}
_DOUBT = {"in doubt": ["in_doubt"]}


def show_outcome(settings: LedgerSettings, outcome: Outcome) -> None:
    """Print how a run ended, its balance and its counts."""
    console = Console()
    if outcome.summary:
        summary = outcome.summary
        run = recorded(settings, summary.run_id)
        tables = [*breakdown.tables(run.counts), *breakdown.closed(settings, summary.run_id)] if run else []
        for table in [breakdown.balance(summary), *tables]:
            console.print(on_terminal(table))
        rate = summary.delivered / summary.seconds if summary.seconds else 0
        console.print(
            f"{summary.users:,} users · {summary.requests:,} requests · {summary.bytes:,} bytes · "
            f"{summary.seconds:,.1f} s · {rate:,.0f} {DELIVERED}/s"
        )
    colour = "green" if outcome.exit is Exit.DONE else "red"
    console.print(f"[{colour}]{escape(outcome.words)}[/{colour}]", highlight=False, soft_wrap=True)


def show_status(settings: LedgerSettings, runs: int, letters: int) -> None:
    """Print the latest runs, the dead letters by reason and place, and so many of them by their row ids.

    Raises `LedgerUnusable`; makes no ledger.
    """
    console = Console()
    ledger = open_ledger(settings.ledger_url.get_secret_value(), make=False)
    check_whole(ledger)
    at_work = holder(ledger)
    latest = last_runs(ledger, runs)
    doubtful = any((run["summary"] or {}).get("in_doubt") for run in latest)
    figures = _FIGURES | (_DOUBT if doubtful else {})  # which leaves room for the others on a narrow terminal
    rows = [_told(run, at_work, figures.values()) for run in latest]
    names = ("started (UTC)", "run", "kind", "state", *figures)
    console.print(
        on_terminal(("Runs", names, rows)) if rows else "The ledger knows no run yet: start one, `backfill run`."
    )
    found = reasons(ledger)
    if found:
        console.print(on_terminal(("Dead letters", ("stream", "reason", "where", "count"), found)))
    if found and letters:
        listed = listed_letters(ledger, letters)
        console.print(on_terminal(("Rows", ("stream", "row id", "reason", "where", "last seen (UTC)"), listed)))


def _told(run: Mapping[str, Any], at_work: Holder | None, figures: Iterable[Sequence[str]]) -> list[object]:
    """Return the run as a row; of one that has not ended the figures are empty."""
    summary = run["summary"]
    counts = [sum(summary[name] for name in names) if summary else "" for names in figures]
    return [run["started_at"][:16].replace("T", " "), run["run_id"][:8], run["kind"], _state(run, at_work), *counts]


def _state(run: Mapping[str, Any], at_work: Holder | None) -> str:
    """Return the run's state; one that was killed could not write its own."""
    if run["state"] != "running":
        return str(run["state"])
    if at_work is None or at_work.run_id != run["run_id"]:
        return "killed"
    return "running" if at_work.is_seen else "running, or killed"
