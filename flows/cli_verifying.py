"""The command that holds source, ledger and destination against each other: verify."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from flows import pipeline
from flows.command import InPrefect, Json, Workers, app, check_writable, ends, errors, seen_in_prefect
from flows.cutting import What
from flows.errors import Exit
from flows.options import IdentifyMode, Options, options_of
from flows.outcome import MaxDead, Outcome
from flows.prefect_run import run_in_prefect
from flows.stopping import INTERRUPTED, TERMINATED, Terminated, heeding_sigterm
from flows.tables import on_terminal
from flows.verification import report
from flows.verification.account import Asked
from flows.verification.account import verify as verify_here
from flows.verification.expecting import Tell
from flows.verification.findings import check_findings_file
from flows.verification.settings import load_verify_settings
from flows.verification.verified import Verified


@app.command()
@ends
def verify(  # noqa: PLR0913, PLR0917  # a command's options are its parameters
    since: Annotated[str | None, typer.Option(help="only what happened from this date or time on")] = None,
    until: Annotated[str | None, typer.Option(help="only what happened before this date or time")] = None,
    stream: Annotated[list[str] | None, typer.Option(help="only this stream; may be given again")] = None,
    identify: Annotated[IdentifyMode, typer.Option(help="as the runs had it that sent the history")] = "current",
    resend_missing: Annotated[bool, typer.Option("--resend-missing", help="send again what is missing")] = False,  # noqa: FBT002  # a flag is one
    shown: Annotated[int, typer.Option("--list", min=0, help="findings of each kind to show")] = 20,
    findings: Annotated[Path | None, typer.Option(help="write all findings to this CSV file")] = None,
    workers: Workers = 2,
    json_file: Json = None,
    prefect: InPrefect = None,
) -> Outcome:
    """Hold source, ledger and destination against each other: what is missing, doubled, different."""
    settings = load_verify_settings()
    rest = Options(streams=tuple(stream or ()), identify=identify)
    options = options_of(since, until, rest, settings.source_timezone)
    check_writable(json_file)
    check_writable(findings, "--findings")
    if findings:
        check_findings_file(findings)

    def send(options: Options, what: What) -> Outcome:
        return pipeline.run_here(settings, options, workers, MaxDead(), what)

    def doing(tell: Tell) -> Outcome:
        if not seen_in_prefect(prefect):
            return verify_here(settings, Asked(options, shown, findings), send if resend_missing else None, tell)
        form = {
            "compared": {"resend_missing": resend_missing, "destinations": settings.destinations.strip() or "none"},
            "what": {"since": since or "", "until": until or "", "streams": stream or [], "identify": identify},
            "shown": {"each": shown, "file": str(findings) if findings else ""},
        }
        return run_in_prefect(_flow, form, Verified)

    try:
        with _telling() as tell, heeding_sigterm():
            outcome = doing(tell)
    except (KeyboardInterrupt, Terminated) as signal:
        errors.print("Interrupted. Whatever was sent again stands in the ledger; verify again to see what is left.")
        raise typer.Exit(TERMINATED if isinstance(signal, Terminated) else INTERRUPTED) from None
    if json_file and outcome.summary:
        json_file.write_text(json.dumps(outcome.summary.document(), indent=2) + "\n")
    _show(outcome, shown)
    return outcome


def _flow() -> Any:
    from flows.verify import verify as flow  # noqa: PLC0415  # Prefect alone takes seconds to import

    return flow


@contextmanager
def _telling() -> Iterator[Tell]:
    """Give what shows how far a verification is; on a terminal alone."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("preparing") as status:
        yield lambda words: status.update(escape(words))


def _show(outcome: Outcome, most: int) -> None:
    """Print the account, what differs, and how it ended."""
    console = Console()
    verified = outcome.summary
    if isinstance(verified, Verified):
        tables = [report.totals(verified), report.months(verified, differing=True, most=most)]
        for title, names, rows in [*tables, *report.found(verified)]:
            if rows:
                console.print(on_terminal((title, names, rows)))
    colour = "green" if outcome.exit is Exit.DONE else "red"
    console.print(f"[{colour}]{escape(outcome.words)}[/{colour}]", highlight=False, soft_wrap=True)
