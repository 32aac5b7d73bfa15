"""Dead letters sent after all: read again from the source, mapped, checked, and delivered where they now hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from extractors.contract import ROW_ID
from extractors.locate import owner_ranges
from extractors.pages import Axis
from extractors.source import reading
from flows.bundles.lines import PUSHED
from flows.cutting import Cut, What
from flows.errors import SettingsInvalid
from flows.job import Job
from loaders.ledger.chosen import Choice
from loaders.ledger.dead_letters import LetterKey, Place, letters_of
from loaders.ledger.runs import Shard
from mappers.catalog import DETAILS, STREAMS

_WHOLE: Place = (Axis.USERS.value, None, None)

_Row = tuple[str, str]
"""A stream, and the id of a row of it."""


@dataclass(frozen=True)
class Letters:
    """Which open dead letters: of those streams, those reasons, and the run that saw them last; empty means any."""

    streams: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    run_id: str | None = None


def replaying(letters: Letters) -> What:
    """Return what a replay of those letters is about. It raises `SettingsInvalid` where there are none."""
    return partial(_cut, letters)


def _cut(asked: Letters, job: Job) -> Cut:
    unknown = [name for name in asked.streams if name not in STREAMS and name not in DETAILS]
    if unknown:
        names = ", ".join([*STREAMS, *DETAILS])
        raise SettingsInvalid([f"there is no stream {name!r}; streams and details are {names}" for name in unknown])
    read = {stream.name for stream in job.streams}
    read |= {stream.detail.stream for stream in job.streams if stream.detail}
    found = letters_of(job.ledger, asked.streams, asked.reasons, asked.run_id)
    found = [letter for letter in found if letter[0].stream in read and letter[0].rule != PUSHED]
    if not found:
        raise SettingsInvalid(["no open dead letter is as asked for; `backfill status` lists them by reason"])
    choices = tuple(dict.fromkeys(Choice(key.stream, key.row_id) for key, _ in found))
    places = {*_places(job, found)}
    return Cut("replay", tuple(_shard(axis, places) for axis in _axes(places)), choices)


def _places(job: Job, found: Sequence[tuple[LetterKey, Place | None]]) -> list[Place]:
    """Return where the letters' rows are: where they were found, or with the owner that they lacked there."""
    sought = {key: _findable(key) for key, place in found if place is None or place[0] != Axis.USERS.value}
    located = _located(job, set(sought.values()))
    places = []
    for key, known in found:
        places += located.get(sought[key], []) if key in sought else []
        places.append(known or _WHOLE)
    return places


def _findable(key: LetterKey) -> _Row:
    """Return the row to look for: the letter's own, or the one that it completes."""
    detail = DETAILS.get(key.stream)
    if detail is None or detail.owner != "row_id":
        return key.stream, key.row_id
    owner = next(stream.name for stream in STREAMS.values() if stream.detail is detail)
    return owner, key.row_id.rpartition("/")[0]


def _located(job: Job, sought: set[_Row]) -> dict[_Row, list[Place]]:
    """Return the places of the rows whose stream has a key to find them by."""
    located: dict[_Row, list[Place]] = {}
    source = job.source
    for name in sorted({stream for stream, _ in sought} & source.models.keys()):
        contract, ids = source.contracts[name], sorted(row_id for stream, row_id in sought if stream == name)
        if contract.identity != (ROW_ID,) or ROW_ID not in source.present[name]:
            continue
        with reading(source.engine) as connection, connection.begin():
            pages = owner_ranges(connection, source.models[name], contract, ids, source.cleaning.people)
        for row_id, own in pages.items():
            located[name, row_id] = [(page.axis.value, page.low, page.high) for page in own]
    return located


def _axes(places: set[Place]) -> list[str]:
    return [axis.value for axis in Axis if any(place[0] == axis.value for place in places)]


def _shard(axis: str, places: set[Place]) -> Shard:
    """Return the ranges on the axis, in their order; one without bounds stands for all the others."""
    ranges: set[tuple[Any, Any]] = {(low, high) for place, low, high in places if place == axis}
    if (None, None) in ranges:
        return Shard(axis, ((None, None),))
    return Shard(axis, tuple(sorted(ranges, key=lambda pair: tuple((key is not None, str(key)) for key in pair))))
