"""Tables created and rows loaded, into any database that SQLAlchemy reaches; SQLite by a faster way."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Date, DateTime, Engine, MetaData, Numeric, Table, create_engine, inspect
from sqlalchemy.schema import CreateTable

from sandbox.platform.rows import Rows, Values, where

CHUNK = 5_000


class SampleExists(Exception):
    """The database holds tables of the sample already; nothing was written."""

    def __init__(self, where: str, tables: tuple[str, ...]) -> None:
        super().__init__(where, tables)
        self.where = where
        self.tables = tables

    def __str__(self) -> str:
        return (
            f"{self.where} already has {', '.join(self.tables)}. The sample never overwrites: "
            "name another database, or drop these tables (for SQLite: delete the file) first."
        )


@contextmanager
def new_tables(url: str, tables: MetaData) -> Iterator["Loader"]:
    """Create the tables, let rows be loaded, then add the indexes; all in one transaction where there are such."""
    engine = create_engine(url)
    try:
        _make_folder(engine)
        _refuse_existing(engine, tables)
        with engine.begin() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA synchronous = OFF")
                connection.exec_driver_sql("BEGIN")
            for table in tables.sorted_tables:
                connection.execute(CreateTable(table))
            yield Loader(connection, tables)
            for table in tables.sorted_tables:
                for index in sorted(table.indexes, key=lambda index: str(index.name)):
                    index.create(connection)
    finally:
        engine.dispose()


def _make_folder(engine: Engine) -> None:
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)


def _refuse_existing(engine: Engine, tables: MetaData) -> None:
    there = sorted(set(inspect(engine).get_table_names()) & set(tables.tables))
    if there:
        raise SampleExists(engine.url.render_as_string(hide_password=True), tuple(there))


class Loader:
    """Loads rows into their tables and counts them."""

    def __init__(self, connection: Connection, tables: MetaData) -> None:
        self._connection = connection
        self._tables = tables
        self.counts = dict.fromkeys(tables.tables, 0)

    def load(self, rows: Rows) -> None:
        """Load rows; their columns must be exactly the table's."""
        table = self._tables.tables[rows.table]
        if set(rows.columns) != set(table.columns.keys()):
            raise KeyError(f"{rows.table} needs {table.columns.keys()}, not {list(rows.columns)}")
        if not len(rows):
            return
        self.counts[rows.table] += len(rows)
        if self._connection.dialect.name == "sqlite":
            self._load_sqlite(table, rows)
        else:
            self._load_any(table, rows)

    def _load_sqlite(self, table: Table, rows: Rows) -> None:
        columns = [_sqlite_values(column.type, rows.columns[column.name]) for column in table.columns]
        marks = ", ".join("?" * len(columns))
        insert = f'INSERT INTO "{table.name}" VALUES ({marks})'  # noqa: S608  (the name is our own table's)
        driver: Any = self._connection.connection.driver_connection
        driver.executemany(insert, zip(*columns, strict=True))

    def _load_any(self, table: Table, rows: Rows) -> None:
        names = table.columns.keys()
        columns = [_python_values(column.type, rows.columns[column.name]) for column in table.columns]
        records = [dict(zip(names, record, strict=True)) for record in zip(*columns, strict=True)]
        for start in range(0, len(records), CHUNK):
            self._connection.execute(table.insert(), records[start : start + CHUNK])


def _sqlite_values(kind: Any, values: Values) -> list[Any]:
    """Return what SQLAlchemy itself would store in SQLite."""
    if isinstance(kind, DateTime | Date):
        return instants_as_text(values)
    if isinstance(kind, Numeric):
        return list((values / 100).tolist())  # the double nearest to the amount, exact for two decimals below 10^13
    return list(values.tolist())


def _python_values(kind: Any, values: Values) -> list[Any]:
    if isinstance(kind, Numeric):
        return [Decimal(cents).scaleb(-2) for cents in values.tolist()]
    return list(values.tolist())  # NaT becomes None


def instants_as_text(values: Values) -> list[str | None]:
    """Write instants as 'YYYY-MM-DD HH:MM:SS.ffffff' and days as 'YYYY-MM-DD'; null stays null."""
    null = np.isnat(values)
    text = np.datetime_as_string(values)
    signs = text.view(np.uint32).reshape(len(text), -1)
    signs[signs == ord("T")] = ord(" ")
    return list(where(~null, text).tolist() if null.any() else text.tolist())
