"""Rows fetched as the driver gives them, whatever bytes stand in their texts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Select
from sqlalchemy.exc import OperationalError

Fetched = Sequence[Sequence[Any]]

_Read = TypeVar("_Read")


def fetched(connection: Connection, query: Select[Any], bounds: Mapping[str, Any] | None = None) -> Fetched:
    """Return the driver's own tuples. Text that is no UTF-8, which SQLite keeps, comes with lone surrogates."""

    def fetch() -> Fetched:
        rows: Fetched = connection.execute(query, bounds).cursor.fetchall()
        return rows

    return decoded(connection, fetch)


@contextmanager
def lenient(connection: Connection) -> Iterator[None]:
    """Let texts that are no UTF-8 come with lone surrogates, until the block ends."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def decoded(connection: Connection, read: Callable[[], _Read]) -> _Read:
    """Return what is read; where a text is no UTF-8, it is read again, with lone surrogates in such texts."""
    try:
        return read()
    except (OperationalError, connection.dialect.loaded_dbapi.OperationalError) as error:
        if connection.dialect.name != "sqlite" or "Could not decode" not in str(error):
            raise
    with lenient(connection):
        return read()
