"""The command that plans: what a run would send, before anything is sent."""

from pathlib import Path
from typing import Annotated

import typer

from flows.command import Json, MaxDeadText, app, check_writable, ends, errors, write_json
from flows.errors import EXITS
from flows.forecast.document import document
from flows.forecast.planning import RATE, Planned, plan
from flows.forecast.showing import show_plan, write_page, write_refusal
from flows.options import MAX_SHARDS, IdentifyMode, Options, options_of
from flows.outcome import Outcome, read_max_dead
from flows.settings import load_settings
from flows.stopping import INTERRUPTED, TERMINATED, Terminated, heeding_sigterm

Prices = Annotated[Path | None, typer.Option(help="your price table (docs/plan.md), to reckon what it costs")]
MaxEvents = Annotated[int | None, typer.Option(min=1, help="refuse if more would be sent [default: no limit]")]
MaxUsers = Annotated[int | None, typer.Option(min=1, help="refuse if more users would be sent [default: no limit]")]
MaxCost = Annotated[str | None, typer.Option(help="refuse if it would cost more, by --prices [default: no limit]")]


@app.command("plan")
@ends
def plan_command(  # noqa: PLR0913, PLR0917  # a command's options are its parameters
    since: Annotated[str | None, typer.Option(help="only what happened from this date or time on")] = None,
    until: Annotated[str | None, typer.Option(help="only what happened before this date or time")] = None,
    stream: Annotated[list[str] | None, typer.Option(help="only this stream; may be given again")] = None,
    identify: Annotated[IdentifyMode, typer.Option(help="one Identify a user, at each trigger, or none")] = "current",
    shards: Annotated[int, typer.Option(min=1, max=MAX_SHARDS, help="shares that the users are cut into")] = 8,
    max_dead: MaxDeadText = "0",
    rate: Annotated[int, typer.Option(min=1, help="events a second, to reckon how long it takes")] = RATE,
    prices: Prices = None,
    max_events: MaxEvents = None,
    max_users: MaxUsers = None,
    max_cost: MaxCost = None,
    html: Annotated[Path | None, typer.Option(help="write it as a page that opens without a network")] = None,
    json_file: Json = None,
) -> Outcome:
    """Read and map everything, send nothing, and say what would be sent; `run --plan` keeps to the --json file."""
    settings = load_settings()
    asked = Options(
        streams=tuple(stream or ()),
        identify=identify,
        shards=shards,
        max_events=max_events,
        max_users=max_users,
        max_cost=max_cost,
        prices=str(prices) if prices else None,
    )
    options, limit = options_of(since, until, asked, settings.source_timezone), read_max_dead(max_dead)
    check_writable(json_file)
    check_writable(html, "--html")
    try:
        with heeding_sigterm():
            planned = plan(settings, options, limit, rate)
    except tuple(EXITS) as error:
        write_json(json_file, {"exit": int(EXITS[type(error)]), "words": str(error)})
        if html:
            write_refusal(error, html)
        raise
    except (KeyboardInterrupt, Terminated) as signal:
        errors.print("Interrupted. Nothing was sent; plan again.")
        raise typer.Exit(TERMINATED if isinstance(signal, Terminated) else INTERRUPTED) from None
    write_json(json_file, document(planned.forecast))
    _told(planned, html, json_file)
    return planned.outcome


def _told(planned: Planned, html: Path | None, json_file: Path | None) -> None:
    if html:
        write_page(planned, html)
    show_plan(planned, html, json_file)
