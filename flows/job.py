"""A run opened: everything that a shard works with, made from the settings and what the ledger says of the run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from extractors.check import check_models
from extractors.contract import Contract, detail_contract, stream_contract
from extractors.errors import ContractBroken
from extractors.instants import Zone
from extractors.models import Model, load_models
from extractors.pages import Window
from extractors.reader import Source
from extractors.rows import Cleaning
from extractors.source import open_source
from flows.options import Options
from flows.settings import Settings
from flows.version import VERSION
from loaders.batches import Limits
from loaders.ledger.opening import open_ledger
from loaders.ledger.segments import doubtful
from loaders.plan import TrackingPlan, load_plan
from mappers.catalog import DETAILS, STREAMS
from mappers.envelope import Envelope, display_names, envelope
from mappers.kinds import Instant
from mappers.outcomes import DeadRow, Stream

_IDENTIFY = {"current": ("identify_current",), "none": ()}


@dataclass(frozen=True)
class Job:
    """A run's parts: the source, the streams to map and the rules that are wanted, the plan, and the way out.

    `skipped` are messages in doubt that are not to go again.
    """

    source: Source
    streams: tuple[Stream, ...]
    wanted: frozenset[str]
    options: Options
    plan: TrackingPlan
    envelope: Envelope
    limits: Limits
    ledger: Engine
    source_name: str
    skipped: frozenset[str]

    @property
    def models_digest(self) -> Mapping[str, str]:
        """Return the digest of every model that is read."""
        return {name: model.digest for name, model in self.source.models.items()}


def open_job(settings: Settings, options: Options, now: Instant) -> Job:
    """Check settings, plan, ledger, models and source, in that order, and return the job.

    Raises what each of them raises; nothing has been sent.
    """
    plan = load_plan(settings.plan)
    ledger = open_ledger(settings.ledger_url.get_secret_value())
    models = load_profile(settings.models)
    wanted = wanted_rules(plan, options)
    absent = [f"{name}.sql is missing, and the stream was asked for" for name in options.streams if name not in models]
    if absent:
        raise ContractBroken(str(settings.models), absent)
    mappable = [stream for stream in STREAMS.values() if stream.name in models]
    streams = tuple(_as_wanted(stream, wanted) for stream in mappable if wanted.intersection(stream.rules))
    used = _used(streams, models)
    zone = Zone(settings.source_timezone, settings.ambiguous_time, settings.nonexistent_time)
    engine = open_source(settings.source_url.get_secret_value())
    contracts = contracts_of(models)
    present = check_models(engine, str(settings.models), models, contracts, zone)
    read = {name: columns - _unneeded(STREAMS.get(name), wanted) for name, columns in present.items()}
    settled = datetime.fromisoformat(now) - timedelta(seconds=settings.safety_lag_seconds)
    cleaning = Cleaning(
        zone=zone,
        window=Window(options.since, options.until),
        now=now,
        settled=Instant(settled.strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
    )
    return Job(
        source=Source(engine, used, contracts, read, cleaning),
        streams=streams,
        wanted=wanted,
        options=options,
        plan=plan,
        envelope=envelope(VERSION, display_names(settings.destinations), plan.spelling),
        limits=Limits(min(settings.batch_events, options.max_rate or settings.batch_events), settings.batch_bytes),
        ledger=ledger,
        source_name=settings.source_name,
        skipped=doubtful(ledger) if options.in_doubt == "skip" else frozenset(),
    )


def load_profile(folder: Path) -> Mapping[str, Model]:
    """Read the models. Raises `ContractBroken`, also for orders without their lines, or lines without orders."""
    models = load_models(folder, {*STREAMS, *DETAILS})
    faults = []
    for name, detail in DETAILS.items():
        owners = [stream.name for stream in STREAMS.values() if stream.detail is detail]
        present = [owner for owner in owners if owner in models]
        if name in models and not present:
            faults.append(f"{name}.sql: completes {' or '.join(owners)}, which have no model")
        if name not in models and present and detail.orphan is DeadRow:
            faults.append(
                f"{name}.sql is missing: {', '.join(present)} would be told without it; write it, or leave them out"
            )
    if faults:
        raise ContractBroken(str(folder), faults)
    return models


def contracts_of(models: Mapping[str, Model]) -> Mapping[str, Contract]:
    """Return the contract of every model."""
    contracts = {}
    for name in models:
        contracts[name] = stream_contract(STREAMS[name]) if name in STREAMS else detail_contract(DETAILS[name])
    return contracts


def wanted_rules(plan: TrackingPlan, options: Options) -> frozenset[str]:
    """Return the keys of the rules to send: active ones, of the chosen streams, and of the Identify mode."""
    chosen = [stream for stream in STREAMS.values() if not options.streams or stream.name in options.streams]
    keys = {rule for stream in chosen for rule in stream.rules}
    return frozenset(key for key in keys if _sent(plan, options, key))


def _sent(plan: TrackingPlan, options: Options, key: str) -> bool:
    rule = plan.rules.get(key)
    if rule is None:
        return True  # its messages become dead letters: Unplanned-Event
    if rule.call == "identify":
        history = options.identify == "history"
        return rule.active and ((key != "identify_current") if history else key in _IDENTIFY[options.identify])
    return rule.active


def _unneeded(stream: Stream | None, wanted: frozenset[str]) -> frozenset[str]:
    """Return the columns and details that no wanted rule needs: what is not sent is not read."""
    only_for = stream.only_for if stream else {}
    return frozenset(name for rule, names in only_for.items() if rule not in wanted for name in names)


def _as_wanted(stream: Stream, wanted: frozenset[str]) -> Stream:
    unneeded = stream.detail is not None and stream.detail.stream in _unneeded(stream, wanted)
    return replace(stream, detail=None) if unneeded else stream


def _used(streams: tuple[Stream, ...], models: Mapping[str, Model]) -> Mapping[str, Model]:
    names = {stream.name for stream in streams}
    names |= {stream.detail.stream for stream in streams if stream.detail}
    return {name: model for name, model in models.items() if name in names}
