"""The SELECT of a page: around the model, whose own SQL stays as it is, and its key columns bare for their indexes."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, column, literal_column, or_, select
from sqlalchemy.sql.selectable import Subquery

from extractors.contract import ANONYMOUS, ROW_ID, USER, Contract
from extractors.extents import Extent
from extractors.models import Model
from extractors.pages import Axis, Shape


def page_query(
    model: Model,
    contract: Contract,
    present: frozenset[str],
    shape: Shape,
    extent: Extent | None = None,
    *,
    owned: bool = False,
) -> Select[Any]:
    """Return the SELECT of a page of a model: the contract's columns in their order, then the extent's if beside them.

    The page's bounds are bound when the query runs. With `owned`, whose a row is comes last, if no other column tells.
    """
    rows = table(model, contract, present)
    absent = {ANONYMOUS} if shape.axis is Axis.USERS else set()  # one identity a user: the user id alone
    wanted: list[ColumnElement[Any]] = [
        rows.c[field.name] if field.name in present - absent else literal_column("NULL").label(field.name)
        for field in contract.columns
    ]
    told = not owned or shape.axis is Axis.NOBODY or key_of(shape.axis) in contract.row._fields
    owner = [] if told else [rows.c[key_of(shape.axis)]]
    if shape.owners:
        return select(*wanted, *owner).where(rows.c[contract.owner or USER].in_(bindparam("owners", expanding=True)))
    if extent and is_read_in_groups(contract, present, extent):
        groups = _groups(table(model, contract, present, "g"), contract, shape, extent)
        return _of_groups(select(*wanted, *owner), rows, groups, contract, shape)
    if extent and is_beside(contract, extent):
        wanted.append(rows.c[extent.column])
    return select(*wanted, *owner).select_from(rows).where(*conditions(rows, contract, shape, extent))


def table(model: Model, contract: Contract, present: frozenset[str], name: str = "m") -> Subquery:
    """Return the model as a table of the columns that it yields."""
    names = list(dict.fromkeys([*present, *contract.expected()]))
    return model.clause.columns(*[column(one) for one in names if one in present]).subquery(name)


def conditions(rows: Subquery, contract: Contract, shape: Shape, extent: Extent | None) -> list[ColumnElement[bool]]:
    """Return what makes a row one of the page: whose it is, its slice, and the extent."""
    found = [*_owners(rows.c, contract, shape), *_slice(rows.c, contract, shape)]
    inside = extent.condition(rows.c) if extent else None
    return found if inside is None else [*found, inside]


def key_of(axis: Axis) -> str:
    """Return the column that a page's keys are of."""
    return ANONYMOUS if axis is Axis.VISITORS else USER


def is_beside(contract: Contract, extent: Extent) -> bool:
    """Tell whether the extent's column stands beside the contract's own, which then is the last one that is read."""
    return extent.column != contract.window and extent.column not in contract.row._fields


def is_read_in_groups(contract: Contract, present: frozenset[str], extent: Extent | None) -> bool:
    """Tell whether a change brings all rows of its instant: equal rows of a log without a key differ by count alone."""
    is_log = bool(contract.log_identity) and ROW_ID not in present
    return is_log and extent is not None and extent.column != contract.window


def _groups(rows: Subquery, contract: Contract, shape: Shape, extent: Extent) -> Subquery:
    """Return whose instants changed."""
    names = _group_names(contract, shape)
    changed = select(*(rows.c[name] for name in names)).where(*conditions(rows, contract, shape, extent))
    return changed.distinct().subquery("i")


def _of_groups(query: Select[Any], rows: Subquery, groups: Subquery, contract: Contract, shape: Shape) -> Select[Any]:
    same = and_(*(_is_same(rows.c[name], groups.c[name]) for name in _group_names(contract, shape)))
    return query.select_from(rows.join(groups, same)).where(*_owners(rows.c, contract, shape))


def _is_same(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(one == other, and_(one.is_(None), other.is_(None)))


def _group_names(contract: Contract, shape: Shape) -> list[str]:
    owner = [] if shape.axis is Axis.NOBODY else [key_of(shape.axis)]
    return [*owner, str(contract.window)]


def _owners(columns: Any, contract: Contract, shape: Shape) -> list[ColumnElement[bool]]:
    user = columns[USER]
    if shape.axis is Axis.USERS:
        return _range(user, shape) or [user.is_not(None)]
    if shape.axis is Axis.VISITORS:
        visitor = columns[ANONYMOUS]
        return [user.is_(None), *(_range(visitor, shape) or [visitor.is_not(None)])]
    nobody = [user.is_(None)]
    return [*nobody, columns[ANONYMOUS].is_(None)] if contract.anonymous else nobody


def _range(key: ColumnElement[Any], shape: Shape) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if shape.keys:
        return [key.in_(bindparam("keys", expanding=True))]
    if shape.low:
        bounds.append(key > bindparam("low"))
    if shape.high:
        bounds.append(key <= bindparam("high"))
    return bounds


def _slice(columns: Any, contract: Contract, shape: Shape) -> list[ColumnElement[bool]]:
    """Return the slice's conditions; what has no time belongs to the first."""
    if not contract.window:
        return []
    moment = columns[contract.window]
    if shape.after:
        bounds = [moment > bindparam("after")]
        return [*bounds, moment <= bindparam("to")] if shape.to else bounds
    return [or_(moment.is_(None), moment <= bindparam("to"))] if shape.to else []
