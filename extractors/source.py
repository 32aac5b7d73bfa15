"""The way to the platform database: read-only, one short snapshot a page."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from extractors.errors import SourceRefused, SourceStopped
from extractors.session import OPTIONS, keep_to_reading, timed_out

STATEMENT_SECONDS = 3600.0
"""How long a statement may take, where nothing else is said."""

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "oracle": "oracle+oracledb",
    "mssql": "mssql+pymssql",
}
_QUOTED = re.compile(r"(: |with text |value )['\"].*")  # `invalid input syntax for type integer: "abc"`
_EXTRAS = {"postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql", "oracle": "oracle", "mssql": "mssql"}


def open_source(url: str, statement_seconds: float = STATEMENT_SECONDS) -> Engine:
    """Return an engine that reads the database at the SQLAlchemy URL and cannot write to it.

    A server gives a statement up after so many seconds; SQLite, whose file is ours alone to read, has no such limit.
    Raises `SourceRefused` where the URL does not hold, `SourceStopped` where nothing answers there.
    """
    name = url.split("://", maxsplit=1)[0].split("+", maxsplit=1)[0]
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
        if "@" in (parsed.host or ""):
            raise SourceRefused("BACKFILL_SOURCE_URL has two @: write the one in the user or password as %40")
        parsed.get_dialect()  # which raises where there is none, before anything is looked for
        engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _server(parsed, statement_seconds)
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
    if engine.dialect.name in ("mysql", "mariadb") and engine.driver != "pymysql":
        raise SourceRefused(
            f"BACKFILL_SOURCE_URL names {engine.driver}, which gives no instants; leave it out, as {name}://..."
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
        late = timed_out(original)
        passing = not late and isinstance(original, (driver.OperationalError, driver.InterfaceError))
        cure = "; raise BACKFILL_STATEMENT_SECONDS, or let the models read by an index" if late else ""
        raise SourceStopped(f"The source {shown(engine.url)} failed: {words(error)}{cure}", passing=passing) from None


def shown(url: URL) -> str:
    """Return the URL as people may see it, without user and password."""
    return URL.create(url.drivername, host=url.host, port=url.port, database=url.database).render_as_string()


def words(error: Exception) -> str:
    """Return the driver's own words in one line, without the statement and without the values that some quote."""
    original = getattr(error, "orig", None) or (type(error).__name__ if isinstance(error, SQLAlchemyError) else error)
    code, said = (*getattr(original, "args", ()), None, None)[:2]
    if isinstance(code, int) and isinstance(said, str):  # PyMySQL's errors are a number and words
        original = f"{said} ({code})"
    line = " ".join(str(original).split())
    return _QUOTED.sub(r"\1…", line)[:300]


def _sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    if not path.is_file():
        cure = f"name it by its full path; it was looked for in {Path.cwd()}"
        raise SourceStopped(f"There is no SQLite database at {url.database} (BACKFILL_SOURCE_URL): {cure}")

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, check_same_thread=False)
        connection.isolation_level = None
        return connection

    engine = create_engine(url, creator=connect)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _server(url: URL, statement_seconds: float) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, max_overflow=-1, **OPTIONS.get(url.get_backend_name(), {}))
    keep_to_reading(engine, statement_seconds)
    return engine
