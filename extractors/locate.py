"""Rows found by their own key: whose they are now, as ranges that pages can be read by."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, column, func, select

from extractors.boundaries import plain
from extractors.contract import ANONYMOUS, ROW_ID, USER, Contract
from extractors.convert import convert
from extractors.models import Model
from extractors.pages import Axis, Page
from mappers.kinds import Key

_AT_ONCE = 500


def owner_ranges(
    connection: Connection, model: Model, contract: Contract, row_ids: Sequence[str]
) -> dict[str, list[Page]]:
    """Return for each row id that the model yields the pages, each of one user, that its rows are on."""
    scope = [USER, *([ANONYMOUS] if contract.anonymous else [])]
    rows = model.clause.columns(*[column(name) for name in (ROW_ID, *scope)]).subquery("m")
    sample = connection.execute(select(rows.c[ROW_ID]).where(rows.c[ROW_ID].is_not(None)).limit(1)).scalar()
    bound = [value for row_id in row_ids if (value := _as(sample, row_id)) is not None]
    found: dict[str, list[Page]] = defaultdict(list)
    query = select(*(rows.c[name] for name in (ROW_ID, *scope))).where(
        rows.c[ROW_ID].in_(bindparam("ids", expanding=True))
    )
    for start in range(0, len(bound), _AT_ONCE):
        for raw, *owners in connection.execute(query, {"ids": bound[start : start + _AT_ONCE]}).all():
            (row_id,) = convert([raw], Key, {})
            found[str(row_id)].append(_page(connection, rows, owners))
    return found


def _page(connection: Connection, rows: Any, owners: Sequence[Any]) -> Page:
    """Return the page that ends with the row's owner, and begins after the key before it."""
    axis, name, key = Axis.NOBODY, "", None
    for candidate, owner, value in zip((Axis.USERS, Axis.VISITORS), (USER, ANONYMOUS), owners, strict=False):
        if value is not None:
            axis, name, key = candidate, owner, value
            break
    if key is None:
        return Page(axis, None, None)
    before = connection.execute(select(func.max(rows.c[name])).where(rows.c[name] < bindparam("key")), {"key": key})
    return Page(axis, plain(before.scalar()), plain(key))


def _as(sample: Any, row_id: str) -> Any:
    """Return the row id as the database has its like; None where it cannot be one of its kind."""
    try:
        if isinstance(sample, int | Decimal | float):
            return int(row_id)
        return UUID(row_id) if isinstance(sample, UUID) else row_id
    except ValueError:
        return None
