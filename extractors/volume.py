"""How much a source has of each stream: what tells, without reading it all, whether it is still as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from extractors.fetching import fetched
from extractors.pages import Axis
from extractors.query import table
from extractors.reader import Source
from extractors.source import reading

LATEST = 20
"""Times that are looked at of each column: more than a platform has sentinels and times to come."""


@dataclass(frozen=True)
class Volume:
    """A stream's rows, and the latest times of each column that dates them.

    A time is as the database writes it, and says how many rows have it.
    """

    rows: int
    latest: Mapping[str, tuple[str, ...]]


def volumes(source: Source) -> dict[str, Volume]:
    """Return how much there is of each stream and detail that is read, in the window that it is read in.

    States are read as they are now whatever the window is: where that has an end they are left out, since on a platform
    at work they differ with every sign-up. The window is looked at as queries see it, with a margin of up to two days.
    Raises `SourceStopped`.
    """
    bounded = source.cleaning.window.until is not None
    names = [name for name in source.models if not bounded or source.contracts[name].window]
    with reading(source.engine) as connection, connection.begin():
        return {name: _volume(source, connection, name) for name in names}


def _volume(source: Source, connection: Connection, name: str) -> Volume:
    contract, present = source.contracts[name], source.present[name]
    rows = table(source.models[name], contract, present)
    extent = source.extent(name, Axis.USERS)
    inside = extent.condition(rows.c) if extent else None

    def asked(query: Select[Any]) -> Select[Any]:
        return query if inside is None else query.where(inside)

    ((count,),) = fetched(connection, asked(select(func.count()).select_from(rows)))
    times = {one: rows.c[one] for one in (contract.window, contract.cursor) if one in present}
    latest = {one: fetched(connection, asked(latest_of(column))) for one, column in times.items() if one}
    return Volume(count, {one: tuple(f"{at} ({number:,})" for at, number in found) for one, found in latest.items()})


def latest_of(moment: ColumnElement[Any]) -> Select[Any]:
    """Return the SELECT of the latest times, each with how many rows have it."""
    return (
        select(moment, func.count()).where(moment.is_not(None)).group_by(moment).order_by(moment.desc()).limit(LATEST)
    )
