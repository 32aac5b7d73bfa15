"""The tables of a warehouse's schema: they gain columns as values come, and rows by COPY.

The first value of a column decides its type for good; a value that does not fit is kept in `rudder_discards`. Nothing
makes an id unique: RudderStack may append as well as merge, and what reads a warehouse must bear doubles.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from sandbox.warehouse.rows import USERS, Row
from sandbox.warehouse.values import ColumnType, DoesNotFitError, Typed, fitted

DISCARDS = "rudder_discards"


class Warehouse:
    """A schema that is made anew: what it held is dropped. All is written by the connection, which commits it."""

    def __init__(self, connection: psycopg.Connection, schema: str) -> None:
        self.counts: dict[str, int] = {}
        self._connection = connection
        self._schema = schema
        self._tables: defaultdict[str, _Table] = defaultdict(_Table)
        name = sql.Identifier(schema)
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))

    def add(self, row: Row) -> None:
        """Take a row in. It is in the database after the next ``write``; one of `users` after ``finish``."""
        for discard in self._tables[row.table].add(row):
            self.add(discard)

    def write(self) -> None:
        """Write the rows that were added, all but those of `users`, which later ones may still change."""
        for name, table in self._tables.items():
            if name != USERS:
                self._write(name, table)

    def finish(self) -> dict[str, int]:
        """Write the rest and give the rows a table."""
        for name, table in self._tables.items():
            self._write(name, table)
        return dict(sorted(self.counts.items()))

    def _write(self, name: str, table: "_Table") -> None:
        place = sql.Identifier(self._schema, name)
        if name not in self.counts:
            self.counts[name] = 0
            self._connection.execute(
                sql.SQL("CREATE TABLE {} (uuid_ts timestamptz NOT NULL DEFAULT now())").format(place),
            )
        if table.new:
            additions = [
                sql.SQL("ADD COLUMN {} {}").format(sql.Identifier(column), sql.Identifier(table.columns[column]))
                for column in table.new
            ]
            self._connection.execute(sql.SQL("ALTER TABLE {} {}").format(place, sql.SQL(", ").join(additions)))
            table.new.clear()
        self.counts[name] += len(table.rows)
        self._copy(place, table)

    def _copy(self, place: sql.Identifier, table: "_Table") -> None:
        names = list(table.columns)
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        order = sql.SQL("COPY {} ({}) FROM STDIN").format(place, columns)
        with self._connection.cursor() as cursor, cursor.copy(order) as copy:
            for row in table.rows.values():
                copy.write_row([row.get(name) for name in names])
        table.rows.clear()


class _Table:
    """The columns known, which of them are new, and the rows not yet written, by what tells one from another."""

    def __init__(self) -> None:
        self.columns: dict[str, ColumnType] = {}
        self.new: list[str] = []
        self.rows: dict[Any, dict[str, Any]] = {}

    def add(self, row: Row) -> list[Row]:
        """Take a row in and give a row of discards for each value that does not fit its column.

        A user has one row, of the latest value of each column; in all other tables every row stands for itself.
        """
        key = row.values["id"].value if row.table == USERS else len(self.rows)
        held = self.rows.setdefault(key, {})
        discards: list[Row] = []
        for column, given in row.values.items():
            kind = self.columns.get(column) or self._new_column(column, given.type)
            try:
                value = given.value if given.type is kind else fitted(given, kind)
            except DoesNotFitError:
                discards.append(_discard(row, column, given))
                continue
            if value is not None:
                held[column] = value
        return discards

    def _new_column(self, name: str, kind: ColumnType) -> ColumnType:
        self.columns[name] = kind
        self.new.append(name)
        return kind


def _discard(row: Row, column: str, value: Typed) -> Row:
    return Row(DISCARDS, dict(_discarded(row, column, value)))


def _discarded(row: Row, column: str, value: Typed) -> Iterator[tuple[str, Typed]]:
    yield "table_name", Typed(ColumnType.STRING, row.table)
    yield "row_id", Typed(ColumnType.STRING, fitted(row.values["id"], ColumnType.STRING))
    yield "column_name", Typed(ColumnType.STRING, column)
    yield "column_value", Typed(ColumnType.STRING, fitted(value, ColumnType.STRING))
    yield "received_at", row.values["received_at"]
