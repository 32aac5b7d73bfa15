"""Where pages end: keys that the database itself gives, in its own order."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Subquery, column, func, select

from extractors.contract import ANONYMOUS, USER
from extractors.convert import is_kept
from extractors.fetching import fetched
from extractors.models import Model
from extractors.pages import Axis

PAGE_KEYS = 100
"""Every so many keys a page may end; the reader joins several where users have few rows."""


def boundaries(connection: Connection, model: Model, axis: Axis) -> list[Any]:
    """Return every n-th key of the model on the axis, in the order of the database, and none that is no bound."""
    keys = _numbered(model, axis)
    query = select(keys.c.k).where(keys.c.n % PAGE_KEYS == 0).order_by(keys.c.n)
    return [plain(edge) for (edge,) in fetched(connection, query) if is_bound(edge)]


def first_keys(connection: Connection, model: Model, axis: Axis, count: int) -> list[Any]:
    """Return so many of the model's first keys on the axis, or all where there are fewer, but for what is no bound."""
    keys = _numbered(model, axis)
    query = select(keys.c.k).where(keys.c.n <= count).order_by(keys.c.n)
    return [plain(key) for (key,) in fetched(connection, query) if is_bound(key)]


def _numbered(model: Model, axis: Axis) -> Subquery:
    """Return the model's distinct keys on the axis, `k`, with their numbers from 1 on, `n`."""
    key = USER if axis is Axis.USERS else ANONYMOUS
    rows = model.clause.columns(*[column(name) for name in dict.fromkeys([USER, key])]).subquery("m")
    mine = rows.c[key]
    keys = select(mine.label("k")).where(mine.is_not(None)).distinct()
    if axis is Axis.VISITORS:
        keys = keys.where(rows.c[USER].is_(None))
    distinct = keys.subquery("d")
    return select(distinct.c.k, func.row_number().over(order_by=distinct.c.k).label("n")).subquery("x")


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
