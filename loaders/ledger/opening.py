"""How a ledger is opened: made where there is none, migrated where it is older, refused where not ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from loaders.errors import LedgerStopped, LedgerUnusable
from loaders.ledger.migration import FIRST_MARK, MARK, bring_up_to_date, is_up_to_date


def open_ledger(url: str, *, make: bool = True) -> Engine:
    """Open the ledger at the SQLAlchemy URL; where there is none, one is made, or refused without `make`.

    Raises `LedgerUnusable` where the URL does not hold, the database cannot be opened, or it is not a ledger of this
    version; a database that is not ours is left untouched.
    """
    try:
        engine = _engine(url, make=make)
        _make_or_check(engine)
    except LedgerStopped as error:
        raise LedgerUnusable(str(error)) from None
    except ImportError:
        cure = "pip install -c constraints.txt -e '.[postgresql]'"
        raise LedgerUnusable(f"The driver of the ledger at {_shown(url)} is not installed; {cure}") from None
    except (ArgumentError, SQLAlchemyError, OSError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__)
        raise LedgerUnusable(f"The ledger at {_shown(url)} cannot be used (BACKFILL_LEDGER_URL): {reason}") from None
    return engine


@contextmanager
def disposing(ledger: Engine) -> Iterator[Engine]:
    """Let go of the ledger's connections when the block ends: a worker lives long."""
    try:
        yield ledger
    finally:
        ledger.dispose()


def check_whole(ledger: Engine) -> None:
    """Look whether the ledger's file is whole; a server sees to that by itself. Raises `LedgerUnusable`."""
    if ledger.dialect.name != "sqlite":
        return
    try:
        with ledger.connect() as connection:
            found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    except SQLAlchemyError as error:
        found = str(getattr(error, "orig", None) or type(error).__name__)
    if found != "ok":
        found = " ".join(found.split())
        raise LedgerUnusable(
            f"The ledger {_shown(str(ledger.url))} is damaged: {found}. Restore it from a copy; nothing was sent"
        )


@contextmanager
def writing(ledger: Engine) -> Iterator[Connection]:
    """Open one short transaction that writes; on SQLite it waits for its turn before it reads anything."""
    try:
        with ledger.begin() as connection:
            if ledger.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
    except SQLAlchemyError as error:
        raise _stopped(ledger, error) from None


@contextmanager
def reading(ledger: Engine) -> Iterator[Connection]:
    """Open a connection that reads. Raises `LedgerStopped` where it fails."""
    try:
        with ledger.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise _stopped(ledger, error) from None


def _stopped(ledger: Engine, error: SQLAlchemyError) -> LedgerStopped:
    reason = str(getattr(error, "orig", None) or type(error).__name__)
    return LedgerStopped(f"The ledger at {_shown(str(ledger.url))} failed: {reason}")


def _engine(url: str, *, make: bool) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise LedgerUnusable(f"The ledger {_shown(url)} must be SQLite or PostgreSQL (BACKFILL_LEDGER_URL)")
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise LedgerUnusable("The ledger must be a file: a ledger in memory forgets what was sent")
        if not make and not Path(parsed.database).exists():
            place = Path(parsed.database).absolute()
            raise LedgerUnusable(f"There is no ledger at {place} (BACKFILL_LEDGER_URL); `backfill run` makes one")
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return engine_of(parsed)


def engine_of(url: URL, **options: Any) -> Engine:
    """Return an engine on the ledger; every lane may have a connection, however many there are."""
    backend = url.get_backend_name()
    if "poolclass" not in options:
        options |= {"max_overflow": -1, "pool_pre_ping": backend == "postgresql"}
    engine = create_engine(url, hide_parameters=True, **options)
    if backend == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    else:
        event.listen(engine, "connect", _commit_to_disk)
    return engine


def _set_pragmas(connection: Any, _: object) -> None:
    connection.isolation_level = None  # `writing` alone opens transactions
    cursor = connection.cursor()
    for pragma in ("busy_timeout = 60000", "synchronous = FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _commit_to_disk(connection: Any, _: object) -> None:
    """Let no commit return before it is on the disk, where the server's default is that it may."""
    wanted = "set_config('synchronous_commit', 'on', false)"
    connection.execute(f"SELECT {wanted} WHERE current_setting('synchronous_commit') = 'off'")
    connection.commit()


_one_at_a_time = Lock()  # Alembic's way in is one for the process


def _make_or_check(engine: Engine) -> None:
    present = set(inspect(engine).get_table_names())
    if present and not present & {MARK, FIRST_MARK}:
        raise LedgerUnusable(
            f"The database {_shown(str(engine.url))} holds other tables and no ledger; "
            "name a database of its own in BACKFILL_LEDGER_URL"
        )
    with engine.connect() as connection:
        if not present and engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        if present and is_up_to_date(connection, _shown(str(engine.url))):
            return
    with _one_at_a_time, writing(engine) as connection:
        bring_up_to_date(connection, _shown(str(engine.url)))


def _shown(url: str) -> str:
    try:
        parsed = make_url(url)
        return URL.create(
            parsed.drivername, host=parsed.host, port=parsed.port, database=parsed.database
        ).render_as_string()
    except (ArgumentError, ValueError):
        return "(not a SQLAlchemy URL)"
