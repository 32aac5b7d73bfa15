"""A question put to the database in a short transaction of its own; what it does not answer is said, and no more."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from extractors.source import words

PATIENCE_SECONDS = 30

Answer = TypeVar("Answer")

_LIMITS = {
    "postgresql": "SET LOCAL statement_timeout = {milliseconds}",
    "mysql": "SET SESSION max_execution_time = {milliseconds}",
    "mariadb": "SET SESSION max_statement_time = {seconds}",
}


class Unanswered(NamedTuple):
    """Why the database gave no answer, in its own words without values; `late` where it only took too long."""

    words: str
    late: bool = False


def ask(
    connection: Connection, question: Callable[[], Answer], seconds: float = PATIENCE_SECONDS
) -> Answer | Unanswered:
    """Return what the question returns, each statement of it bounded in time where the dialect can.

    A connection that is lost is raised as it is: nothing more would be answered.
    """
    began = time.monotonic()
    try:
        with connection.begin():
            _bound(connection, began + seconds, seconds)
            return question()
    except (SQLAlchemyError, connection.dialect.loaded_dbapi.Error) as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        if time.monotonic() - began >= seconds:
            return Unanswered(f"the database took longer than {seconds:g} s", late=True)
        return Unanswered(words(error))
    finally:
        _unbound(connection)


def _bound(connection: Connection, deadline: float, seconds: float) -> None:
    name = connection.dialect.name
    if name == "sqlite":
        _driver(connection).set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
    elif name == "oracle":
        _driver(connection).call_timeout = int(seconds * 1000)
    elif name in _LIMITS:
        limit = "mariadb" if getattr(connection.dialect, "is_mariadb", False) else name
        connection.exec_driver_sql(_LIMITS[limit].format(seconds=seconds, milliseconds=int(seconds * 1000)))


def _unbound(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and not connection.invalidated:
        _driver(connection).set_progress_handler(None, 0)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
