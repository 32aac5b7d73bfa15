"""Which rows of a stream a run is about: a window of time, in the terms of the column that it is put on."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, Connection, DateTime, bindparam, column, or_, select

from extractors.fetching import fetched
from extractors.models import Model
from extractors.pages import Window
from mappers.kinds import Instant

Temper = Literal["aware", "naive", "unknown"]
"""What a column's times are: moments, local times, or either."""

_SAMPLE_ROWS = 100
_DAY = timedelta(days=1)
_SEAM = timedelta(hours=3)  # more than any clock was ever put back
_SECOND = timedelta(seconds=1)
_MARGINS: dict[Temper, tuple[timedelta, timedelta]] = {
    "aware": (_SECOND, _SECOND),  # Oracle's driver binds whole seconds, SQL Server's milliseconds
    "naive": (_SEAM, _DAY + _SEAM),  # SQLite sorts `T` after a blank, which takes the rest of a day
    "unknown": (2 * _DAY, 2 * _DAY),  # zones differ by a day, and again
}


class Extent(NamedTuple):
    """The rows whose `column` lies in the window; `since` and `until` are its bounds for the database, with a margin.

    `Window.holds` decides exactly. `nulls`: rows without a time belong to it too. `other`: so do those of that extent;
    what was never edited may have no time of a change, and what is planned happens after it was written.
    """

    column: str
    window: Window
    since: BindParameter[datetime] | None
    until: BindParameter[datetime] | None
    nulls: bool
    other: "Extent | None" = None

    def condition(self, columns: Any) -> ColumnElement[bool] | None:
        """Return the condition on the columns, bare so that indexes serve; None where all rows belong to it."""
        moment, inside = columns[self.column], None
        if self.since is not None:
            inside = moment >= self.since
        if self.until is not None:
            inside = moment < self.until if inside is None else inside & (moment < self.until)
        if inside is None:
            return None
        inside = or_(moment.is_(None), inside) if self.nulls else inside
        beside = self.other.condition(columns) if self.other else None
        return inside if beside is None else or_(inside, beside)


def extent(name: str, window: Window, zone: str, temper: Temper, *, nulls: bool, other: Extent | None = None) -> Extent:
    """Return the extent of a window on the column, whose naive times are in the zone."""
    before, after = _MARGINS[temper]
    marks = ("since", "until") if other is None else ("changed_since", "changed_until")
    since = _bound(marks[0], window.since, -before, zone, temper)
    until = _bound(marks[1], window.until, after, zone, temper)
    return Extent(name, window, since, until, nulls, other)


def temper_of(connection: Connection, model: Model, name: str) -> Temper:
    """Return what the column's times are, as far as a sample tells."""
    return _temper(_sample(connection, model, name))


def forms_of(connection: Connection, model: Model, name: str) -> set[tuple[str, ...]]:
    """Return how the column's times are written, as far as a sample tells: as what, and texts with which signs."""
    return {
        (type(value).__name__, str(_has_offset(value)), value[10:11] if isinstance(value, str) else "")
        for value in _sample(connection, model, name)
    }


def _sample(connection: Connection, model: Model, name: str) -> Sequence[Any]:
    rows = model.clause.columns(column(name)).subquery("m")
    query = select(rows.c[name]).where(rows.c[name].is_not(None)).limit(_SAMPLE_ROWS)
    return [value for (value,) in fetched(connection, query)]


def _temper(values: Sequence[Any]) -> Temper:
    offsets = {_has_offset(value) for value in values}
    if offsets == {True} and all(isinstance(value, datetime) for value in values):
        return "aware"
    return "naive" if offsets == {False} else "unknown"


def _has_offset(value: Any) -> bool | None:
    """Tell whether a time carries an offset; None where that cannot be told."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.tzinfo is not None if isinstance(moment, datetime) else None
    except ValueError:
        return None


def _bound(
    name: str, instant: Instant | None, margin: timedelta, zone: str, temper: Temper
) -> BindParameter[datetime] | None:
    if instant is None:
        return None
    moment = datetime.fromisoformat(instant).astimezone(UTC)
    if temper == "naive":
        moment = moment.astimezone(ZoneInfo(zone))
    kind = DateTime(timezone=temper == "aware")
    moment = moment if temper == "aware" else moment.replace(tzinfo=None)
    try:
        moment += margin
    except OverflowError:  # at the ends of the calendar there is nothing beyond
        moment = datetime.min if margin < timedelta(0) else datetime.max  # noqa: DTZ901  # naive, as the column is
    return bindparam(name, moment, type_=kind)
