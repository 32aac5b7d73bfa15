"""Where a schema marks personal fields: `x-pii` with the field's class, beside its type."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mappers.disclosure import ITEM, OTHER, Path

MARK = "x-pii"

_BODIES = ("traits", "properties", "context")


class Mark(NamedTuple):
    """A marked field: its path in the message, its class, and its own schema."""

    path: Path
    pii_class: str
    schema: Mapping[str, Any]


class Parts(NamedTuple):
    """The schemas of an object's fields and of its `others`, which it does not name, or those of an array's items."""

    named: Mapping[str, Any]
    others: Any = None
    items: Any = None


def class_of(schema: Any) -> str | None:
    """Return the class of the field that the schema is of, if it has one."""
    found = schema.get(MARK) if isinstance(schema, Mapping) else None
    return found if isinstance(found, str) else None


def parts(schema: Mapping[str, Any]) -> Parts:
    """Return what a schema says of the parts of its values; what it says elsewhere, as under `anyOf`, is not seen."""
    named, items = schema.get("properties"), schema.get("items")
    if isinstance(items, Mapping) and named is None and "additionalProperties" not in schema:
        return Parts({}, items=items)
    return Parts(named if isinstance(named, Mapping) else {}, schema.get("additionalProperties", True))


def marks(schema: Any, path: Path = ()) -> Iterator[Mark]:
    """Yield the marked fields that a policy can reach, in body and context, each before those that it holds."""
    if not isinstance(schema, Mapping) or (len(path) == 1 and path[0] not in _BODIES):
        return
    pii_class = class_of(schema)
    if pii_class and len(path) > 1:
        yield Mark(path, pii_class, schema)
    named, others, items = parts(schema)
    for name, one in named.items():
        yield from marks(one, (*path, name))
    yield from marks(others, (*path, OTHER))
    yield from marks(items, (*path, ITEM))


def out_of_reach(schema: Mapping[str, Any]) -> list[str]:
    """Return the classes of the fields that no policy can reach: ids, and what stands under `anyOf` or `$ref`."""
    return sorted(Counter(_all(schema)) - Counter(mark.pii_class for mark in marks(schema)))


def _all(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        pii_class = class_of(schema)
        if pii_class:
            yield pii_class
        for one in schema.values():
            yield from _all(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from _all(one)
