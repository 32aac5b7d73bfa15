"""Values as people may see them: their shape stays, what they say is gone."""

from collections.abc import Iterable, Mapping
from typing import Any

from mappers.disclosure import ITEM, OTHER, Path
from mappers.messages import Json

_IDS = ("userId", "anonymousId", "groupId")


def shape_of(value: Json) -> Json:
    """Return a value of the same shape: letters as x, digits as 9, numbers as 0, ASCII's other signs as they are."""
    if isinstance(value, str):
        return "".join(map(_sign, value))
    if isinstance(value, Mapping):
        return {name: shape_of(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shape_of(inner) for inner in value]
    return 0 if isinstance(value, int | float) and not isinstance(value, bool) else value


def masked(message: dict[str, Any], personal: Iterable[Path]) -> dict[str, Any]:
    """Return the message with its ids and its personal fields as shapes."""
    ids = [(name,) for name in _IDS]
    seen: Json = message
    for path in (*ids, *personal, *(("context", *path) for path in personal if path[0] == "traits")):
        seen = _at(seen, path)
    result: dict[str, Any] = seen
    return result


def value_at(message: Mapping[str, Any], path: Iterable[str]) -> Json:
    """Return what stands in the message at a path of names and places; None where there is nothing."""
    value: Any = message
    for part in path:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _at(value: Json, path: Path) -> Json:
    """Return the value with what stands at the path as a shape."""
    if not path:
        return shape_of(value)
    first, *rest = path
    if isinstance(value, list) and first == ITEM:
        return [_at(inner, tuple(rest)) for inner in value]
    if isinstance(value, Mapping):
        return {name: _at(inner, tuple(rest)) if first in (name, OTHER) else inner for name, inner in value.items()}
    return value


def _sign(letter: str) -> str:
    if letter.isnumeric():
        return "9"
    if letter.isalpha():
        return "X" if letter.isupper() else "x"
    return letter if letter.isascii() else "x"  # vowels that are marks, and emoji, say something too
