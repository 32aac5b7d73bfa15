"""Where pages end: keys that the database itself gives, in its own order."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Subquery, column, func, select

from extractors.contract import ANONYMOUS, USER
from extractors.convert import convert, is_kept
from extractors.fetching import fetched, lenient
from extractors.models import Model
from extractors.pages import Axis
from extractors.people import EVERYBODY, People
from mappers.kinds import Key

PAGE_KEYS = 100
"""Every so many keys a page may end; the reader joins several where users have few rows."""

_AT_ONCE = 10_000


def boundaries(connection: Connection, model: Model, axis: Axis, people: People = EVERYBODY) -> list[Any]:
    """Return every n-th key of the model on the axis, in the order of the database, and none that is no bound.

    The key of somebody who is left out is none: it would be written into the ledger. The next one takes its place.
    """
    if not people.are_all:
        return [*_spaced(connection, model, axis, people)]
    keys = _numbered(model, axis)
    query = select(keys.c.k).where(keys.c.n % PAGE_KEYS == 0).order_by(keys.c.n)
    return [plain(edge) for (edge,) in fetched(connection, query) if is_bound(edge)]


def first_keys(connection: Connection, model: Model, axis: Axis, count: int, people: People = EVERYBODY) -> list[Any]:
    """Return so many of the model's first keys on the axis, or all where there are fewer, but for what is no bound.

    Those of people who are left out do not count.
    """
    if not people.are_all:
        return [*islice((key for key, is_bound_ in _told_of(connection, model, axis, people) if is_bound_), count)]
    keys = _numbered(model, axis)
    query = select(keys.c.k).where(keys.c.n <= count).order_by(keys.c.n)
    return [plain(key) for (key,) in fetched(connection, query) if is_bound(key)]


def _spaced(connection: Connection, model: Model, axis: Axis, people: People) -> Iterator[Any]:
    """Yield a key for each so many, or the first one after it that may be a bound."""
    passed = 0
    for key, is_bound_ in _told_of(connection, model, axis, people):
        passed += 1
        if passed >= PAGE_KEYS and is_bound_:
            yield key
            passed = 0


def _told_of(connection: Connection, model: Model, axis: Axis, people: People) -> Iterator[tuple[Any, bool]]:
    """Yield every key of the model on the axis, in its order, and whether a range may end with it: nobody left out."""
    distinct = _distinct(model, axis)
    query = select(distinct.c.k).order_by(distinct.c.k)
    with (
        lenient(connection),
        connection.execute(query, execution_options={"yield_per": _AT_ONCE}) as result,
    ):
        for some in result.scalars().partitions():
            keys = [plain(key) for key in some]
            left_out = people.left_out(axis, convert(keys, Key, {}))
            yield from ((key, is_bound(key) and place not in left_out) for place, key in enumerate(keys))


def _numbered(model: Model, axis: Axis) -> Subquery:
    """Return the model's distinct keys on the axis, `k`, with their numbers from 1 on, `n`."""
    distinct = _distinct(model, axis)
    return select(distinct.c.k, func.row_number().over(order_by=distinct.c.k).label("n")).subquery("x")


def _distinct(model: Model, axis: Axis) -> Subquery:
    """Return the model's distinct keys on the axis, `k`."""
    key = USER if axis is Axis.USERS else ANONYMOUS
    rows = model.clause.columns(*[column(name) for name in dict.fromkeys([USER, key])]).subquery("m")
    mine = rows.c[key]
    keys = select(mine.label("k")).where(mine.is_not(None)).distinct()
    if axis is Axis.VISITORS:
        keys = keys.where(rows.c[USER].is_(None))
    return keys.subquery("d")


def is_bound(key: Any) -> bool:
    """Tell whether a range may end with the key: not a text with NUL, nor one that was no UTF-8."""
    return not isinstance(key, str) or is_kept(key)


def plain(edge: Any) -> Any:
    """Return the edge as the ledger can keep it and the database compare it."""
    if isinstance(edge, Decimal):
        return int(edge) if edge == edge.to_integral_value() else float(edge)
    return str(edge) if isinstance(edge, UUID) else edge


def cut_model(models: Mapping[str, Model], names: Sequence[str]) -> Model | None:
    """Return the first of the named models that is there: pages are cut by its keys."""
    return next((models[name] for name in names if name in models), None)
