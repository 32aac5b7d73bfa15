"""What all commands have in common: the application, how one ends, and how a run is reported."""

import json
import os
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from flows import pipeline, showing
from flows.cutting import What
from flows.destinations import check_chosen
from flows.errors import EXITS, Exit, SettingsInvalid
from flows.forecast.contract import Contract
from flows.options import MAX_WORKERS, Options
from flows.outcome import MaxDead, Outcome
from flows.prefect_run import FlowLoader, run_in_prefect
from flows.progress import showing_progress
from flows.readiness import check
from flows.settings import LedgerSettings, Settings
from flows.stopping import INTERRUPTED, TERMINATED, Terminated, heeding_sigterm

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
errors = Console(stderr=True)

Json = Annotated[Path | None, typer.Option("--json", help="write the summary to this file")]
MaxDeadText = Annotated[str, typer.Option(help="dead letters allowed: a count, or a share as 0.5%")]
Workers = Annotated[int, typer.Option(min=1, max=MAX_WORKERS, help="shards worked at the same time, without Prefect")]
InPrefect = Annotated[bool | None, typer.Option(help="show it in Prefect [default: where PREFECT_API_URL is set]")]


def ends(command: Callable[..., Outcome | None]) -> Callable[..., None]:
    """Turn a command's outcome into the process's exit code."""

    @wraps(command)
    def ended(*args: Any, **kwargs: Any) -> None:
        outcome = command(*args, **kwargs)
        if outcome and outcome.exit is not Exit.DONE:
            raise typer.Exit(outcome.exit)

    return ended


def seen_in_prefect(prefect: bool | None) -> bool:  # noqa: FBT001  # as the option gives it
    """Tell whether the run is to be shown in Prefect."""
    return bool(os.environ.get("PREFECT_API_URL")) if prefect is None else prefect


def check_writable(file: Path | None, option: str = "--json") -> None:
    """Find out before anything is done whether the option's file can be written. Raises `SettingsInvalid`."""
    try:
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.open("a").close()
    except OSError as error:
        raise SettingsInvalid([f"{option} {file} cannot be written: {error.strerror}"]) from None


def write_json(json_file: Path | None, document: Mapping[str, Any]) -> None:
    """Write how a run ended, or was refused: what an earlier one left there must not be taken for its own."""
    if json_file:
        json_file.write_text(json.dumps(document, indent=2) + "\n")


def run_and_report(settings: LedgerSettings, run: Callable[[], Outcome], json_file: Path | None) -> Outcome:
    """Run, write the summary, and print the account. A signal ends the process with its own exit code."""
    check_writable(json_file)
    try:
        with showing_progress(settings), heeding_sigterm():
            outcome = run()
    except tuple(EXITS) as error:
        write_json(json_file, {"exit": int(EXITS[type(error)]), "words": str(error)})
        raise
    except (KeyboardInterrupt, Terminated) as signal:
        errors.print(
            "Interrupted. What was delivered stands in the ledger; run again, or with --resume from where it was."
        )
        raise typer.Exit(TERMINATED if isinstance(signal, Terminated) else INTERRUPTED) from None
    write_json(json_file, (outcome.summary or outcome).document())
    showing.show_outcome(settings, outcome)
    return outcome


def plainly(  # noqa: PLR0913  # a run is as much
    settings: Settings,
    options: Options,
    what: What,
    workers: int,
    max_dead: MaxDead,
    contract: Contract | None = None,
    *,
    resume: bool = False,
    thorough: bool = True,
) -> Outcome:
    """Run in this process without Prefect."""
    return pipeline.run_here(settings, options, workers, max_dead, what, contract, resume=resume, thorough=thorough)


def in_prefect(
    settings: Settings,
    options: Options,
    load: FlowLoader,
    parameters: Mapping[str, Any],
    contract: Contract | None = None,
) -> Outcome:
    """Run as a flow run in Prefect, once everything was found to hold but the ledger's file, which the run looks at."""
    check_chosen(settings.destinations)
    check(settings, options, contract, thorough=False).close()
    return run_in_prefect(load, parameters)
