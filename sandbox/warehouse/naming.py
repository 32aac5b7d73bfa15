"""Names of tables and columns in a PostgreSQL warehouse (safe.go, internal/snakecase/snakecase.go).

Not copied: underscores between letters and digits (`underscoreDivideNumbers`), which is off unless chosen.
"""

import re
from functools import lru_cache

_LONGEST = 63
_PARTS = re.compile("[A-Za-z0-9]+")
_WORDS = re.compile(
    "[A-Z]?[a-z]+[0-9]+|[A-Z]+[0-9]+|[0-9]+[A-Z]?[a-z]+|[0-9]+[A-Z]+|[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+"
)
_LEADING_UNDERSCORES = re.compile("_*")
_RUDDERSTACKS_OWN = frozenset(
    {"tracks", "pages", "screens", "aliases", "groups", "accounts", "users", "identifies"},
)
# internal/reservedkeywords/tablescolumns.json, of POSTGRES; `groups` is none of them
_KEYWORDS_OF_POSTGRES = """
    all analyse analyze and any array as asc asymmetric authorization between binary both case cast check collate column
    constraint create cross current_date current_role current_time current_timestamp current_user default deferrable
    desc distinct do else end except false for foreign freeze from full grant group having ilike in initially inner
    intersect into is isnull join leading left like limit localtime localtimestamp natural new not notnull null off
    offset old on only or order outer overlaps placing primary references right select session_user similar some
    symmetric table then to trailing true union unique user using verbose when where
"""
_KEYWORDS = frozenset(_KEYWORDS_OF_POSTGRES.split())


@lru_cache(maxsize=65_536)
def column_name(key: str) -> str:
    """Give the column of a key, its parents' before it and joined by `_`; "" if it has none."""
    return _escaped(snake_case(key)[:_LONGEST])


@lru_cache(maxsize=4096)
def event_table(event: str) -> str:
    """Give the table of a Track event's name; "" if it has none. Never one of RudderStack's own."""
    table = column_name(snake_case(event))
    return f"_{table}" if table in _RUDDERSTACKS_OWN else table


def snake_case(name: str) -> str:
    """Write a name in snake case. Letters other than A to Z part words, as blanks do; a digit never comes first."""
    words = _WORDS.findall("_".join(_PARTS.findall(name)))
    leading = _LEADING_UNDERSCORES.match(name)
    snake = (leading.group() if leading else "") + "_".join(words).lower()
    return f"_{snake}" if snake[:1].isdigit() else snake


def _escaped(name: str) -> str:
    return f"_{name}" if name in _KEYWORDS else name
