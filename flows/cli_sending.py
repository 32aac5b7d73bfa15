"""The commands that send: run, nightly, replay."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli_plan import MaxCost, MaxEvents, MaxUsers, Prices
from flows.command import (
    InPrefect,
    Json,
    MaxDeadText,
    Workers,
    app,
    ends,
    in_prefect,
    plainly,
    run_and_report,
    seen_in_prefect,
)
from flows.cutting import everything
from flows.errors import SettingsInvalid
from flows.following import find_ledger, since_watermarks
from flows.forecast.contract import as_planned, read_contract
from flows.options import MAX_SHARDS, DoubtPolicy, IdentifyMode, Options, options_of
from flows.outcome import Outcome, read_max_dead
from flows.rereading import Letters, replaying
from flows.settings import Settings, load_settings

_WHAT = {"since": "since", "until": "until", "streams": "stream", "identify": "identify"}
"""The options that say what is sent, by the names of the command's parameters."""


@app.command()
@ends
def run(  # noqa: PLR0913, PLR0917  # a command's options are its parameters
    context: typer.Context,
    since: Annotated[str | None, typer.Option(help="only what happened from this date or time on")] = None,
    until: Annotated[str | None, typer.Option(help="only what happened before this date or time")] = None,
    stream: Annotated[list[str] | None, typer.Option(help="only this stream; may be given again")] = None,
    identify: Annotated[IdentifyMode, typer.Option(help="one Identify a user, at each trigger, or none")] = "current",
    shards: Annotated[int, typer.Option(min=1, max=MAX_SHARDS, help="shares that the users are cut into")] = 8,
    workers: Workers = 2,
    max_dead: MaxDeadText = "0",
    in_doubt: Annotated[DoubtPolicy, typer.Option(help="what may have arrived: send it again, or skip it")] = "resend",
    max_rate: Annotated[int | None, typer.Option(min=1, help="events a second at most [default: no limit]")] = None,
    shared_rate: Annotated[str | None, typer.Option(help="Prefect's global concurrency limit to keep to")] = None,
    plan: Annotated[Path | None, typer.Option(help="send what `plan --json` wrote here, and nothing else")] = None,
    max_events: MaxEvents = None,
    max_users: MaxUsers = None,
    max_cost: MaxCost = None,
    prices: Prices = None,
    canary: Annotated[
        int | None, typer.Option(min=1, help="so many users first, then wait for approval in Prefect")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on where the run that was stopped is")] = False,  # noqa: FBT002  # a flag is one
    json_file: Json = None,
    prefect: InPrefect = None,
) -> Outcome:
    """Send the history to the data plane; what was delivered before is not sent again."""
    settings = load_settings()
    if plan and json_file and plan.resolve() == json_file.resolve():
        raise SettingsInvalid([f"--json {json_file} is the plan: name another file, the plan is wanted again"])
    contract = read_contract(plan) if plan else None
    asked = Options(
        streams=tuple(stream or ()),
        identify=identify,
        shards=shards,
        in_doubt=in_doubt,
        max_rate=max_rate,
        max_events=max_events,
        canary=canary,
        max_users=max_users,
        max_cost=max_cost,
        prices=str(prices) if prices else None,
    )
    options = as_planned(options_of(since, until, asked, settings.source_timezone), contract, _given(context))
    limit = read_max_dead(max_dead)
    parameters = {
        "route": _route(settings),
        "what": {"since": since or "", "until": until or "", "streams": stream or [], "identify": identify},
        "safety": {**_safety(options), "plan": str(plan or ""), "resume": resume, "max_dead": max_dead},
        "pace": _pace(shards, workers, max_rate, shared_rate),
    }

    def doing() -> Outcome:
        if canary and not os.environ.get("PREFECT_API_URL"):
            cure = "set PREFECT_API_URL to where it is, or leave --canary out"
            raise SettingsInvalid([f"--canary waits for a person in Prefect's UI: {cure}"])
        if seen_in_prefect(prefect) or shared_rate or canary:
            return in_prefect(settings, options, _backfill, parameters, contract)
        return plainly(settings, options, everything, workers, limit, contract, resume=resume)

    return run_and_report(settings, doing, json_file)


@app.command()
@ends
def nightly(  # noqa: PLR0913, PLR0917  # see above
    stream: Annotated[list[str] | None, typer.Option(help="only this stream; may be given again")] = None,
    identify: Annotated[IdentifyMode, typer.Option(help="one Identify a user, at each trigger, or none")] = "current",
    shards: Annotated[int, typer.Option(min=1, max=MAX_SHARDS, help="shares that the users are cut into")] = 4,
    workers: Workers = 2,
    max_dead: MaxDeadText = "0",
    in_doubt: Annotated[DoubtPolicy, typer.Option(help="what may have arrived: send it again, or skip it")] = "resend",
    max_rate: Annotated[int | None, typer.Option(min=1, help="events a second at most [default: no limit]")] = None,
    shared_rate: Annotated[str | None, typer.Option(help="Prefect's global concurrency limit to keep to")] = None,
    json_file: Json = None,
    prefect: InPrefect = None,
) -> Outcome:
    """Send what changed since the last night, or since the import; nights that were missed are made up for."""
    settings = load_settings()
    options = Options(None, None, tuple(stream or ()), identify, shards, in_doubt, max_rate)
    options, limit = options_of(None, None, options, settings.source_timezone), read_max_dead(max_dead)
    parameters = {
        "route": _route(settings),
        "what": {"streams": stream or [], "identify": identify},
        "tolerance": {"max_dead": max_dead, "in_doubt": in_doubt},
        "pace": _pace(shards, workers, max_rate, shared_rate),
    }

    def doing() -> Outcome:
        find_ledger(settings)
        if seen_in_prefect(prefect) or shared_rate:
            return in_prefect(settings, options, _nightly, parameters)
        return plainly(settings, options, since_watermarks(settings.lookback_seconds), workers, limit, thorough=False)

    return run_and_report(settings, doing, json_file)


@app.command()
@ends
def replay(  # noqa: PLR0913, PLR0917  # a command's options are its parameters
    reason: Annotated[list[str] | None, typer.Option(help="only letters of this reason; may be given again")] = None,
    stream: Annotated[list[str] | None, typer.Option(help="only letters of this stream; may be given again")] = None,
    of_run: Annotated[str | None, typer.Option("--run", help="only letters that this run saw last")] = None,
    identify: Annotated[IdentifyMode, typer.Option(help="one Identify a user, at each trigger, or none")] = "current",
    workers: Workers = 2,
    max_dead: MaxDeadText = "0",
    json_file: Json = None,
    prefect: InPrefect = None,
) -> Outcome:
    """Read the rows of open dead letters again and send what holds now; those that pass leave the list."""
    settings = load_settings()
    options, limit = Options(identify=identify), read_max_dead(max_dead)
    letters = Letters(tuple(stream or ()), tuple(reason or ()), of_run)
    parameters = {
        "route": _route(settings),
        "what": {"reasons": reason or [], "streams": stream or [], "run": of_run or "", "identify": identify},
        "tolerance": {"max_dead": max_dead},
    }

    def doing() -> Outcome:
        if seen_in_prefect(prefect):
            return in_prefect(settings, options, _replay, parameters)
        return plainly(settings, options, replaying(letters), workers, limit)

    return run_and_report(settings, doing, json_file)


def _route(settings: Settings) -> dict[str, Any]:
    """Return the group of that name, whose blocks are none: the settings are those of the environment."""
    return {"destinations": settings.destinations.strip()}


def _given(context: typer.Context) -> list[str]:
    """Return which of the options that say what is sent a person wrote."""
    sources = {name: context.get_parameter_source(value) for name, value in _WHAT.items()}
    return [name for name, source in sources.items() if source and source.name == "COMMANDLINE"]


def _safety(options: Options) -> dict[str, Any]:
    """Return the bounds of that group, as the form has what is none."""
    return {
        "max_events": options.max_events or 0,
        "max_users": options.max_users or 0,
        "max_cost": options.max_cost or "",
        "prices": options.prices or "",
        "canary": options.canary or 0,
        "in_doubt": options.in_doubt,
    }


def _pace(shards: int, workers: int, max_rate: int | None, shared_rate: str | None) -> dict[str, Any]:
    return {"shards": shards, "workers": workers, "max_rate": max_rate or 0, "shared_rate": shared_rate or ""}


def _backfill() -> Any:
    from flows.backfill import backfill  # noqa: PLC0415  # Prefect alone takes seconds to import

    return backfill


def _nightly() -> Any:
    from flows.nightly import nightly as flow  # noqa: PLC0415  # see above

    return flow


def _replay() -> Any:
    from flows.replay import replay as flow  # noqa: PLC0415  # see above

    return flow
