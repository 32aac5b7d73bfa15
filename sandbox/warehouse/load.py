"""Loads what a local data plane accepted into a PostgreSQL schema, as RudderStack's warehouse destination would."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from sandbox.gateway.processor import as_delivered
from sandbox.gateway.reading import Question, find_events
from sandbox.warehouse.rows import rows_of
from sandbox.warehouse.tables import Warehouse

_EVENTS_A_PAGE = 5000


def load_warehouse(store: Path, url: str, schema: str) -> dict[str, int]:
    """Write every event of a data plane's store into the schema and give the rows a table.

    ``url`` is a PostgreSQL database's, as SQLAlchemy takes it. The schema is made anew, what it held is gone, all in
    one transaction. Events sent twice are there twice. Raises psycopg.Error, sqlite3.Error.
    """
    with psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)) as database:
        warehouse = Warehouse(database, schema)
        for page in _pages(store):
            for message in page:
                for row in rows_of(message):
                    warehouse.add(row)
            warehouse.write()
        return warehouse.finish()


def _pages(store: Path) -> Iterator[list[dict[str, Any]]]:
    """Yield the events as destinations get them, in the order of their arrival."""
    after: int | None = 0
    while after is not None:
        page = find_events(store, Question({}, after, _EVENTS_A_PAGE))
        yield [as_delivered(stored.event) for stored in page.events]
        after = page.next
