"""Which column of which table stands behind a model's column, as far as its SQL says so without doubt."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_NAME = r"(?:\w+|\"[^\"]+\"|`[^`]+`|\[[^\]]+\])"
_PATH = rf"{_NAME}(?:\.{_NAME})*"
_FROM = re.compile(
    rf"\b(?:FROM|JOIN)\s+(?P<table>{_PATH})"
    rf"(?:\s+(?:AS\s+)?(?!(?:ON|USING|WHERE|JOIN|LEFT|RIGHT|INNER|CROSS|FULL|NATURAL|GROUP|ORDER|LIMIT)\b)"
    rf"(?P<alias>{_NAME}))?",
    re.IGNORECASE,
)
_COMPOSED = re.compile(r"\b(?:WITH|UNION|INTERSECT|EXCEPT)\b", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_TEXT = re.compile(r"'(?:[^']|'')*'")


class Origin(NamedTuple):
    """A table's column, both as the model writes them."""

    table: str
    column: str


def bare(name: str) -> str:
    """Return a name without its schema and quotes, in small letters, as plans and models can be compared by."""
    return re.split(r"\.(?=[^.]+$)", name)[-1].strip('"`[]').lower()


def tables_of(sql: str) -> Mapping[str, str]:
    """Return the tables that the SQL reads by the bare name that stands for each in it: its alias, or its own."""
    found = _FROM.finditer(_TEXT.sub("''", sql))
    return {bare(one["alias"] or one["table"]): one["table"] for one in found}


def origin_of(sql: str, name: str) -> Origin | None:
    """Return what stands behind the column; None for an expression, and where the SQL is more than one SELECT."""
    plain = _without_brackets(_TEXT.sub("''", sql))
    if _COMPOSED.search(plain):
        return None
    before = rf"(?:^\s*SELECT(?:\s+DISTINCT)?|,)\s*(?:(?P<owner>{_PATH})\.)?"
    named = re.search(rf"{before}(?P<column>{_NAME})\s+(?:AS\s+)?[\"`\[]?{name}\b", plain, re.IGNORECASE)
    itself = rf"{before}(?P<column>[\"`\[]?{name}[\"`\]]?)\s*(?:,|\bFROM\b)"
    found = named or re.search(itself, plain, re.IGNORECASE)
    if found is None:
        return None
    tables = tables_of(plain)
    if found["owner"]:
        table = tables.get(bare(found["owner"]))
    else:
        table = next(iter(tables.values())) if len(tables) == 1 else None
    return Origin(table, found["column"]) if table else None


def _without_brackets(sql: str) -> str:
    """Return the outermost SELECT alone: a function or a SELECT in brackets becomes `[]`, which is no name."""
    while _BRACKETS.search(sql):
        sql = _BRACKETS.sub("[]", sql)
    return sql
