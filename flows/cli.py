"""The command `backfill`: reads what a person wrote, and ends with the exit code that tells how it went."""

import sys
from typing import Annotated

import typer
from rich.markup import escape

from flows import (
    checking,
    cli_alerts,
    cli_bundles,
    cli_erase,
    cli_plan,
    cli_sandbox,
    cli_send,
    cli_sending,
    cli_serving,
    cli_tracking_plan,
    cli_verifying,
    explaining,
    showing,
)
from flows.command import app, ends, errors
from flows.errors import EXITS
from flows.memory import share_heap
from flows.outcome import Outcome
from flows.settings import LedgerSettings, load_settings

__all__ = [
    "app",
    "cli_alerts",
    "cli_bundles",
    "cli_erase",
    "cli_plan",
    "cli_sandbox",
    "cli_send",
    "cli_sending",
    "cli_serving",
    "cli_tracking_plan",
    "cli_verifying",
    "main",
]


def main() -> None:
    """Run the command. What a person can do something about is one message, and never a traceback."""
    share_heap()
    try:
        app()
    except tuple(EXITS) as error:
        errors.print(f"[red]{escape(str(error))}[/red]", highlight=False, soft_wrap=True)
        sys.exit(EXITS[type(error)])


@app.command()
@ends
def check(
    rows: Annotated[int, typer.Option(min=1, max=1_000_000, help="rows of each model to look at")] = 10_000,
    stream: Annotated[
        str | None, typer.Option("--explain", help="show only this stream's SQL and the database's plan of it")
    ] = None,
) -> Outcome:
    """Look at settings, plan, models and their rows, source, ledger and data plane; say all that does not hold."""
    settings = load_settings()
    return explaining.explain(settings, stream) if stream else checking.check_all(settings, rows)


@app.command()
def status(
    runs: Annotated[int, typer.Option(min=1, help="how many of the latest runs")] = 10,
    letters: Annotated[int, typer.Option("--list", min=0, help="how many dead letters to list by row id")] = 0,
) -> None:
    """Show the latest runs and the dead letters, as the ledger has them."""
    showing.show_status(LedgerSettings(), runs, letters)


if __name__ == "__main__":
    main()
