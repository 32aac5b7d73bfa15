"""What a RudderStack warehouse holds: a schema in PostgreSQL with a table for each call and one for each event.

Only ids, names, moments and users are read, in one read-only snapshot, row after row as the server sends them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Select,
    TableClause,
    cast,
    column,
    create_engine,
    extract,
    func,
    inspect,
    literal_column,
    make_url,
    select,
    table,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from loaders.destination.arrivals import NEVER, Arrival, Part, Who, id_of, what_of
from loaders.errors import DestinationRefused, DestinationStopped

_CALLS: Mapping[str, str] = {
    "tracks": "track",
    "identifies": "identify",
    "groups": "group",
    "_groups": "group",
    "pages": "page",
    "screens": "screen",
    "aliases": "alias",
}
_READ = frozenset({"id", "event_text", "timestamp", "user_id", "anonymous_id", "received_at", "context_library_name"})
_LATEST = timedelta(hours=24)
_ROWS_AT_A_TIME = 10_000

Columns = Mapping[str, frozenset[str]]
"""The columns of each table."""


class Warehouse:
    """The schema of a PostgreSQL warehouse at the SQLAlchemy URL."""

    name = "warehouse"

    def __init__(self, url: str, schema: str, who: Who) -> None:
        self._schema, self._who = schema, who
        self._engine = _engine(url)
        self._tables = self._present()
        self._own: dict[str, str] = {}  # the tables of events, by what they hold, as they are met

    def parts_of(self, what: str) -> tuple[Part, ...]:
        """Return the parts that must hold such a message; a destination may be set to have no `tracks`."""
        if not what.startswith("track "):
            return (Part.ALL,)
        return (Part.ALL, Part.OWN) if "tracks" in self._tables else (Part.OWN,)

    def table_of(self, what: str, part: Part) -> str:
        """Return the table of such messages in that part, as far as rows of it were met."""
        call = what.partition(" ")[0]
        if part is Part.OWN:
            return self._own.get(what, f"the table of {what.partition(' ')[2]}")
        present = [name for name, own in _CALLS.items() if own == call and name in self._tables]
        return present[0] if present else f"the table of {call}"

    def newest(self) -> str | None:
        """Return when the newest event was received, as ISO 8601 in UTC. Raises `DestinationStopped`."""
        named = [self._named(name) for name in self._tables if name in _CALLS]
        with self._reading() as connection:
            found = [connection.execute(select(func.max(one.c.received_at))) for one in named if "received_at" in one.c]
            moments = [moment for one in found if (moment := one.scalar()) is not None]
        return max(moments).isoformat() if moments else None

    def libraries(self) -> dict[str, int]:
        """Return how many events were received in the last 24 hours, by the name of the library that sent them.

        An event without one counts as "". Raises `DestinationStopped`.
        """
        since = datetime.now(UTC) - _LATEST
        counts: Counter[str] = Counter()
        with self._reading() as connection:
            for name in self._tables:
                named = self._named(name)
                if (name in _CALLS or "tracks" not in self._tables) and "received_at" in named.c:
                    library = func.coalesce(named.c.get("context_library_name", literal_column("NULL")), "")
                    latest = select(library, func.count()).where(named.c.received_at >= since).group_by(library)
                    counts.update({str(sender): count for sender, count in connection.execute(latest)})
        return dict(counts)

    def arrivals(self) -> Iterator[list[Arrival]]:
        """Yield every row of every table that holds messages, some thousand at a time. Raises `DestinationStopped`."""
        with self._reading() as connection:
            for name in self._tables:
                rows = connection.execute(_selected(self._named(name)))
                for some in rows.partitions(_ROWS_AT_A_TIME):
                    yield [self._arrival(name, *row) for row in some]

    def _arrival(
        self, name: str, message_id: str | None, event: str | None, at: int | None, user: object, visitor: object
    ) -> Arrival:
        call = _CALLS.get(name)
        what = what_of(call or "track", event)
        if call is None:
            self._own.setdefault(what, name)
        who = self._who(None if user is None else str(user), None if visitor is None else str(visitor))
        part = Part.ALL if call else Part.OWN
        return Arrival(id_of(message_id), part, what, NEVER if at is None else at, who)

    def _named(self, name: str) -> TableClause:
        return table(name, *map(column, sorted(self._tables[name] & _READ)), schema=self._schema)

    def _present(self) -> Columns:
        """Return the tables that hold messages: those of a call, and those with an event's text."""
        with self._reading() as connection:
            inspector = inspect(connection)
            if self._schema not in inspector.get_schema_names():
                raise DestinationRefused(
                    f"The warehouse has no schema {self._schema!r} (BACKFILL_WAREHOUSE_SCHEMA); "
                    f"it has {', '.join(sorted(inspector.get_schema_names()))}"
                )
            found = inspector.get_multi_columns(schema=self._schema)
        tables = {name: frozenset(str(one["name"]) for one in columns) for (_, name), columns in found.items()}
        return {
            name: columns
            for name, columns in sorted(tables.items())
            if "id" in columns and (name in _CALLS or "event_text" in columns)
        }

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection, connection.begin():
                yield connection
        except (
            SQLAlchemyError,
            self._engine.dialect.loaded_dbapi.Error,
        ) as error:  # the driver's own, while it streams
            reason = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
            raise DestinationStopped(f"The warehouse failed (BACKFILL_WAREHOUSE_URL): {reason}") from None


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "postgresql":
            raise DestinationRefused(
                f"BACKFILL_WAREHOUSE_URL names {parsed.get_backend_name()}; only PostgreSQL warehouses can be verified"
            )
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True, "yield_per": _ROWS_AT_A_TIME}
        return create_engine(parsed.set(drivername="postgresql+psycopg"), poolclass=NullPool, execution_options=options)
    except ImportError:
        cure = "pip install -c constraints.txt -e '.[postgresql]'"
        raise DestinationRefused(f"The warehouse's driver is not installed; {cure}") from None
    except (ArgumentError, ValueError):
        raise DestinationRefused(
            "BACKFILL_WAREHOUSE_URL is not a SQLAlchemy URL; write it as postgresql://user:password@host/database"
        ) from None


def _selected(named: TableClause) -> Select[Any]:
    """Return the query of a table's messages; what a table never got a value of, it has no column for."""
    null: ColumnElement[Any] = literal_column("NULL")

    def held(name: str) -> ColumnElement[Any]:
        return named.c.get(name, null)

    at = held("timestamp")
    moment = null if at is null else cast(func.round(extract("epoch", at) * 1000), BigInteger)
    return select(held("id"), held("event_text"), moment, held("user_id"), held("anonymous_id")).select_from(named)
