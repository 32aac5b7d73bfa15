"""The store written into a database: the same seed gives the same rows."""

from collections.abc import Mapping, Sequence

from sqlalchemy import create_engine, insert, inspect

from sandbox.atg.book import Book, Row
from sandbox.atg.dirt import add_dirt
from sandbox.atg.orders import add_carts
from sandbox.atg.people import add_log, add_profiles
from sandbox.atg.schema import STORE


class StoreExists(Exception):
    """The database holds tables of the store already; nothing was written."""


def store_rows(seed: int = 7) -> Mapping[str, Sequence[Row]]:
    """Return the rows of every table, as Python values: about 60 profiles with their carts, orders and log."""
    book = Book(seed)
    add_profiles(book)
    add_log(book)
    add_carts(book)
    add_dirt(book)
    return book.rows


def write_store(url: str, seed: int = 7) -> Mapping[str, int]:
    """Create the tables at this SQLAlchemy URL, fill them, and return how many rows each has.

    Raises `StoreExists`, and writes nothing, where any of the tables is there already.
    """
    engine = create_engine(url)
    try:
        there = sorted(set(inspect(engine).get_table_names()) & set(STORE.tables))
        if there:
            raise StoreExists(f"{engine.url.render_as_string()} already has {', '.join(there)}; name another database")
        rows = store_rows(seed)
        with engine.begin() as connection:
            STORE.create_all(connection)
            for name, table in STORE.tables.items():
                connection.execute(insert(table), [dict(row) for row in rows[name]])
        return {name: len(rows[name]) for name in STORE.tables}
    finally:
        engine.dispose()
