"""The paper that a verification is worked out on: a temporary SQLite file with what was expected, known, and found.

What comes in is appended as it comes; `sort` then puts each table into the order of its ids, so that comparing them
reads each once from beginning to end. Memory stays the same for tens of millions of messages. Users are numbers that
say nothing without the salt that made them.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from loaders.destination.arrivals import Arrival

_CACHE_KIB = 65_536
_PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", f"cache_size = -{_CACHE_KIB}")

_RAW = """
CREATE TABLE raw_expected (id BLOB, stream INTEGER, row_id TEXT, form INTEGER, at INTEGER, who INTEGER, page INTEGER);
CREATE TABLE raw_known (id BLOB, delivered INTEGER);
CREATE TABLE raw_arrived (id BLOB, part INTEGER, what INTEGER, at INTEGER, who INTEGER);
CREATE TABLE names (number INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE set_aside (id BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE refused (id BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE left_out (who INTEGER PRIMARY KEY);
"""
_SORTED = """
CREATE TABLE expected (
    id BLOB PRIMARY KEY, stream INTEGER, row_id TEXT, form INTEGER, at INTEGER, who INTEGER, page INTEGER, rows INTEGER
) WITHOUT ROWID;
INSERT INTO expected SELECT id, stream, row_id, form, at, who, page, count(*) FROM raw_expected GROUP BY id;
DROP TABLE raw_expected;
CREATE TABLE known (id BLOB PRIMARY KEY, sent INTEGER, doubts INTEGER) WITHOUT ROWID;
INSERT INTO known SELECT id, sum(delivered), sum(NOT delivered) FROM raw_known GROUP BY id;
DROP TABLE raw_known;
CREATE TABLE arrived (
    id BLOB PRIMARY KEY, whole INTEGER, own INTEGER,
    what INTEGER, other_what INTEGER, at INTEGER, other_at INTEGER, who INTEGER, other_who INTEGER
) WITHOUT ROWID;
INSERT INTO arrived SELECT id, sum(part = 0), sum(part = 1), min(what), max(what), min(at), max(at), min(who), max(who)
    FROM raw_arrived GROUP BY id;
DROP TABLE raw_arrived;
"""


class Expected(NamedTuple):
    """A message that the source makes: its id, where it comes from, what it is, and the page it was read on."""

    id: bytes
    stream: int
    row_id: str
    form: int
    at: int
    who: int
    page: int


class Scratch:
    """The paper. `foreign` counts what arrived under an id that cannot be ours."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._numbers: dict[str, int] = {}
        self.foreign = 0

    def number(self, name: str) -> int:
        """Return the number that stands for a name of a stream, a form or an event."""
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self._numbers)
            self._connection.execute("INSERT INTO names VALUES (?, ?)", (number, name))
        return number

    def expect(self, messages: Sequence[Expected]) -> None:
        """Write what the source makes."""
        self._connection.executemany("INSERT INTO raw_expected VALUES (?, ?, ?, ?, ?, ?, ?)", messages)

    def set_aside(self, ids: Sequence[bytes]) -> None:
        """Write the ids of messages that the source does not make and that are not gone all the same.

        It does make some, and the plan rejects them today; others a person sent by hand.
        """
        self._connection.executemany("INSERT OR IGNORE INTO set_aside VALUES (?)", ((one,) for one in ids))

    def refuse(self, ids: Sequence[bytes]) -> None:
        """Write the ids of messages that the data plane refused: dead letters, which were not sent."""
        self._connection.executemany("INSERT OR IGNORE INTO refused VALUES (?)", ((one,) for one in ids))

    def leave_out(self, users: Sequence[int]) -> None:
        """Write who is not sent: what was sent of them before stays sent."""
        self._connection.executemany("INSERT OR IGNORE INTO left_out VALUES (?)", ((one,) for one in users))

    def know(self, delivered: bool, ids: Sequence[bytes]) -> None:  # noqa: FBT001  # as the ledger gives it
        """Write what the ledger knows."""
        self._connection.executemany("INSERT INTO raw_known VALUES (?, ?)", ((one, delivered) for one in ids))

    def arrive(self, arrivals: Sequence[Arrival]) -> None:
        """Write what a destination holds."""
        number = self.number
        rows = [(id_, part, number(what), at, who) for id_, part, what, at, who in arrivals if id_ is not None]
        self.foreign += len(arrivals) - len(rows)
        self._connection.executemany("INSERT INTO raw_arrived VALUES (?, ?, ?, ?, ?)", rows)

    def sort(self) -> None:
        """Put everything into the order of its ids, once all of it came in."""
        self._connection.executescript(_SORTED)

    def run(self, script: str) -> None:
        """Run statements that make tables out of the sorted ones."""
        self._connection.executescript(script)

    def add(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows into a table of one's own."""
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  # our own names

    def ask(self, query: str, *values: object) -> Iterator[Any]:
        """Yield the rows of a query."""
        yield from self._connection.execute(query, values)

    def count(self, query: str, *values: object) -> int:
        """Return the one figure of a query."""
        return int(self._connection.execute(query, values).fetchone()[0] or 0)


@contextmanager
def scratch(folder: Path | None) -> Iterator[Scratch]:
    """Open fresh paper below the folder, or where temporary files are kept, and throw it away at the end."""
    with (
        TemporaryDirectory(prefix="verify-", dir=folder) as own,
        closing(sqlite3.connect(Path(own) / "scratch.db", isolation_level=None)) as connection,
    ):
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.executescript(_RAW)
        connection.execute("BEGIN")  # which the first script after it ends: all that comes in is one transaction
        yield Scratch(connection)
