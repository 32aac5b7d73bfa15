"""What changed in the source: who it touches, and what of it lies in the future."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select

from extractors.boundaries import plain
from extractors.contract import USER
from extractors.extents import extent, temper_of
from extractors.fetching import decoded
from extractors.pages import Axis, Shape, Window
from extractors.query import conditions, key_of, table
from extractors.reader import Source
from extractors.source import reading

_AT_ONCE = 10_000


def followed(source: Source) -> dict[str, str]:
    """Return the streams and details whose changes can be followed by a column, and which; a line follows its order."""
    columns = {
        name: source.contracts[name].followed(source.present[name])
        for name in source.models
        if source.contracts[name].owner in (None, USER) and not source.contracts[name].compared
    }
    return {name: column for name, column in columns.items() if column}


def following(source: Source, windows: Mapping[str, Window]) -> Source:
    """Return the source as a run reads it that is about what changed in those windows. Raises `SourceStopped`."""
    columns, zone = followed(source), source.cleaning.zone.name
    changes = {}
    with reading(source.engine) as connection, connection.begin():
        for name, window in windows.items():
            happened, other = source.contracts[name].window, None
            if happened not in (None, columns[name]):
                temper = temper_of(connection, source.models[name], str(happened))
                other = extent(str(happened), window, zone, temper, nulls=False)
            temper = temper_of(connection, source.models[name], columns[name])
            changes[name] = extent(columns[name], window, zone, temper, nulls=False, other=other)
    return replace(source, changes=changes, queries={}, ids={})


def changed_keys(source: Source, axis: Axis) -> set[Any]:
    """Return the keys on the axis that have a change by its column. Raises `SourceStopped`."""
    found: set[Any] = set()
    with reading(source.engine) as connection, connection.begin():
        for name, change in (source.changes or {}).items():
            contract = source.contracts[name]
            if axis is Axis.VISITORS and not contract.anonymous:
                continue
            rows = table(source.models[name], contract, source.present[name])
            inside = conditions(rows, contract, Shape(axis), change)
            keys = select(rows.c[key_of(axis)]).where(*inside)  # DISTINCT would take `aB` and `Ab` for one
            found |= decoded(connection, partial(_keys, connection, keys))
    return found


def _keys(connection: Connection, query: Select[Any]) -> set[Any]:
    found: set[Any] = set()
    with connection.execute(query, execution_options={"yield_per": _AT_ONCE}) as result:
        for some in result.scalars().partitions():
            found.update(map(plain, some))
    return found


def one_a_user(keys: set[Any]) -> set[Any]:
    """Leave one of the keys that differ by padding alone: the longest, as a CHAR column has it."""
    longest: dict[Any, Any] = {}
    for key in keys:
        text = key.rstrip(" ") if isinstance(key, str) else key
        if text not in longest or len(key) > len(longest[text]):
            longest[text] = key
    return set(longest.values())


def ahead_of_time(source: Source) -> dict[str, int]:
    """Return how many rows of each stream are dated after the window, beyond its margin: they wait for their time."""
    found = {}
    with reading(source.engine) as connection, connection.begin():
        for name, change in (source.changes or {}).items():
            if change.until is None:
                continue
            rows = table(source.models[name], source.contracts[name], source.present[name])
            moment, ends = rows.c[change.column], _end_of_times(change.until)
            ahead = select(func.count()).where(moment >= change.until, moment < ends)
            count = connection.execute(ahead).scalar_one()
            if count:
                found[name] = int(count)
    return found


def _end_of_times(until: BindParameter[datetime]) -> BindParameter[datetime]:
    """Return, as the bound is written, where sentinels begin; a text that is no time sorts after it too."""
    zone = until.value.tzinfo if isinstance(until.value, datetime) else None
    return bindparam("sentinels", datetime(9000, 1, 1, tzinfo=zone), type_=until.type)
