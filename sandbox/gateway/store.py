"""What the gateway accepted, in SQLite. One writer; readers come with connections of their own (reading.py)."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sandbox.gateway.intake import AcceptedEvent
from sandbox.gateway.segment import Dropped

_SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY,
    received_at TEXT NOT NULL,
    route TEXT NOT NULL,
    events INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY,
    received_at TEXT NOT NULL,
    type TEXT,
    event TEXT,
    user_id TEXT,
    anonymous_id TEXT,
    message_id TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    client_ip TEXT NOT NULL,
    raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS dropped (
    seq INTEGER PRIMARY KEY,
    received_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    raw BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS events_user_id ON events (user_id);
CREATE INDEX IF NOT EXISTS events_anonymous_id ON events (anonymous_id) WHERE anonymous_id IS NOT NULL;
"""
_INDEX_MESSAGE_IDS = "CREATE INDEX IF NOT EXISTS events_message_id ON events (message_id)"
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = OFF",  # a killed process loses nothing so; a power cut may, and a sandbox may
    "PRAGMA cache_size = -131072",  # message ids are random, so their index wants to stay in memory
    "PRAGMA wal_autocheckpoint = 8000",
)
_ADD_REQUEST = "INSERT INTO requests (received_at, route, events) VALUES (?, ?, ?)"
_ADD_EVENT = (
    "INSERT INTO events"
    " (received_at, type, event, user_id, anonymous_id, message_id, timestamp, client_ip, raw)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


_ADD_DROPPED = "INSERT INTO dropped (received_at, reason, raw) VALUES (?, ?, ?)"


class EventStore:
    """The one writer of a store. Made if missing, else continued. Use it from the thread that opened it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._connection = sqlite3.connect(path)
        for pragma in _PRAGMAS:
            self._connection.execute(pragma)
        self._connection.executescript(_SCHEMA)

    def add(self, route: str, events: Sequence[AcceptedEvent], dropped: Sequence[Dropped] = ()) -> None:
        """Add one request's events, and those dropped, in one transaction: all or none. Raises sqlite3.Error."""
        with self._connection:
            if events:
                self._connection.execute(_ADD_REQUEST, (events[0].received_at, route, len(events)))
                self._connection.executemany(_ADD_EVENT, events)
            self._connection.executemany(_ADD_DROPPED, dropped)

    def index_message_ids(self) -> None:
        """Make looking up a message id quick, from now on until the store is emptied. Raises sqlite3.Error.

        Not there from the start: ids are random, so keeping the index costs as much again as the events themselves.
        """
        self._connection.execute(_INDEX_MESSAGE_IDS)

    def empty(self) -> None:
        """Forget every event and request; the next event is number 1 again. Raises sqlite3.Error."""
        with self._connection:
            self._connection.execute("DROP INDEX IF EXISTS events_message_id")
            self._connection.execute("DELETE FROM events")
            self._connection.execute("DELETE FROM requests")
            self._connection.execute("DELETE FROM dropped")

    def close(self) -> None:
        """Close the file and leave no journal beside it."""
        self._connection.close()


def open_for_reading(path: Path) -> closing[sqlite3.Connection]:
    """Open a store that another connection writes; close it by `with`. Raises sqlite3.OperationalError if missing."""
    return closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True))
