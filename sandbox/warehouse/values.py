"""Types by value, and what becomes of a value in a column of another type (datatype.go, warehouse/slave/worker.go).

Not copied: a day that does not exist, as `2024-02-30`, is a text here, the first of March there.
"""

import re
from datetime import UTC
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from sandbox.gateway.dates import parse_instant
from sandbox.gateway.times import format_instant

_LARGEST_BIGINT = 2**63
_DATE_TIME = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:[12][0-9]|0[1-9]|3[01])"
    r"(?:[T\s](?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
    r"(?:[zZ]|[+-](?:[01][0-9]|2[0-3]):?(?:[0-5][0-9])?)?)?)?"
)


class ColumnType(StrEnum):
    """The types that RudderStack gives to columns, by PostgreSQL's own names (`int8` is `bigint`)."""

    INT = "int8"
    FLOAT = "numeric"
    BOOLEAN = "bool"
    DATETIME = "timestamptz"
    STRING = "text"


class Typed(NamedTuple):
    """A value, as PostgreSQL takes it in a column of the type."""

    type: ColumnType
    value: Any


class DoesNotFitError(ValueError):
    """A value that its column cannot hold: it goes to the table of discards."""


def is_blank(value: Any) -> bool:
    """Tell whether a JSON value makes no column: null, the empty text, a list of nothing or of one such thing."""
    if isinstance(value, list):
        return not value or (len(value) == 1 and value[0] is not None and is_blank(value[0]))
    return value is None or value == ""


def typed(value: Any) -> Typed:
    """Give a JSON value other than an object its type. Lists become JSON; what looks like an instant is one, in UTC."""
    if isinstance(value, str):
        return _typed_text(value)
    if isinstance(value, bool):
        return Typed(ColumnType.BOOLEAN, value)
    if isinstance(value, int) and abs(value) < _LARGEST_BIGINT:
        return Typed(ColumnType.INT, value)
    if isinstance(value, int | float):
        return Typed(ColumnType.FLOAT, value)
    return Typed(ColumnType.STRING, orjson.dumps(value).decode())


def fitted(given: Typed, column: ColumnType) -> Any:
    """Give the value for a column that has its type already. Raises DoesNotFitError if there is none.

    Everything fits a text; whole numbers fit a float; of a float an int column keeps the whole part.
    """
    if given.type is column:
        return given.value
    if column is ColumnType.STRING:
        return given.value if isinstance(given.value, str) else orjson.dumps(given.value).decode()
    if column is ColumnType.FLOAT and given.type is ColumnType.INT:
        return given.value
    if column is ColumnType.INT and given.type is ColumnType.FLOAT and abs(given.value) < _LARGEST_BIGINT:
        return int(given.value)
    raise DoesNotFitError(f"{given.type} in a column of {column}")


def _typed_text(text: str) -> Typed:
    if text[:1].isdigit() and _DATE_TIME.fullmatch(text) and (instant := _in_utc(text)):
        return Typed(ColumnType.DATETIME, instant)
    return Typed(ColumnType.STRING, text if text.strip() else None)


@lru_cache(maxsize=4096)  # a batch's events share some of their times
def _in_utc(text: str) -> str | None:
    instant = parse_instant(text)
    try:
        return None if instant is None else format_instant(instant.astimezone(UTC))
    except OverflowError:  # on the first or the last day there is, and beyond it in UTC
        return None
