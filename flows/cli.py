"""The command `backfill`: reads what a person wrote, and ends with the exit code that tells how it went."""

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import SQLAlchemyError

from extractors.source import words
from flows import checking, demo, pipeline, showing
from flows.errors import EXITS, Exit, SettingsInvalid
from flows.options import IdentifyMode, options_of
from flows.outcome import Outcome, read_max_dead
from flows.prefect_run import run_in_prefect
from flows.progress import showing_progress
from flows.settings import LedgerSettings, Settings, load_settings
from sandbox.gateway.server import GatewaySettings, serve_gateway
from sandbox.platform.sample import SampleExists, SampleOptions, write_sample

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
errors = Console(stderr=True)
_INTERRUPTED = 130  # as shells tell SIGINT


def main() -> None:
    """Run the command. What a person can do something about is one message, and never a traceback."""
    try:
        app()
    except tuple(EXITS) as error:
        errors.print(f"[red]{escape(str(error))}[/red]", highlight=False, soft_wrap=True)
        sys.exit(EXITS[type(error)])


def _ends(command: Callable[..., Outcome | None]) -> Callable[..., None]:
    """Turn a command's outcome into the process's exit code."""

    @wraps(command)
    def ended(*args: Any, **kwargs: Any) -> None:
        outcome = command(*args, **kwargs)
        if outcome and outcome.exit is not Exit.DONE:
            raise typer.Exit(outcome.exit)

    return ended


@app.command()
@_ends
def run(  # noqa: PLR0913, PLR0917  # a command's options are its parameters
    since: Annotated[str | None, typer.Option(help="only what happened from this date or time on")] = None,
    until: Annotated[str | None, typer.Option(help="only what happened before this date or time")] = None,
    stream: Annotated[list[str] | None, typer.Option(help="only this stream; may be given again")] = None,
    identify: Annotated[IdentifyMode, typer.Option(help="one Identify a user, at each trigger, or none")] = "current",
    shards: Annotated[int, typer.Option(min=1, max=90, help="shares that the users are cut into")] = 8,
    workers: Annotated[int, typer.Option(min=1, max=32, help="shards worked at the same time, without Prefect")] = 2,
    max_dead: Annotated[str, typer.Option(help="dead letters allowed: a count, or a share as 0.5%")] = "0",
    json_file: Annotated[Path | None, typer.Option("--json", help="write the summary to this file")] = None,
    prefect: Annotated[
        bool | None, typer.Option(help="show it in Prefect [default: where PREFECT_API_URL is set]")
    ] = None,
) -> Outcome:
    """Send the history to the data plane; what was delivered before is not sent again."""
    settings = load_settings()
    options = options_of(since, until, stream or [], identify, shards, settings.source_timezone)
    limit = read_max_dead(max_dead)
    _check_writable(json_file)
    seen = bool(os.environ.get("PREFECT_API_URL")) if prefect is None else prefect
    try:
        with showing_progress(settings):
            if seen:
                pipeline.check(settings, options)
                outcome = run_in_prefect(options, max_dead)
            else:
                outcome = pipeline.run_here(settings, options, workers, limit)
    except KeyboardInterrupt:
        errors.print("Interrupted. What was delivered stands in the ledger; run again to go on.")
        raise typer.Exit(_INTERRUPTED) from None
    return _report(settings, outcome, json_file)


def _check_writable(json_file: Path | None) -> None:
    """Find out before anything is sent whether the summary can be written."""
    try:
        if json_file:
            json_file.parent.mkdir(parents=True, exist_ok=True)
            json_file.open("a").close()
    except OSError as error:
        raise SettingsInvalid([f"--json {json_file} cannot be written: {error.strerror}"]) from None


def _report(settings: Settings, outcome: Outcome, json_file: Path | None) -> Outcome:
    if json_file and outcome.summary:
        json_file.write_text(json.dumps(outcome.summary.document(), indent=2) + "\n")
    showing.show_outcome(settings, outcome)
    return outcome


@app.command()
@_ends
def check() -> Outcome:
    """Look at settings, plan, models, source, ledger and data plane, and say everything that does not hold."""
    return checking.check_all(load_settings())


@app.command()
def status(
    runs: Annotated[int, typer.Option(min=1, help="how many of the latest runs")] = 10,
) -> None:
    """Show the latest runs and the dead letters, as the ledger has them."""
    showing.show_status(LedgerSettings(), runs)


@app.command()
def sample(
    users: Annotated[int, typer.Option(min=40, help="invented users")] = 600,
    url: Annotated[
        str, typer.Option(help="SQLAlchemy URL of the database to write")
    ] = "sqlite:///data/state/sample.db",
    keys: Annotated[str, typer.Option(help="integer or string")] = "integer",
    seed: Annotated[int, typer.Option(help="the same seed gives the same rows")] = 7,
) -> None:
    """Write the sample platform: a store with courses, invented people, and every kind of dirt."""
    if keys not in ("integer", "string"):
        raise SettingsInvalid([f"--keys is {keys!r}; write integer or string"])
    try:
        report = write_sample(url, SampleOptions(users=users, seed=seed, keys=keys))  # type: ignore[arg-type]  # seen to
    except (SampleExists, ValueError, OSError, ImportError, SQLAlchemyError) as error:
        why = words(error) if isinstance(error, SQLAlchemyError) else str(error)
        if not isinstance(error, SampleExists):
            why = f"--url cannot be written: {type(error).__name__ if isinstance(error, ValueError) else why}"
        raise SettingsInvalid([why]) from None
    typer.echo(f"{sum(report.rows.values()):,} rows in {len(report.rows)} tables, {report.seconds:.1f} s")


@app.command()
def gateway(
    port: Annotated[int, typer.Option(help="0 picks a free one")] = 8080,
    store: Annotated[Path, typer.Option(help="SQLite file of what was accepted")] = Path("data/state/data_plane.db"),
    latency_ms: Annotated[float, typer.Option(min=0, help="waited before each answer")] = 0,
    rate_limit: Annotated[int | None, typer.Option(help="events a minute [default: none]")] = None,
) -> None:
    """Serve the local data plane, a faithful stand-in for RudderStack's gateway, until Ctrl-C.

    It takes the write key in BACKFILL_WRITE_KEY, or `local` where that is not set.
    """
    key = os.environ.get("BACKFILL_WRITE_KEY", "local")
    try:
        settings = GatewaySettings(
            store=store, write_keys=(key,), port=port, latency_ms=latency_ms, rate_limit=rate_limit
        )
        serve_gateway(settings, lambda url: typer.echo(f"The local data plane listens at {url}"))
    except (ValueError, OSError, sqlite3.Error) as error:
        raise SettingsInvalid([f"the local data plane cannot start: {error}"]) from None


@app.command("demo")
@_ends
def show(
    users: Annotated[int, typer.Option(min=40, help="invented users")] = 600,
) -> Outcome:
    """Run the whole job on the sample platform and the local data plane, shown in Prefect; again sends nothing."""
    return demo.run_demo(users)


if __name__ == "__main__":
    main()
