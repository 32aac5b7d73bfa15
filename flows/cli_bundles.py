"""The commands for a data plane out of the database's reach: export, push."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from flows.bundles.checking import open_bundle
from flows.bundles.exporting import export
from flows.bundles.pushing import push
from flows.bundles.settings import ExportSettings
from flows.bundles.signing import private_key, public_key
from flows.bundles.telling import Told, tell
from flows.command import Json, MaxDeadText, Workers, app, check_writable, ends, errors, run_and_report, write_json
from flows.errors import EXITS, Exit
from flows.options import MAX_SHARDS, DoubtPolicy, IdentifyMode, Options, options_of
from flows.outcome import Outcome, read_max_dead
from flows.settings import DeliverySettings, load
from flows.stopping import INTERRUPTED, TERMINATED, Terminated, heeding_sigterm
from flows.tables import on_terminal


@app.command("export")
@ends
def export_(  # noqa: PLR0913, PLR0917  # a command's options are its parameters
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="folder to be made")],
    since: Annotated[str | None, typer.Option(help="only what happened from this date or time on")] = None,
    until: Annotated[str | None, typer.Option(help="only what happened before this date or time")] = None,
    stream: Annotated[list[str] | None, typer.Option(help="only this stream; may be given again")] = None,
    identify: Annotated[IdentifyMode, typer.Option(help="one Identify a user, at each trigger, or none")] = "current",
    shards: Annotated[int, typer.Option(min=1, max=MAX_SHARDS, help="shares that the users are cut into")] = 8,
    max_dead: MaxDeadText = "0",
    sign: Annotated[Path | None, typer.Option(help="sign with this Ed25519 private key, a PEM file")] = None,
    json_file: Json = None,
) -> Outcome:
    """Write what a run would send into a folder of files, for `push` on another machine; send nothing."""
    settings = load(ExportSettings)
    rest = Options(streams=tuple(stream or ()), identify=identify, shards=shards)
    options, limit = options_of(since, until, rest, settings.source_timezone), read_max_dead(max_dead)
    check_writable(json_file)
    try:
        key = private_key(sign) if sign else None
        with _waiting(), heeding_sigterm():
            told = tell(folder, export(settings, options, folder, key), limit)
    except tuple(EXITS) as error:
        write_json(json_file, {"exit": int(EXITS[type(error)]), "words": str(error)})
        raise
    except (KeyboardInterrupt, Terminated) as signal:
        errors.print("Interrupted. No bundle was left; export again.")
        raise typer.Exit(TERMINATED if isinstance(signal, Terminated) else INTERRUPTED) from None
    write_json(json_file, told.document)
    _show(told)
    return told.outcome


@app.command("push")
@ends
def push_(  # noqa: PLR0913, PLR0917  # see above
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a bundle that `export` made")],
    workers: Workers = 2,
    max_dead: MaxDeadText = "0",
    in_doubt: Annotated[DoubtPolicy, typer.Option(help="what may have arrived: send it again, or skip it")] = "resend",
    max_rate: Annotated[int | None, typer.Option(min=1, help="events a second at most [default: no limit]")] = None,
    max_events: Annotated[
        int | None, typer.Option(min=1, help="refuse if more would be sent [default: no limit]")
    ] = None,
    verify: Annotated[Path | None, typer.Option(help="refuse what this Ed25519 public key did not sign")] = None,
    json_file: Json = None,
) -> Outcome:
    """Deliver a bundle, once it was found to be whole; what was delivered before is not sent again."""
    settings = load(DeliverySettings)
    options = Options(in_doubt=in_doubt, max_rate=max_rate, max_events=max_events)
    limit = read_max_dead(max_dead)

    def doing() -> Outcome:
        bundle = open_bundle(folder, public_key(verify) if verify else None)
        return push(settings, options, bundle, workers, limit)

    return run_and_report(settings, doing, json_file)


@contextmanager
def _waiting() -> Iterator[None]:
    """Show on a terminal that something is being done."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status("reading the source"):
        yield


def _show(told: Told) -> None:
    """Print what stands in the bundle, and how the export ended."""
    console = Console()
    for table in told.tables:
        console.print(on_terminal(table))
    colour = "green" if told.outcome.exit is Exit.DONE else "red"
    console.print(f"[{colour}]{escape(told.outcome.words)}[/{colour}]", highlight=False, soft_wrap=True)
