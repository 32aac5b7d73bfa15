"""A bundle delivered from beginning to end, with a run's promises and without the database that it was made of."""

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from threading import Event
from uuid import uuid4

from flows import pipeline
from flows.belonging import check_key
from flows.bundles.checking import Bundle
from flows.bundles.fitting import check_ledger, check_people, check_settings, versions_of
from flows.bundles.going import Going
from flows.bundles.parts import Part
from flows.bundles.shard import push_shard, shard_of
from flows.errors import EXITS, foremost
from flows.forecast.bounds import Bounds
from flows.options import Options
from flows.outcome import MaxDead, Outcome, judge
from flows.settings import DeliverySettings
from loaders.batches import Limits
from loaders.client import DataPlane
from loaders.ledger.compaction import compact
from loaders.ledger.dead_letters import open_letters
from loaders.ledger.doubts import doubtful
from loaders.ledger.lock import holding
from loaders.ledger.opening import check_whole, disposing, open_ledger
from loaders.ledger.receipts import doubt_unsettled
from loaders.ledger.runs import start_run, stop_unended
from loaders.pace import Pace
from loaders.plan import load_plan
from loaders.way import Persistence, Way

PUSH = "push"
"""The kind of a run that delivered a bundle: it read nothing of the source."""


def push(settings: DeliverySettings, options: Options, bundle: Bundle, workers: int, max_dead: MaxDead) -> Outcome:
    """Deliver the messages of a bundle that no receipt of this ledger covers.

    Of the options, what is in doubt, `max_rate` and `max_events` count; the others are those of the export. Raises
    `SettingsInvalid`, `PlanInvalid`, `LedgerUnusable`, `LedgerHeld`, `BeyondBounds` or `DataPlaneStopped` where it was
    refused before anything was sent. An interrupt is raised again once what was on its way is settled.
    """
    check_settings(settings, bundle)
    check_people(settings, bundle)
    note = _note(settings, bundle)
    ledger = open_ledger(settings.ledger_url.get_secret_value())
    key, wait_seconds = settings.write_key.get_secret_value(), settings.answer_seconds
    with disposing(ledger), DataPlane(settings.data_plane_url, key, wait_seconds, settings.target) as data_plane:
        check_whole(ledger)
        check_ledger(ledger, bundle.manifest)
        check_key(settings, ledger)
        persistence = Persistence(settings.patience_seconds, skip_doubt=options.in_doubt == "skip")
        way = Way(data_plane, ledger, str(uuid4()), 0, Event(), Pace(options.max_rate), persistence)
        with holding(ledger, bundle.manifest.source.name, way.run_id, way.stopping):
            going = _begun(settings, options, bundle, way)
            stopped = _push_all(going, way, settings.in_flight, workers)
            summary = pipeline.finish(settings, way.run_id, stopped)
    if stopped and type(stopped) not in EXITS:
        raise stopped
    limit = max_dead if max_dead.share is None else MaxDead(int(max_dead.share * summary.messages))
    outcome = judge(summary, limit, stopped if isinstance(stopped, Exception) else None)
    return outcome._replace(words=" ".join(filter(None, (outcome.words, note))))


def _begun(settings: DeliverySettings, options: Options, bundle: Bundle, way: Way) -> Going:
    """Write the run into the ledger, once all was found to hold, and return what is going."""
    ledger, manifest = way.ledger, bundle.manifest
    doubt_unsettled(ledger)
    stop_unended(ledger)
    compact(ledger)
    limits = Limits(min(settings.batch_events, options.max_rate or settings.batch_events), settings.batch_bytes)
    skipped = doubtful(ledger) if options.in_doubt == "skip" else frozenset()
    going = Going(bundle, limits, skipped, frozenset(open_letters(ledger)))
    most = options.max_events
    if most is not None and manifest.counts.exported > most and (events := going.left(ledger)) > most:
        Bounds(events=most).check(events, 0)
    way.data_plane.check()
    parameters = {**options.parameters(), **manifest.asked(), "bundle": manifest.bundle}
    shards = [shard_of(parts) for parts in _by_shard(manifest.parts)]
    start_run(ledger, way.run_id, PUSH, parameters, versions_of(settings, manifest), shards)
    return going


def _push_all(going: Going, way: Way, lanes: int, workers: int) -> BaseException | None:
    """Work every shard and return what stopped the first that stopped, if any did."""
    errors: list[BaseException] = []
    with ThreadPoolExecutor(workers, thread_name_prefix="shard") as pool:
        futures = [
            pool.submit(push_shard, going, replace(way, shard=number), lanes, parts)
            for number, parts in enumerate(_by_shard(going.bundle.manifest.parts))
        ]
        try:
            failed = any(future.exception() for future in wait(futures, return_when=FIRST_EXCEPTION).done)
        except BaseException as error:  # noqa: BLE001  # an interrupt: no shard begins after it
            errors.append(error)
            failed = True
        if failed:
            way.stopping.set()
            pool.shutdown(cancel_futures=True)
    ended = [one.exception() for one in futures if not one.cancelled()]
    return foremost([*errors, *filter(None, ended)])


def _by_shard(parts: Sequence[Part]) -> list[list[Part]]:
    """Return the parts of each shard, in their order: users of one shard are in no other."""
    return [list(own) for _, own in groupby(parts, key=attrgetter("shard"))]


def _note(settings: DeliverySettings, bundle: Bundle) -> str:
    """Say what a person should know of the bundle beside what became of it."""
    here, there = load_plan(settings.plan), bundle.manifest.plan
    other = f"It was made by the plan {there.version} ({there.digest[:12]}), which is not that of BACKFILL_PLAN."
    return " ".join(filter(None, (bundle.note, other if here.digest != there.digest else "")))
