"""The columns of a SELECT, as far as its text tells them: their names, and which of them are a literal NULL."""

import re
from typing import NamedTuple

_PART = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|`[^`]*`|\[[^\]]*\]|::|\w+|\S", re.DOTALL)
_NULL = re.compile(r"(?i)(?:NULL(?: :: .+)?|CAST \( NULL AS .+ \)|\( NULL \))")
_SETS = ("UNION", "INTERSECT", "EXCEPT", "MINUS")
_SKIPPED = ("DISTINCT", "ALL")
_NAME = re.compile(r"[\w$]+|\".*\"|`.*`|\[.*\]")
_ENDED = re.compile(r"[\w$]+|\)|'.*'|\".*\"", re.DOTALL)
_STAR = ("*", False)


class Columns(NamedTuple):
    """The columns that a model yields, and those of them that are always null; in small letters."""

    present: frozenset[str]
    null: frozenset[str]


def columns_of(sql: str) -> Columns | None:
    """Return the columns of a SELECT without comments, or None where its text does not tell: `*`, or no name."""
    branches = [[_item(parts) for parts in items] for items in _branches(sql)]
    if not branches or any(_STAR in branch or len(branch) != len(branches[0]) for branch in branches):
        return None
    names = [name for name, _ in branches[0]]
    if not all(names):
        return None
    null = {name for place, name in enumerate(names) if all(branch[place][1] for branch in branches)}
    return Columns(frozenset(names), frozenset(null))


def _branches(sql: str) -> list[list[list[str]]]:
    """Return the items of each outermost SELECT's list, as parts: one list, or those of a union."""
    depth, reading = 0, False
    found: list[list[list[str]]] = []
    for part in _PART.findall(sql):
        word = part.upper()
        depth -= part == ")"
        if depth == 0 and word == "SELECT":
            found.append([[]])
            reading = True
        elif depth == 0 and (word == "FROM" or word in _SETS):
            reading = False
        elif reading and depth == 0 and part == ",":
            found[-1].append([])
        elif reading and not (word in _SKIPPED and not found[-1][-1]):
            found[-1][-1].append(part)
        depth += part == "("
    return found


def _item(parts: list[str]) -> tuple[str, bool]:
    """Return a column's name, empty where it has none, and whether it is a literal NULL."""
    if parts == ["*"] or parts[-2:] == [".", "*"]:
        return _STAR
    *before, last = parts or [""]
    if before and before[-1].upper() == "AS":
        before = before[:-1]
    elif last.upper() == "NULL" or not (before == [] or before[-1] == "." or _ENDED.fullmatch(before[-1])):
        return "", _is_null(parts)
    return (last.strip('"`[]').lower(), _is_null(before)) if _NAME.fullmatch(last) else ("", _is_null(parts))


def _is_null(parts: list[str]) -> bool:
    return bool(_NULL.fullmatch(" ".join(parts)))
