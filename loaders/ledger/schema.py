"""The ledger's tables, and how a ledger is opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from loaders.errors import LedgerStopped, LedgerUnusable

VERSION = 1

_tables = MetaData()

ledger = Table("backfill_ledger", _tables, Column("version", Integer, nullable=False))

runs = Table(
    "runs",
    _tables,
    Column("run_id", String(36), primary_key=True),
    Column("state", String(20), nullable=False),  # running, done, failed or stopped
    Column("started_at", String(27), nullable=False),
    Column("ended_at", String(27)),
    Column("parameters", JSON, nullable=False),
    Column("versions", JSON, nullable=False),  # digests of plan and models, version of the code
    Column("summary", JSON),
)

shards = Table(
    "shards",
    _tables,
    Column("run_id", String(36), primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("axis", String(10), nullable=False),
    Column("edges", JSON, nullable=False),  # keys as the database gave them, null at an open end
    Column("position", Integer, nullable=False),  # the edge up to which every batch is settled
    Column("counts", JSON, nullable=False),
)

batches = Table(
    "batches",
    _tables,
    Column("batch_id", Integer().with_variant(BigInteger, "postgresql"), primary_key=True),
    Column("run_id", String(36), nullable=False),
    Column("shard", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("events", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("ids", LargeBinary),  # 16 bytes a message, null once they stand in the segments
    Column("answer", String(250)),
    Column("sent_at", String(27), nullable=False),
    Column("settled_at", String(27)),
    Index("batches_by_run", "run_id", "state"),
    Index("batches_by_state", "state"),
)

generations = Table(
    "generations",
    _tables,
    Column("generation", Integer, primary_key=True),
    Column("segments", Integer, nullable=False),
)

segments = Table(
    "segments",  # the ids of delivered messages, sorted within a generation
    _tables,
    Column("generation", Integer, primary_key=True),
    Column("first_id", LargeBinary(16), primary_key=True),
    Column("ids", LargeBinary, nullable=False),
)

dead_letters = Table(
    "dead_letters",
    _tables,
    Column("stream", String(60), primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("rule", String(60), primary_key=True),  # empty where the row itself is dead
    Column("reason", String(40), primary_key=True),
    Column("detail", Text, nullable=False),
    Column("message_id", String(36)),
    Column("run_id", String(36), nullable=False),  # the last run that saw it
    Column("first_seen", String(27), nullable=False),
    Column("last_seen", String(27), nullable=False),
    Column("status", String(10), nullable=False),
)

findings = Table(
    "findings",
    _tables,
    Column("stream", String(60), primary_key=True),
    Column("row_id", Text, primary_key=True),
    Column("kind", String(60), primary_key=True),
    Column("run_id", String(36), nullable=False),
    Column("last_seen", String(27), nullable=False),
)


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
        cure = "pip install 'relias-backfill[postgresql]'"
        raise LedgerUnusable(f"The driver of the ledger at {_shown(url)} is not installed; {cure}") from None
    except (ArgumentError, SQLAlchemyError, OSError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__)
        raise LedgerUnusable(f"The ledger at {_shown(url)} cannot be used (BACKFILL_LEDGER_URL): {reason}") from None
    return engine


@contextmanager
def writing(ledger: Engine) -> Iterator[Connection]:
    """Open one short transaction that writes; on SQLite it waits for its turn before it reads anything."""
    try:
        with ledger.begin() as connection:
            if ledger.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__)
        raise LedgerStopped(f"The ledger at {_shown(str(ledger.url))} failed: {reason}") from None


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
    engine = create_engine(parsed, hide_parameters=True)
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _: object) -> None:
    connection.isolation_level = None  # `writing` alone opens transactions
    cursor = connection.cursor()
    for pragma in ("busy_timeout = 60000", "synchronous = FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _make_or_check(engine: Engine) -> None:
    present = set(inspect(engine).get_table_names())
    if not present:
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        with writing(engine) as connection:
            _tables.create_all(connection)
            if connection.execute(select(ledger.c.version)).first() is None:
                connection.execute(insert(ledger).values(version=VERSION))
        return
    if ledger.name not in present:
        raise LedgerUnusable(
            f"The database {_shown(str(engine.url))} holds other tables and no ledger; "
            "name a database of its own in BACKFILL_LEDGER_URL"
        )
    with engine.connect() as connection:
        version = connection.execute(select(ledger.c.version)).scalar()
    if version != VERSION:
        raise LedgerUnusable(
            f"The ledger {_shown(str(engine.url))} has version {version}, this program needs {VERSION}; "
            "use the version of backfill that wrote it"
        )


def _shown(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return "(not a SQLAlchemy URL)"
