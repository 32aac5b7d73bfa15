"""What a nightly run is about: those whom a change since the watermarks touches, and that change."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from extractors.boundaries import is_bound
from extractors.changes import ahead_of_time, changed_keys, following, one_a_user
from extractors.convert import convert
from extractors.pages import Axis, Window
from flows.cutting import KEYS_AT_ONCE, NOBODY, Cut, What
from flows.errors import SettingsInvalid
from flows.job import Job
from flows.observing import compared
from flows.settings import LedgerSettings
from flows.tally import FINDINGS, LEFT_OUT, key
from flows.watching import Watched, watched
from loaders.ledger.observed import untold_owners
from loaders.ledger.opening import open_ledger
from loaders.ledger.runs import Counts, Keys, Shard
from loaders.ledger.watermarks import Span, watermarks_of
from mappers.kinds import Instant, Key, instant_of

NIGHTLY = "nightly"

_EVER = Instant("0001-01-01T00:00:00.000000Z")


def find_ledger(settings: LedgerSettings) -> None:
    """Look whether there is a ledger to go on from: a night makes none. Raises `LedgerUnusable`."""
    open_ledger(settings.ledger_url.get_secret_value(), make=False).dispose()


def since_watermarks(lookback_seconds: int) -> What:
    """Return what a nightly run is about. It raises `SettingsInvalid` where a stream has no watermark yet."""
    return partial(_cut, timedelta(seconds=lookback_seconds))


def followed_since(job: Job, spans: Mapping[str, Span]) -> Job:
    """Return the job as it reads the changes of those spans. Raises `SourceStopped`."""
    alike, own = compared(job), defaultdict[str, list[Span]](list)
    for one in watched(job):
        if one.model not in alike:
            own[one.model].append(spans[one.name])
    windows = {model: Window(min(one.since or _EVER for one in some), some[0].until) for model, some in own.items()}
    return replace(job, source=following(job.source, windows))


def _cut(lookback: timedelta, job: Job) -> Cut:
    spans = _spans(job, lookback)
    job = followed_since(job, spans)
    passed = Counter(
        {key(FINDINGS, name, "dated in the future"): count for name, count in ahead_of_time(job.source).items()}
    )
    shards = [*_shards(job, Axis.USERS, job.options.shards, passed), *_shards(job, Axis.VISITORS, 1, passed)]
    return Cut(NIGHTLY, (*shards, NOBODY._replace(passed=passed)), spans=spans)


def _spans(job: Job, lookback: timedelta) -> dict[str, Span]:
    """Return for each stream the time from its watermark, less the lookback, to what is settled."""
    known, streams = watermarks_of(job.ledger), [one.name for one in watched(job)]
    new = [one for one in watched(job) if one.name not in known]
    if new:
        names = ", ".join(one.name for one in new)
        raise SettingsInvalid(
            [f"there is no import yet of {names} to go on from: {_cure(job, new, streams)} imports them"]
        )
    until = job.source.cleaning.settled
    return {name: Span(min(_earlier(known[name], lookback), until), until) for name in streams}


def _cure(job: Job, new: list[Watched], streams: list[str]) -> str:
    """Return the command that imports what has no watermark."""
    mode = "" if job.options.identify == "current" else f" --identify {job.options.identify}"
    only = (
        ""
        if len(new) == len(streams)
        else "".join(f" --stream {name}" for name in dict.fromkeys(one.stream for one in new))
    )
    return f"`backfill run{mode}{only}`"


def _earlier(at: Instant, lookback: timedelta) -> Instant:
    return instant_of(datetime.fromisoformat(at) - lookback)


def _shards(job: Job, axis: Axis, shards: int, counts: Counts) -> list[Shard]:
    """Divide the keys that have a change into pages, and those into even shares.

    Garbled keys cannot be asked for: what they own stands among the dead letters of an import. People who are left
    out are only counted, since the keys are written into the ledger.
    """
    touched = changed_keys(job.source, axis) | untold_owners(job.ledger, compared(job), axis.value)
    bounds = [*filter(is_bound, one_a_user(touched))]
    left_out = job.source.cleaning.people.left_out(axis, convert(bounds, Key, {}))
    counts.update(key(LEFT_OUT, reason) for reason in left_out.values())
    told = [bound for place, bound in enumerate(bounds) if place not in left_out]
    keys = sorted(told, key=lambda key: (isinstance(key, str), key))
    pages = [Keys(tuple(keys[start : start + KEYS_AT_ONCE])) for start in range(0, len(keys), KEYS_AT_ONCE)]
    share = -(-len(pages) // shards) or 1
    return [Shard(axis.value, tuple(pages[start : start + share])) for start in range(0, len(pages), share)]
