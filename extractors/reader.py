"""Pages read: every stream's rows of one range of users, out of one snapshot of the database."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Select

from extractors.check import Present
from extractors.contract import Contract
from extractors.models import Model
from extractors.pages import Axis, Page, page_query
from extractors.rows import Cleaning, Rows, typed_rows
from extractors.source import reading


@dataclass(frozen=True)
class Source:
    """A checked source: where it is, which models there are and what they yield, and how its rows are cleaned."""

    engine: Engine
    models: Mapping[str, Model]
    contracts: Mapping[str, Contract]
    present: Present
    cleaning: Cleaning
    queries: dict[tuple[str, tuple[Axis, bool, bool]], Select[Any]] = field(default_factory=dict)

    @contextmanager
    def page(self, page: Page) -> Iterator[Callable[[str], Rows]]:
        """Open one snapshot of the page and give the function that reads a stream's rows in it.

        Raises `SourceStopped` where the database fails.
        """
        with reading(self.engine) as connection, connection.begin():
            yield lambda name: self._rows(connection, page, name)

    def _rows(self, connection: Connection, page: Page, name: str) -> Rows:
        contract = self.contracts.get(name)
        if contract is None or (page.axis is Axis.VISITORS and not contract.anonymous):
            return Rows()
        query = self._query(name, (page.axis, page.low is not None, page.high is not None))
        bounds = {side: key for side, key in (("low", page.low), ("high", page.high)) if key is not None}
        fetched = _fetched(connection, query, bounds)
        return typed_rows(fetched, contract, page.axis, self.present[name], self.cleaning)

    def _query(self, name: str, cut: tuple[Axis, bool, bool]) -> Select[Any]:
        if (name, cut) not in self.queries:
            parts = self.models[name], self.contracts[name], self.present[name]
            self.queries[name, cut] = page_query(*parts, cut, self.cleaning.window)
        return self.queries[name, cut]


def _fetched(connection: Connection, query: Select[Any], bounds: Mapping[str, Any]) -> Sequence[Any]:
    """Return the driver's own tuples. Text that is no UTF-8, which SQLite keeps, comes with lone surrogates."""
    try:
        rows: Sequence[Any] = connection.execute(query, bounds).cursor.fetchall()
    except connection.dialect.loaded_dbapi.OperationalError as error:
        if connection.dialect.name != "sqlite" or "Could not decode" not in str(error):
            raise
        driver: Any = connection.connection.driver_connection
        driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
        try:
            rows = connection.execute(query, bounds).cursor.fetchall()
        finally:
            driver.text_factory = str
    return rows
