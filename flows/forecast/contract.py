"""What a run must find as it was when it was planned: the same source, models, mappers, tracking plan and settings."""

import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractors.people import People
from extractors.volume import Volume, volumes
from flows.belonging import delivery_of, platform_of
from flows.errors import NotAsPlanned, SettingsInvalid
from flows.job import Job
from flows.options import IdentifyMode, Options
from flows.settings import Settings
from flows.version import MAPPERS, VERSION
from loaders.ledger.receipts import delivered_ever
from mappers.kinds import Instant

_WORDS = {
    "BACKFILL_WRITE_KEY": "BACKFILL_WRITE_KEY",
    "BACKFILL_DATA_PLANE_URL": "the data plane, or its write key,",
    "people": "the list of who is suppressed, or who consented,",
}
"""What is kept as a digest: a difference is told without the values."""

_NAMES = {
    "code": "this program",
    "plan": "the tracking plan",
    "privacy": "the privacy file or its key",
    "mappers": "the mappers' code",
}

Moment = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")]


class _Kept(BaseModel):
    """A part of what a plan's file holds: all of it, and no more."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Asked(_Kept):
    """The options that say what is sent; all others say how."""

    since: Moment | None
    until: Moment | None
    streams: tuple[str, ...]
    identify: IdentifyMode


ASKED = tuple(Asked.model_fields)


class Totals(_Kept):
    """What was planned to be sent."""

    events: int = 0
    users: int = 0
    bytes: int = 0


class Contract(_Kept):
    """What was planned. `clock` is the source's when it was read: a run of the plan takes it for now.

    `asked` is what of the history is sent, `receipts` how many messages the ledger knew to be delivered.
    """

    clock: Moment
    asked: Asked
    settings: Mapping[str, str]
    versions: Mapping[str, str]
    source: Mapping[str, Volume]
    receipts: int
    totals: Totals = Totals()

    def of(self, totals: Totals) -> "Contract":
        """Return the contract of that much."""
        return self.model_copy(update={"totals": totals})


def contract_of(settings: Settings, job: Job) -> Contract:
    """Return the contract of a job as it stands, before it is known how much is sent. Raises `SourceStopped`."""
    cleaning, asked = job.source.cleaning, job.options.parameters()
    return Contract(
        clock=cleaning.now,
        asked=Asked(**{name: asked[name] for name in ASKED}),
        settings={
            **platform_of(settings),
            **delivery_of(settings),
            "BACKFILL_TARGET": settings.target,
            "BACKFILL_AMBIGUOUS_TIME": settings.ambiguous_time,
            "BACKFILL_NONEXISTENT_TIME": settings.nonexistent_time,
            "BACKFILL_SAFETY_LAG_SECONDS": str(settings.safety_lag_seconds),
            "BACKFILL_BATCH_BYTES": str(settings.batch_bytes),
            "BACKFILL_BATCH_EVENTS": str(settings.batch_events),
            "people": _digest(cleaning.people, settings.write_key.get_secret_value()),
        },
        versions={
            "code": VERSION,
            "plan": job.plan.digest,
            "privacy": job.plan.privacy,
            "mappers": MAPPERS,
            **job.models_digest,
        },
        source=volumes(job.source),
        receipts=delivered_ever(job.ledger),
    )


def _digest(people: People, key: str) -> str:
    """Return a digest of who may be sent; keyed, so that nobody finds by trying who stands on a short list."""
    if people.are_all:
        return ""
    digest = hmac.new(key.encode(), digestmod="sha256")
    for listed in (people.suppressed, people.consented):
        for keys in (listed.users, listed.visitors) if listed is not None else ((), ()):
            digest.update("\n".join(sorted(keys)).encode(errors="surrogatepass") + b"\0")
    return digest.hexdigest()[:16]


def read_contract(path: Path) -> Contract:
    """Read what `backfill plan --json FILE` wrote. Raises `SettingsInvalid`."""
    cure = "name a file that `backfill plan --json FILE` wrote with this version"
    try:
        return Contract.model_validate(json.loads(path.read_text())["contract"])
    except OSError as error:
        raise SettingsInvalid([f"--plan {path} cannot be read: {error.strerror}; {cure}"]) from None
    except (ValueError, KeyError, TypeError, ValidationError, RecursionError):
        raise SettingsInvalid([f"--plan {path} is no plan of a run; {cure}"]) from None


def as_planned(options: Options, contract: Contract | None, given: Collection[str]) -> Options:
    """Return the options that ask for what was planned, but for those that were given: these are held to the plan."""
    if contract is None:
        return options
    planned = dict(contract.asked)
    return replace(options, **{name: value for name, value in planned.items() if name not in given})


def now_of(contract: Contract | None) -> Instant | None:
    """Return the moment as of which a plan's run reads; None is the source's own clock."""
    return Instant(contract.clock) if contract else None


def keep_to(planned: Contract, settings: Settings, job: Job) -> None:
    """Raise `NotAsPlanned` with every difference between what was planned and the job as it stands."""
    differences = differences_of(planned, contract_of(settings, job))
    if differences:
        raise NotAsPlanned(differences)


def differences_of(planned: Contract, found: Contract) -> list[str]:
    """Return in words what is not as it was planned. Receipts may have come since, but none may be lost."""
    asked = _others("--", dict(planned.asked), dict(found.asked))
    return [
        *asked,
        *_others("", planned.settings, found.settings),
        *_versions(planned.versions, found.versions),
        *([] if asked else _volumes(planned.source, found.source)),
        *_receipts(planned.receipts, found.receipts),
    ]


def _others(mark: str, planned: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    differing = [name for name in {**planned, **found} if planned.get(name) != found.get(name)]
    return [
        f"{_WORDS[name]} is another than was planned"
        if name in _WORDS
        else f"{mark}{name} is {_shown(found.get(name))}; planned was {_shown(planned.get(name))}"
        for name in differing
    ]


def _versions(planned: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    words = []
    for name in {**planned, **found}:
        if planned.get(name) != found.get(name):
            what = _NAMES.get(name, f"{name}.sql")
            gone = "is not there any more" if name not in found else "was not there" if name not in planned else ""
            words.append(f"{what} {gone or 'was changed since it was planned'}")
    return words


def _volumes(planned: Mapping[str, Volume], found: Mapping[str, Volume]) -> list[str]:
    words = []
    for name in sorted(set(planned).intersection(found)):
        before, now = planned[name], found[name]
        if now.rows != before.rows:
            words.append(f"{name}: the source has {now.rows:,} rows, {before.rows:,} were planned")
        elif now.latest != before.latest:
            words.append(f"{name}: rows were changed in the source, {_moved(before, now)}")
    return words


def _moved(before: Volume, now: Volume) -> str:
    """Say which of the latest times, each with its number of rows, are others."""
    one = next(one for one in {**before.latest, **now.latest} if before.latest.get(one) != now.latest.get(one))
    then, today = (volume.latest.get(one, ()) for volume in (before, now))
    come = [at for at in today if at not in then] or [at for at in then if at not in today]
    return f"as {one} {come[0]} tells" if come else f"as the order of {one} tells"


def _receipts(planned: int, found: int) -> list[str]:
    if found >= planned:
        return []
    return [f"the ledger knows {found:,} delivered messages, {planned:,} when it was planned: is it the same ledger?"]


def _shown(value: Any) -> str:
    return ", ".join(value) or "all" if isinstance(value, list | tuple) else str(value or "not set")
