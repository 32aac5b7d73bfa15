"""Where pages end: keys that the database itself gives, in its own order."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, column, func, or_, select

from extractors.contract import ANONYMOUS, USER
from extractors.convert import is_kept
from extractors.fetching import fetched
from extractors.models import Model
from extractors.pages import Axis

PAGE_KEYS = 100
"""Every so many keys a page may end; the reader joins several where users have few rows."""


class Edge(NamedTuple):
    """A key that a page may end with, and how many keys there are up to it."""

    key: Any
    number: int


def boundaries(connection: Connection, model: Model, axis: Axis, also: int | None = None) -> list[Edge]:
    """Return every n-th key of the model on the axis, and the one of the number `also`, in the order of the database.

    A key that is no bound is left out.
    """
    key = USER if axis is Axis.USERS else ANONYMOUS
    rows = model.clause.columns(*[column(name) for name in dict.fromkeys([USER, key])]).subquery("m")
    mine = rows.c[key]
    keys = select(mine.label("k")).where(mine.is_not(None)).distinct()
    if axis is Axis.VISITORS:
        keys = keys.where(rows.c[USER].is_(None))
    distinct = keys.subquery("d")
    numbered = select(distinct.c.k, func.row_number().over(order_by=distinct.c.k).label("n")).subquery("x")
    wanted = numbered.c.n % PAGE_KEYS == 0
    query = select(numbered.c.k, numbered.c.n).where(or_(wanted, numbered.c.n == also) if also else wanted)
    found = fetched(connection, query.order_by(numbered.c.n))
    return [Edge(plain(key), number) for key, number in found if is_bound(key)]


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
