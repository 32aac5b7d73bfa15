"""The first rows of a model as the database gives them: one SELECT, unsorted, streamed, bounded in rows and time."""

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, literal_column, select

from extractors.models import Model

_AT_ONCE = 1_000
_SECONDS = 10.0


class Sample(NamedTuple):
    """Columns and rows of a model; `whole` tells that there are no more rows."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    whole: bool

    def values(self, name: str) -> list[Any]:
        """Return a column's values, nulls among them."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


def take_sample(connection: Connection, model: Model, limit: int) -> Sample:
    """Return so many rows at most, or as many as come in ten seconds."""
    query: Select[Any] = select(literal_column("*")).select_from(model.clause.columns().subquery("m")).limit(limit)
    _read_any_text(connection)
    until = time.monotonic() + _SECONDS
    with connection.execute(query, execution_options={"stream_results": True}) as result:
        columns, rows = tuple(result.keys()), list[Sequence[Any]]()
        while time.monotonic() < until and len(rows) < limit:
            more = result.fetchmany(_AT_ONCE)
            rows += more
            if not more:
                return Sample(columns, rows, whole=True)
    return Sample(columns, rows, whole=False)


def _read_any_text(connection: Connection) -> None:
    """Let SQLite give text that is no UTF-8, as a run reads it, instead of failing at its first."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
