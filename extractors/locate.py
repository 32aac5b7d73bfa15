"""Rows found by their own key: whose they are now, as ranges that pages can be read by."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, bindparam, column, select

from extractors.boundaries import is_bound, plain
from extractors.contract import ANONYMOUS, ROW_ID, USER, Contract
from extractors.convert import convert
from extractors.fetching import fetched
from extractors.models import Model
from extractors.pages import Axis, Page
from extractors.people import EVERYBODY, People
from mappers.kinds import Key

IDS_AT_ONCE = 500
_KEYS_BEFORE = 100


def owner_ranges(
    connection: Connection, model: Model, contract: Contract, row_ids: Sequence[str], people: People = EVERYBODY
) -> dict[str, list[Page]]:
    """Return for each row id that the model yields the pages, each of one user, that its rows are on.

    A row whose owner is no bound, or left out, has none.
    """
    scope = [USER, *([ANONYMOUS] if contract.anonymous else [])]
    rows = model.clause.columns(*[column(name) for name in (ROW_ID, *scope)]).subquery("m")
    some = fetched(connection, select(rows.c[ROW_ID]).where(rows.c[ROW_ID].is_not(None)).limit(1))
    sample = some[0][0] if some else None
    bound = list(dict.fromkeys(value for row_id in row_ids for value in as_kept(sample, row_id)))
    found: dict[str, list[Page]] = defaultdict(list)
    query = select(*(rows.c[name] for name in (ROW_ID, *scope))).where(
        rows.c[ROW_ID].in_(bindparam("ids", expanding=True))
    )
    for start in range(0, len(bound), IDS_AT_ONCE):
        for raw, *owners in fetched(connection, query, {"ids": bound[start : start + IDS_AT_ONCE]}):
            (row_id,) = convert([raw], Key, {})
            if page := _page(connection, rows, owners, people):
                found[str(row_id)].append(page)
    return found


def _page(connection: Connection, rows: Any, owners: Sequence[Any], people: People) -> Page | None:
    """Return the page that ends with the row's owner, and begins after the key before it."""
    axis, name, key = Axis.NOBODY, "", None
    for candidate, owner, value in zip((Axis.USERS, Axis.VISITORS), (USER, ANONYMOUS), owners, strict=False):
        if value is not None:
            axis, name, key = candidate, owner, value
            break
    if key is None:
        return Page(axis, None, None)

    def may_bound(edge: Any) -> bool:
        return is_bound(edge) and bool(people.unlisted(axis, [plain(edge)]))

    return Page(axis, plain(_before(connection, rows.c[name], key, may_bound)), plain(key)) if may_bound(key) else None


def _before(connection: Connection, column_: ColumnElement[Any], key: Any, may_bound: Callable[[Any], bool]) -> Any:
    """Return the key before that one; where it is no bound, one that is, or none."""
    nearest = select(column_).where(column_ < bindparam("key")).order_by(column_.desc())  # no max: a uuid has none
    for one in fetched(connection, nearest.limit(1), {"key": key}):
        if may_bound(one[0]):
            return one[0]
    some = nearest.distinct().limit(_KEYS_BEFORE)
    return next((one for (one,) in fetched(connection, some, {"key": key}) if may_bound(one)), None)


def as_kept(sample: Any, row_id: str) -> tuple[Any, ...]:
    """Return the row id as the database may have its like, a text padded too; nothing where it cannot be its like."""
    try:
        if isinstance(sample, int | Decimal | float):
            return (int(row_id),)
        if isinstance(sample, UUID):
            return (UUID(row_id),)
        return (row_id, row_id.ljust(len(sample))) if isinstance(sample, str) else (row_id,)
    except ValueError:
        return ()
