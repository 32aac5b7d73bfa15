"""A model read whole, a row's content as a digest: what a table does not tell of its changes, comparing does."""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import select

from extractors.boundaries import plain
from extractors.contract import ANONYMOUS, ROW_ID, USER
from extractors.convert import convert
from extractors.fetching import lenient
from extractors.pages import Axis
from extractors.people import People
from extractors.query import table
from extractors.reader import Source
from extractors.source import reading
from mappers.kinds import Key

_ROWS_AT_ONCE = 5_000


class Content(NamedTuple):
    """What a row holds, as a digest of 16 bytes, and whose it is: the axis, and the key as the database has it."""

    row_id: Key
    digest: bytes
    axis: Axis
    key: Any


def contents(source: Source, name: str) -> Iterator[list[Content]]:
    """Yield what the model's rows hold, some thousand at a time.

    Rows without a row id are left out, and those of people who are left out: nothing of theirs is to be kept.
    Raises `SourceStopped`.
    """
    contract, people = source.contracts[name], source.cleaning.people
    columns = sorted(source.present[name])
    rows = table(source.models[name], contract, source.present[name])
    query = select(*(rows.c[column] for column in columns))
    owners = [(axis, columns.index(column)) for axis, column in _OWNERS if column in columns]
    with reading(source.engine) as connection, connection.begin(), lenient(connection):
        found = connection.execution_options(stream_results=True).execute(query)
        for some in found.partitions(_ROWS_AT_ONCE):
            ids = convert([row[columns.index(ROW_ID)] for row in some], Key, {})
            held = [_content(row, row_id, owners) for row, row_id in zip(some, ids, strict=True) if row_id is not None]
            yield held if people.are_all else _told_of(held, people)


def _told_of(held: list[Content], people: People) -> list[Content]:
    left_out: set[int] = set()
    for axis, _ in _OWNERS:
        places = [place for place, one in enumerate(held) if one.axis is axis]
        own = people.left_out(axis, convert([held[place].key for place in places], Key, {}))
        left_out.update(places[place] for place in own)
    return [one for place, one in enumerate(held) if place not in left_out]


_OWNERS = ((Axis.USERS, USER), (Axis.VISITORS, ANONYMOUS))


def _content(row: Any, row_id: Key, owners: list[tuple[Axis, int]]) -> Content:
    axis, place = next(((axis, place) for axis, place in owners if row[place] is not None), (Axis.NOBODY, None))
    digest = hashlib.blake2b(repr(tuple(row)).encode(errors="surrogateescape"), digest_size=16).digest()
    return Content(row_id, digest, axis, None if place is None else plain(row[place]))
