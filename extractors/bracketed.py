"""Models in brackets, and their keys compared: a database may refuse in a page what it takes alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, select
from sqlalchemy.exc import SQLAlchemyError

from extractors.boundaries import is_bound, plain
from extractors.contract import Contract
from extractors.models import Model
from extractors.query import table
from extractors.source import words

_NULLS = "; a NULL is of a type too: yield CAST(NULL AS ...) AS {}, the type being that of the other models' keys"

Sampled = Mapping[str, tuple[Sequence[str], Sequence[Sequence[Any]]]]
"""The columns of each model, and its first rows."""


def page_faults(
    connection: Connection, models: Mapping[str, Model], contracts: Mapping[str, Contract], sampled: Sampled
) -> list[str]:
    """Ask each model for no row in the way that pages are read, with a key that some model has, and return faults."""
    keys: dict[str, Any] = {}
    for name, (columns, rows) in sampled.items():
        for column in (one for one in contracts[name].scope if one in columns):
            for key in (row[columns.index(column)] for row in rows):
                if key is not None and is_bound(key):
                    keys[column] = plain(key)
    faults = []
    for name, (columns, rows) in sampled.items():
        refusal = _refusal(connection, models[name], contracts[name], columns, keys)
        if refusal:
            nulls = [column for column in keys if column in columns and _all_null(rows, columns.index(column))]
            cure = _NULLS.format(nulls[0]) if nulls else ""
            faults.append(f"{name}.sql: cannot be read as a part of a larger SELECT: {refusal}{cure}")
    return faults


def _refusal(
    connection: Connection, model: Model, contract: Contract, columns: Sequence[str], keys: Mapping[str, Any]
) -> str | None:
    rows = table(model, contract, frozenset(columns))
    bounds = {name: key for name, key in keys.items() if name in contract.scope and name in columns}
    query = select(*(rows.c[name] for name in columns)).where(*(rows.c[name] <= bindparam(name) for name in bounds))
    none = query.where(literal_column("1") == literal_column("0"))
    try:
        with connection.begin_nested() if connection.dialect.name == "postgresql" else connection.begin():
            connection.execute(none, bounds).close()
    except SQLAlchemyError as error:
        return words(error)
    return None


def _all_null(rows: Sequence[Sequence[Any]], place: int) -> bool:
    return bool(rows) and all(row[place] is None for row in rows)
