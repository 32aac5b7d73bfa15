"""A run planned from beginning to end: everything read and mapped as the run would, and nothing sent."""

import time
from contextlib import closing
from threading import Event
from typing import NamedTuple
from uuid import uuid4

from flows.belonging import check_key
from flows.cutting import everything
from flows.forecast.bounds import Bounds, bounds_of
from flows.forecast.contract import Totals, contract_of
from flows.forecast.forecast import Forecast, Gathering
from flows.forecast.reckoning import reckoned
from flows.forecast.seen import look_for
from flows.job import Job
from flows.memory import share_heap
from flows.observing import observe_changes
from flows.options import Options
from flows.outcome import MaxDead, Outcome, judge
from flows.people import told_of
from flows.readiness import checked_job
from flows.settings import Settings
from flows.summary import summarise
from flows.tally import DELIVERED, total
from loaders.answers import Receipt
from loaders.destination_limits import load_limits
from loaders.forbidden_ids import load_id_rules
from loaders.ledger.compaction import compact
from loaders.ledger.lock import holding
from mappers.envelope import display_names
from mappers.identity import lint_by

RATE = 1_000
"""Events a second that a run's duration is told for where nobody says another."""


class Planned(NamedTuple):
    """What a run would send, and how it would end."""

    forecast: Forecast
    outcome: Outcome


def plan(settings: Settings, options: Options, max_dead: MaxDead, rate: int = RATE) -> Planned:
    """Return what a run would send, were all delivered at the first attempt. The data plane is not asked anything.

    The ledger is held meanwhile, and no run is written into it. Raises `SettingsInvalid`, `PlanInvalid`,
    `LedgerUnusable`, `LedgerHeld`, `ContractBroken`, `SourceRefused`, `SourceStopped`, and `BeyondBounds` where more
    would be sent than was allowed.
    """
    share_heap()
    bounds = bounds_of(options)
    plan_id = str(uuid4())
    with (
        closing(checked_job(settings, options)) as job,
        holding(job.ledger, settings.source_name, plan_id, Event()),
    ):
        check_key(settings, job.ledger)
        compact(job.ledger)  # what a run that was killed delivered counts too
        observe_changes(job)
        forecast = _forecast(settings, job, plan_id, rate, bounds)
    bounds.check(forecast.summary.delivered, forecast.summary.users)
    outcome = judge(forecast.summary, max_dead, listed="see what would be set aside")
    words = f"Nothing was sent. A run would end so: {outcome.words}"
    return Planned(forecast, outcome._replace(words=words))


def _forecast(settings: Settings, job: Job, plan_id: str, rate: int, bounds: Bounds) -> Forecast:
    contract = contract_of(settings, job)  # before anything is read: what comes in the meantime is a difference
    begun, limits = time.monotonic(), load_limits()
    chosen = display_names(settings.destinations) if settings.destinations.strip() else None
    named = chosen if isinstance(chosen, tuple) else ()
    gathering = Gathering(look_for(job.plan, lint_by(load_id_rules()), limits, named, job.source.cleaning.now))
    counts = reckoned(job, everything(job), gathering)
    sent, seconds = total(counts, DELIVERED), time.monotonic() - begun
    summary = summarise(plan_id, counts, {Receipt.DELIVERED: sent}, 0, seconds, sound=True)
    return Forecast(
        about=_about(settings, job),
        summary=summary,
        counts=counts,
        seen=gathering.seen,
        violations=gathering.violations,
        examples=gathering.examples,
        plan=job.plan,
        destinations=chosen,
        limits=limits,
        contract=contract.of(Totals(events=sent, users=summary.users, bytes=summary.bytes)),
        rate=rate,
        prices=bounds.prices,
    )


def _about(settings: Settings, job: Job) -> tuple[str, ...]:
    """Return what is planned: from where, where to, and which part of the history."""
    asked = job.options
    streams = ", ".join(asked.streams) or "all streams"
    people = job.source.cleaning.people
    lists = () if people.are_all else (f"{told_of(people)}.",)
    return (
        f"From {settings.source_name} ({settings.source_timezone}) to {settings.data_plane_url} ({settings.target}).",
        f"From {asked.since or 'the beginning'} until {asked.until or 'now'}: {streams}, Identify {asked.identify}.",
        *lists,
    )
