"""A run opened: everything that a shard works with, made from the settings and what the ledger says of the run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Engine

from extractors.check import check_models
from extractors.clock import source_clock
from extractors.errors import ContractBroken
from extractors.instants import Zone
from extractors.models import Model
from extractors.pages import Page, Window
from extractors.reader import Source
from extractors.rows import Cleaning
from extractors.source import open_source, reading
from flows.options import Options
from flows.people import people_of
from flows.profile import contracts_of, load_profile, models_of_people
from flows.settings import DeliverySettings, Settings
from flows.version import VERSION
from flows.wanted import as_wanted, unneeded, used, wanted_rules
from loaders.answers import Target
from loaders.batches import Limits
from loaders.ledger.doubts import doubtful
from loaders.ledger.observed import seen_since
from loaders.ledger.opening import open_ledger
from loaders.plan import TrackingPlan, load_plan
from loaders.segment import demanding
from mappers.catalog import STREAMS
from mappers.envelope import Envelope, display_names, envelope
from mappers.kinds import Instant, instant_of
from mappers.outcomes import Stream


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

    def streams_of(self, page: Page) -> tuple[Stream, ...]:
        """Return the streams to read on the page: states are told with the first slice of a user's time."""
        return self.streams if page.is_first else tuple(stream for stream in self.streams if not stream.state)

    def window_of(self, page: Page) -> Window:
        """Return the window outside of which states are left out; who is read in slices did much, and is told."""
        return Window() if page.is_slice else self.source.cleaning.window

    @property
    def models_digest(self) -> Mapping[str, str]:
        """Return the digest of every model that is read."""
        return {name: model.digest for name, model in self.source.models.items()}

    def close(self) -> None:
        """Let go of the source and of the ledger."""
        self.source.engine.dispose()
        self.ledger.dispose()


def open_job(
    settings: Settings, options: Options, now: Instant | None = None, rules: frozenset[str] | None = None
) -> Job:
    """Check settings, plan, ledger, models and source, in that order, and return the job as of `now`, the source's.

    It is about those rules, whatever the plan says of them, or those that the options want.
    Raises what each of them raises; nothing has been sent.
    """
    plan = plan_for(settings)
    ledger = open_ledger(settings.ledger_url.get_secret_value())
    models = load_profile(settings.models)
    wanted = wanted_rules(plan, options) if rules is None else rules
    absent = [f"{name}.sql is missing, and the stream was asked for" for name in options.streams if name not in models]
    if absent:
        raise ContractBroken(str(settings.models), absent)
    mappable = [stream for stream in STREAMS.values() if stream.name in models]
    streams = tuple(as_wanted(stream, wanted) for stream in mappable if wanted.intersection(stream.rules))
    source = _open(settings, options, models, wanted, now)
    return Job(
        source=replace(source, models=used(streams, models), since=partial(seen_since, ledger)),
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


def plan_for(settings: DeliverySettings) -> TrackingPlan:
    """Return the plan that messages are held to, with the target's own demands. Raises `PlanInvalid`."""
    plan = load_plan(settings.plan, settings.disclosed)
    return demanding(plan) if settings.target is Target.SEGMENT else plan


def _open(
    settings: Settings,
    options: Options,
    models: Mapping[str, Model],
    wanted: frozenset[str],
    now: Instant | None,
) -> Source:
    """Open the source, of which every model was checked."""
    zone = Zone(settings.source_timezone, settings.ambiguous_time, settings.nonexistent_time)
    engine = open_source(settings.source_url.get_secret_value(), settings.statement_seconds)
    contracts = contracts_of(models)
    present = check_models(engine, str(settings.models), models, contracts, zone)
    read = {name: columns - unneeded(STREAMS.get(name), wanted) for name, columns in present.items()}
    if now is None:
        with reading(engine) as connection:
            now = source_clock(connection)
    settled = datetime.fromisoformat(now) - timedelta(seconds=settings.safety_lag_seconds)
    people = people_of(settings, settings.models, models_of_people(settings.models), engine)
    cleaning = Cleaning(zone, Window(options.since, options.until), now, instant_of(settled), people)
    return Source(engine, models, contracts, read, cleaning)
