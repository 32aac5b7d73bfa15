"""`backfill check`: everything that a run needs, looked at without sending, every fault at once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Engine

from extractors.check import check_models
from extractors.clock import source_clock
from extractors.errors import SourceStopped
from extractors.instants import Zone
from extractors.models import Model
from extractors.source import open_source, reading, shown
from extractors.survey.findings import Level, Survey
from extractors.survey.surveying import Scope, survey
from flows.belonging import check_key, check_ledger
from flows.destinations import CHOOSE
from flows.errors import EXITS, Exit
from flows.live_traffic import show_live_traffic
from flows.outcome import Outcome
from flows.people import people_of, told_of
from flows.profile import contracts_of, load_profile, models_of_people
from flows.settings import Settings
from flows.showing_survey import show_survey
from loaders.client import DataPlane
from loaders.ledger.opening import open_ledger
from loaders.ledger.runs import last_runs
from loaders.plan import TrackingPlan, load_plan
from mappers.catalog import STREAMS


def check_all(settings: Settings, rows: int) -> Outcome:
    """Print what each stream will do and every fault there is, looking at so many rows of each model.

    Returns how it went: what a survey calls a fault is refused, of what it warns a run is right.
    """
    console = Console()
    faults: list[Exception] = []
    plan = _try(faults, lambda: load_plan(settings.plan, settings.disclosed))
    ledger = _try(faults, lambda: open_ledger(settings.ledger_url.get_secret_value()))
    if ledger:
        _try(faults, lambda: check_ledger(settings, ledger))
        _try(faults, lambda: check_key(settings, ledger))
    models = _try(faults, lambda: load_profile(settings.models))
    source = _try(faults, lambda: open_source(settings.source_url.get_secret_value(), settings.statement_seconds))
    found = _surveyed(settings, source, models, rows, faults) if models and source else None
    people = _try(faults, lambda: _people(settings, source)) if models and source else None
    unknowable = _try(faults, lambda: _check_data_plane(settings))
    if plan and models:
        console.print(_streams(plan, set(models)))
    if found:
        show_survey(console, found)
    for fault in faults:
        console.print(f"[red]{escape(str(fault))}[/red]", highlight=False, soft_wrap=True)
    wrong = len(found.of_level(Level.FAULT)) if found else 0
    if wrong:
        console.print(f"[red]The models have {_counted(wrong, 'fault')}, see above.[/red]", highlight=False)
    if faults or wrong:
        exits = [EXITS[type(fault)] for fault in faults] + [Exit.REFUSED] * bool(wrong)
        return Outcome(Exit(max(exits)), "", None)
    _say_the_rest(console, settings)
    console.print("Dead letters by the tracking plan: `backfill plan` counts them.", highlight=False)
    if people:
        console.print(f"People: {people}", highlight=False)
    if unknowable:
        console.print(f"[yellow]{escape(unknowable)}[/yellow]", highlight=False, soft_wrap=True)
    warnings = len(found.of_level(Level.WARNING)) if found else 0
    if warnings:
        console.print(f"[yellow]{_counted(warnings, 'warning')}, see above.[/yellow]", highlight=False)
    return _concluded(console, settings)


def _concluded(console: Console, settings: Settings) -> Outcome:
    """Say that all holds; a run also wants to be told where events may go."""
    if not settings.destinations.strip():
        console.print("[red]All else holds, but a run is refused until BACKFILL_DESTINATIONS is chosen.[/red]")
        return Outcome(Exit.REFUSED, "", None)
    console.print("[green]Everything holds. Nothing was sent.[/green]")
    return Outcome(Exit.DONE, "", None)


def _surveyed(
    settings: Settings, source: Engine, models: Mapping[str, Model], rows: int, faults: list[Exception]
) -> Survey | None:
    """Return what is found in the models' rows; a run's own refusals go to the faults."""
    zone = Zone(settings.source_timezone, settings.ambiguous_time, settings.nonexistent_time)
    contracts = contracts_of(models)
    _try(faults, lambda: check_models(source, str(settings.models), models, contracts, zone))
    if any(isinstance(fault, SourceStopped) for fault in faults):
        return None

    def looked() -> Survey:
        with reading(source) as connection:
            now = source_clock(connection)
        return survey(source, models, contracts, Scope(zone, now, rows))

    found: Survey | None = _try(faults, looked)
    return found


def _people(settings: Settings, source: Engine) -> str:
    people = people_of(settings, settings.models, models_of_people(settings.models), source)
    return "" if people.are_all else told_of(people)


def _say_the_rest(console: Console, settings: Settings) -> None:
    ledger = open_ledger(settings.ledger_url.get_secret_value())
    known = "some runs" if last_runs(ledger, 1) else "no run: everything counts as never sent"
    console.print(f"Ledger: {escape(_place(ledger))}, knows {known}", highlight=False, soft_wrap=True)
    chosen = settings.destinations.strip() or f"not chosen, nothing is sent: set BACKFILL_DESTINATIONS, {CHOOSE}"
    console.print(f"Destinations: {escape(chosen)}", highlight=False, soft_wrap=True)
    show_live_traffic(console, settings)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _try(faults: list[Exception], step: Callable[[], Any]) -> Any:
    try:
        return step()
    except tuple(EXITS) as error:
        faults.append(error)
        return None


def _place(ledger: Engine) -> str:
    """Return where the ledger is; the default is relative to where the command runs."""
    return str(Path(ledger.url.database or "").absolute()) if ledger.dialect.name == "sqlite" else shown(ledger.url)


def _check_data_plane(settings: Settings) -> str:
    key = settings.write_key.get_secret_value()
    with DataPlane(settings.data_plane_url, key, target=settings.target) as data_plane:
        return data_plane.check()


def _streams(plan: TrackingPlan, models: set[str]) -> Table:
    table = Table("stream", "model", "messages", title="Streams", title_justify="left", title_style="bold")
    for stream in STREAMS.values():
        needs = [stream.name, *([stream.detail.stream] if stream.detail else [])]
        found = ", ".join(f"{name}.sql" if name in models else f"{name} absent" for name in needs)
        rules = [plan.rules.get(key) for key in stream.rules]
        sent = [f"{rule.event}{'' if rule.active else f' ({rule.status})'}" for rule in rules if rule]
        table.add_row(stream.name, found, ", ".join(dict.fromkeys(sent)))
    return table
