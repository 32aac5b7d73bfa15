"""Pages read: every stream's rows of one range of users, out of one snapshot of the database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, Select

from extractors.check import Present
from extractors.contract import CHANGED, ROW_ID, USER, Contract
from extractors.convert import convert
from extractors.errors import PageTooLarge
from extractors.extents import Extent, extent, forms_of
from extractors.fetching import Fetched, fetched
from extractors.models import Model
from extractors.pages import Axis, Page, Shape
from extractors.query import is_read_in_groups, key_of, page_query
from extractors.rows import Cleaning, Rows, typed_rows
from extractors.shared_ids import shared_ids
from extractors.source import reading
from mappers.kinds import Instant, Key

OWNERS_AT_ONCE = 500

Since = Callable[[str, Sequence[Key]], Mapping[str, Instant]]
"""Tells of a stream's rows since when they are as they are; one that was never observed is not there."""


@dataclass(frozen=True)
class Source:
    """A checked source: where it is, which models there are and what they yield, and how its rows are cleaned.

    `changes` are the extents of the streams that a run follows; without them it reads the window of the cleaning.
    `since` dates the rows that are compared.
    """

    engine: Engine
    models: Mapping[str, Model]
    contracts: Mapping[str, Contract]
    present: Present
    cleaning: Cleaning
    changes: Mapping[str, Extent] | None = None
    since: Since | None = None
    queries: dict[tuple[str, Shape], Select[Any]] = field(default_factory=dict)
    ids: dict[str, Mapping[Key, int]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @contextmanager
    def page(self, page: Page, most: int | None = None) -> Iterator[Callable[[str], Rows]]:
        """Open one snapshot of the page and give the function that reads a stream's rows in it.

        A detail is read after the stream that owns it. Raises `SourceStopped` where the database fails, `PageTooLarge`
        where a stream has more than `most` rows.
        """
        with reading(self.engine) as connection, connection.begin():
            yield _PageRead(self, connection, page, most).rows

    def extent(self, name: str, axis: Axis) -> Extent | None:
        """Return which of a stream's rows on a page the run is about; none means all of them."""
        contract, by = self.contracts[name], self.cleaning
        if self.changes is None:
            return extent(contract.window, by.window, by.zone.name, "unknown", nulls=True) if contract.window else None
        is_state = contract.window is None and axis is not Axis.NOBODY  # read whole of those who changed
        return None if is_state else self.changes.get(name)

    def shared(self, name: str) -> Mapping[Key, int]:
        """Return the row ids that several of a stream's rows have, counted once; a night takes them as they come.

        Raises `SourceStopped`, `ContractBroken`.
        """
        contract, present = self.contracts[name], self.present[name]
        if self.changes is not None or contract.identity != (ROW_ID,) or ROW_ID not in present:
            return {}
        with self.lock:
            if name not in self.ids:
                with reading(self.engine) as connection, connection.begin():
                    parts = self.models[name], contract, present, self.extent(name, Axis.USERS)
                    self.ids[name] = shared_ids(connection, *parts)
            return self.ids[name]

    @cached_property
    def times_compare(self) -> bool:
        """Tell whether all streams write their times alike, so that a bound of one bounds the others. Looked at once.

        Raises `SourceStopped`.
        """
        moments = {name: contract.window for name, contract in self.contracts.items() if name in self.models}
        with reading(self.engine) as connection, connection.begin():
            forms = {
                form
                for name, moment in moments.items()
                if moment in self.present[name]
                for form in forms_of(connection, self.models[name], str(moment))
            }
        return len(forms) <= 1

    def query(self, name: str, shape: Shape) -> Select[Any]:
        """Return the SELECT of a stream's pages of that shape."""
        if (name, shape) not in self.queries:
            parts = self.models[name], self.contracts[name], self.present[name]
            owned = not self.cleaning.people.are_all
            self.queries[name, shape] = page_query(*parts, shape, self.extent(name, shape.axis), owned=owned)
        return self.queries[name, shape]


class _PageRead:
    def __init__(self, source: Source, connection: Connection, page: Page, most: int | None) -> None:
        self._source, self._connection, self._page, self._most = source, connection, page, most
        self._ids: list[Any] = []  # of the stream that was read last: its details are found by them

    def rows(self, name: str) -> Rows:
        """Return a stream's rows of the page."""
        contract = self._source.contracts.get(name)
        if contract is None or (self._page.axis is Axis.VISITORS and not contract.anonymous):
            return Rows()
        if self._source.changes is not None and contract.owner not in (None, USER):
            return self._typed(self._of_owners(name, contract), contract, None)
        extent_ = self._source.extent(name, self._page.axis)
        rows = self._fetch(name, self._page.shape, self._page.bounds)
        if self._page.keys and self._source.changes is not None:  # each form of a key has a change of its own
            rows = _exactly(rows, contract.row._fields.index(key_of(self._page.axis)), self._page.keys)
        if ROW_ID in contract.row._fields:
            place = contract.row._fields.index(ROW_ID)
            self._ids = [row[place] for row in rows]
        in_groups = is_read_in_groups(contract, self._source.present[name], extent_)
        return self._typed(rows, contract, None if in_groups else extent_)

    def _of_owners(self, name: str, contract: Contract) -> Fetched:
        """Return the details of the rows that were read last, whatever the extent: they are told whole."""
        found: list[Sequence[Any]] = []
        shape, place = Shape(self._page.axis, owners=True), contract.row._fields.index(str(contract.owner))
        ids = [*dict.fromkeys(self._ids)]
        for start in range(0, len(ids), OWNERS_AT_ONCE):
            some = ids[start : start + OWNERS_AT_ONCE]
            found += _exactly(self._fetch(name, shape, {"owners": some}), place, some)
            if self._most is not None and len(found) > self._most:
                raise PageTooLarge(name)
        return found

    def _fetch(self, name: str, shape: Shape, bounds: Mapping[str, Any]) -> Fetched:
        query = self._source.query(name, shape)
        if self._most is None:
            return fetched(self._connection, query, bounds)
        rows = fetched(self._connection, query.limit(self._most + 1), bounds)
        if len(rows) > self._most:
            raise PageTooLarge(name)
        return rows

    def _typed(self, rows: Fetched, contract: Contract, extent_: Extent | None) -> Rows:
        present = self._source.present[contract.name]
        if contract.compared and CHANGED in contract.row._fields:
            rows = self._dated(rows, contract)
        by, shared = self._source.cleaning, self._source.shared(contract.name)
        return typed_rows(rows, contract, self._page.axis, present, by, extent_, shared)

    def _dated(self, rows: Fetched, contract: Contract) -> Fetched:
        """Put into rows that are compared since when they are so; what was never observed is too recent."""
        changed, row_id = contract.row._fields.index(CHANGED), contract.row._fields.index(ROW_ID)
        ids = convert([row[row_id] for row in rows], Key, {})
        since = self._source.since(contract.name, [one for one in ids if one]) if self._source.since else {}
        dates = [since.get(one or "", self._source.cleaning.now) for one in ids]
        return [(*row[:changed], at, *row[changed + 1 :]) for row, at in zip(rows, dates, strict=True)]


def _exactly(rows: Fetched, place: int, keys: Sequence[Any]) -> Fetched:
    """Keep the rows of exactly those keys: a collation may have found others that it holds for equal."""
    if not rows:
        return rows
    wanted = set(convert(keys, Key, {}))
    found = convert([row[place] for row in rows], Key, {})
    return [row for row, key in zip(rows, found, strict=True) if key in wanted]
