"""How a stream is cut: by user into pages, by time into a window, as a SELECT around the model."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, DateTime, Select, bindparam, column, literal_column, or_, select

from extractors.contract import ANONYMOUS, USER, Contract
from extractors.models import Model
from mappers.kinds import Instant

_MARGIN = timedelta(days=2)  # zones differ by a day; SQLite sorts `T` after a blank, which takes the rest of one


class Axis(StrEnum):
    """Whose rows a page holds. A range never finds a null, so those with none have an axis of their own."""

    USERS = "users"
    VISITORS = "visitors"
    NOBODY = "nobody"


class Page(NamedTuple):
    """A range of keys, open at `low`, closed at `high`; None is no bound. On the axis of nobody both are None."""

    axis: Axis
    low: Any
    high: Any


class Window(NamedTuple):
    """The half-open time range of a run, aware UTC; None is no bound."""

    since: Instant | None = None
    until: Instant | None = None

    def holds(self, at: Instant) -> bool:
        """Tell whether the instant lies in the window."""
        return not ((self.since and at < self.since) or (self.until and at >= self.until))


def page_query(
    model: Model, contract: Contract, present: frozenset[str], cut: tuple[Axis, bool, bool], window: Window
) -> Select[Any]:
    """Return the SELECT of a page of a model, with the contract's columns in their order.

    `cut` is the axis, and whether the page has a `low` and a `high`, which are bound when the query runs. The model's
    own SQL stays as it is, and its key columns bare, so that the database can use their indexes. The window is put on
    with a margin, since the source's times are local; `Window.holds` decides exactly.
    """
    axis = cut[0]
    names = list(dict.fromkeys([*present, *contract.expected()]))
    rows = model.clause.columns(*[column(name) for name in names if name in present]).subquery("m")
    absent = {ANONYMOUS} if axis is Axis.USERS else set()  # one identity a user: the user id alone
    wanted: list[ColumnElement[Any]] = [
        rows.c[field.name] if field.name in present - absent else literal_column("NULL").label(field.name)
        for field in contract.columns
    ]
    query = select(*wanted).select_from(rows)
    for condition in _owners(rows.c, contract, cut):
        query = query.where(condition)
    if contract.window and (window.since or window.until):
        query = query.where(or_(rows.c[contract.window].is_(None), _inside(rows.c[contract.window], window)))
    return query


def _owners(columns: Any, contract: Contract, cut: tuple[Axis, bool, bool]) -> list[ColumnElement[bool]]:
    axis, user = cut[0], columns[USER]
    if axis is Axis.USERS:
        return _range(user, cut) or [user.is_not(None)]
    if axis is Axis.VISITORS:
        visitor = columns[ANONYMOUS]
        return [user.is_(None), *(_range(visitor, cut) or [visitor.is_not(None)])]
    nobody = [user.is_(None)]
    return [*nobody, columns[ANONYMOUS].is_(None)] if contract.anonymous else nobody


def _range(key: ColumnElement[Any], cut: tuple[Axis, bool, bool]) -> list[ColumnElement[bool]]:
    _, low, high = cut
    bounds = []
    if low:
        bounds.append(key > bindparam("low"))
    if high:
        bounds.append(key <= bindparam("high"))
    return bounds


def _inside(moment: ColumnElement[Any], window: Window) -> ColumnElement[bool]:
    conditions = []
    if window.since:
        conditions.append(moment >= _bound("since", window.since, -_MARGIN))
    if window.until:
        conditions.append(moment < _bound("until", window.until, _MARGIN))
    return conditions[0] if len(conditions) == 1 else conditions[0] & conditions[1]


def _bound(name: str, instant: Instant, margin: timedelta) -> ColumnElement[Any]:
    moment = datetime.fromisoformat(instant).astimezone(UTC).replace(tzinfo=None)
    try:
        moment += margin
    except OverflowError:  # at the ends of the calendar there is nothing beyond
        moment = datetime.min if margin < timedelta(0) else datetime.max  # noqa: DTZ901  # naive, as the column is
    return bindparam(name, moment, type_=DateTime())
