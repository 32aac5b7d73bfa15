"""Dead letters sent after all: read again from the source, mapped, checked, and delivered where they now hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from extractors.locate import owner_ranges
from extractors.pages import Axis
from extractors.source import reading
from flows.cutting import Cut
from flows.errors import SettingsInvalid
from flows.job import Job
from flows.pipeline import What
from loaders.ledger.chosen import Choice
from loaders.ledger.dead_letters import LetterKey, Place, letters_of
from loaders.ledger.runs import Shard

_WHOLE: Mapping[str, Place] = {axis.value: (axis.value, None, None) for axis in Axis}


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
    found = letters_of(job.ledger, asked.streams, asked.reasons, asked.run_id)
    if not found:
        raise SettingsInvalid(["no open dead letter is as asked for; `backfill status` lists them by reason"])
    choices = tuple(dict.fromkeys(Choice(key.stream, key.row_id) for key, _ in found))
    places = {*_places(job, found)}
    return Cut("replay", tuple(_shard(axis, places) for axis in _axes(places)), choices)


def _places(job: Job, found: Sequence[tuple[LetterKey, Place | None]]) -> list[Place]:
    """Return where the letters' rows are: with the owner that they have now, else where they were found."""
    located = _located(job, [key for key, _ in found])
    return [
        place
        for key, known in found
        for place in (located.get((key.stream, key.row_id)) or [known or _WHOLE[Axis.USERS.value]])
    ]


def _located(job: Job, keys: Sequence[LetterKey]) -> dict[tuple[str, str], list[Place]]:
    """Return the places of the rows whose stream has a key to find them by."""
    located: dict[tuple[str, str], list[Place]] = {}
    source = job.source
    for stream in sorted({key.stream for key in keys} & source.models.keys()):
        contract, ids = source.contracts[stream], sorted({key.row_id for key in keys if key.stream == stream})
        if contract.identity != ("row_id",) or "row_id" not in source.present[stream]:
            continue
        with reading(source.engine) as connection, connection.begin():
            found = owner_ranges(connection, source.models[stream], contract, ids)
        for row_id, pages in found.items():
            located[stream, row_id] = [(page.axis.value, page.low, page.high) for page in pages]
    return located


def _axes(places: set[Place]) -> list[str]:
    return [axis.value for axis in Axis if any(place[0] == axis.value for place in places)]


def _shard(axis: str, places: set[Place]) -> Shard:
    """Return the ranges on the axis, in their order; one without bounds stands for all the others."""
    ranges: set[tuple[Any, Any]] = {(low, high) for place, low, high in places if place == axis}
    if (None, None) in ranges:
        return Shard(axis, ((None, None),))
    return Shard(axis, tuple(sorted(ranges, key=lambda pair: tuple((key is not None, str(key)) for key in pair))))
