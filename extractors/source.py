"""The way to the platform database: read-only, one short snapshot a page."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from extractors.errors import SourceRefused, SourceStopped

_DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql"}
_QUOTED = re.compile(r"(: |with text |value )['\"].*")  # `invalid input syntax for type integer: "abc"`
_EXTRAS = {"postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql", "oracle": "oracle", "mssql": "mssql"}


def open_source(url: str) -> Engine:
    """Return an engine that reads the database at the SQLAlchemy URL and cannot write to it.

    Raises `SourceRefused` where the URL does not hold, `SourceStopped` where nothing answers there.
    """
    name = url.split("://", maxsplit=1)[0].split("+", maxsplit=1)[0]
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
        parsed.get_dialect()  # which raises where there is none, before anything is looked for
        engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _server(parsed)
    except (NoSuchModuleError, ModuleNotFoundError):
        extra = _EXTRAS.get(name)
        cure = f"pip install -c constraints.txt -e '.[{extra}]'" if extra else "use a dialect that SQLAlchemy knows"
        raise SourceRefused(f"BACKFILL_SOURCE_URL names {name}, whose driver is not installed; {cure}") from None
    except (ArgumentError, ValueError):
        raise SourceRefused(
            "BACKFILL_SOURCE_URL is not a SQLAlchemy URL; write it as dialect://user:password@host/database"
        ) from None
    if engine.dialect.is_async:
        raise SourceRefused(
            f"BACKFILL_SOURCE_URL names {engine.driver}, an asynchronous driver; leave it out, as {name}://..."
        )
    with reading(engine):
        return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open one read-only snapshot: every query in it sees the same state. Raises `SourceStopped` where it fails."""
    try:
        with engine.connect() as connection:
            yield connection
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as error:  # the driver's own, while rows are fetched
        original = getattr(error, "orig", None) or error
        driver = engine.dialect.loaded_dbapi  # its errors are those of PEP 249
        passing = isinstance(original, (driver.OperationalError, driver.InterfaceError))
        raise SourceStopped(f"The source {shown(engine.url)} failed: {words(error)}", passing=passing) from None


def shown(url: URL) -> str:
    """Return the URL as people may see it, without user and password."""
    return URL.create(url.drivername, host=url.host, port=url.port, database=url.database).render_as_string()


def words(error: Exception) -> str:
    """Return the driver's own words in one line, without the statement and without the values that some quote."""
    original = getattr(error, "orig", None) or (type(error).__name__ if isinstance(error, SQLAlchemyError) else error)
    line = " ".join(str(original).split())
    return _QUOTED.sub(r"\1…", line)[:300]


def _sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    if not path.is_file():
        raise SourceStopped(f"There is no SQLite database at {url.database} (BACKFILL_SOURCE_URL)")

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, check_same_thread=False)
        connection.isolation_level = None
        return connection

    engine = create_engine(url, creator=connect)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _server(url: URL) -> Engine:
    backend = url.get_backend_name()
    options: dict[str, Any] = {"pool_pre_ping": True, "max_overflow": -1}
    if backend == "postgresql":
        options["execution_options"] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    engine = create_engine(url, **options)
    if backend in ("mysql", "mariadb"):
        start = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(start))
    return engine
