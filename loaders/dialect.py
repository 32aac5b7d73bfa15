"""A plan's schema so written that jsonschema-rs judges as RudderStack does, which asks ajv (JavaScript).

The two differ in formats, patterns and fractions, in what stands beside `$ref`, and in how much of a breach they tell.
What is said here of ajv is ajv 8.12's with rudder-transformer's options: all errors, no coercion
(src/util/eventValidation.js). tests/ajv has thousands of its verdicts, which ours are held against.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from loaders.ecma import written_out
from loaders.formats import FORMATS

if TYPE_CHECKING:
    from jsonschema_rs import KeywordValidator

_BY_NAME = ("properties", "patternProperties", "dependencies", "definitions", "$defs")
_LISTS = ("allOf", "anyOf", "oneOf", "items")
_SINGLE = ("items", "additionalItems", "additionalProperties", "contains", "if", "not", "propertyNames", "then", "else")
_LARGEST_WRITTEN_OUT = 1e21


def validator(schema: Mapping[str, Any]) -> jsonschema_rs.Draft7Validator:
    """Return what judges by the schema, a valid draft-07 one. Raises ValueError for a format that is unknown."""
    written = _as_ajv(schema)
    words = str(written)
    own = {keyword: judge for keyword, judge in _OWN.items() if keyword in words}
    # no keywords at all, where none is needed: they cost a microsecond a message
    return jsonschema_rs.Draft7Validator(written, validate_formats=True, keywords=own or None)


class _MultipleOf:
    """As JavaScript divides: 19.99 is no multiple of 0.01."""

    def __init__(self, _parent: dict[str, Any], divisor: float, _path: list[str | int]) -> None:
        self._divisor = divisor

    def validate(self, instance: Any) -> None:
        """Raise ValueError where a number is none."""
        if isinstance(instance, int | float) and not isinstance(instance, bool):
            quotient = float(instance) / self._divisor
            if not (quotient.is_integer() and abs(quotient) < _LARGEST_WRITTEN_OUT):
                raise ValueError


class _UniqueItems:
    """As ajv compares: where the items are to be of scalar types, only those that are."""

    def __init__(self, parent: dict[str, Any], asked: Any, _path: list[str | int]) -> None:
        items = parent.get("items")
        types = items.get("type", []) if isinstance(items, Mapping) else []
        types = [types] if isinstance(types, str) else types
        self._asked = asked
        compared = bool(types) and not {"object", "array"} & set(types)
        self._scalar = jsonschema_rs.Draft7Validator({"type": types} if compared else {})

    def validate(self, instance: Any) -> None:
        """Raise ValueError where an item of a list stands twice."""
        if self._asked and isinstance(instance, list):
            items = [_comparable(item) for item in instance if self._scalar.is_valid(item)]
            if len(set(items)) < len(items):
                raise ValueError


def _comparable(value: Any) -> Any:
    """Return what is equal where JSON values are: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, dict):
        return frozenset((name, _comparable(part)) for name, part in value.items())
    if isinstance(value, list):
        return tuple(map(_comparable, value))
    return isinstance(value, bool), value


_OWN: "Mapping[str, type[KeywordValidator]]" = {"multipleOf": _MultipleOf, "uniqueItems": _UniqueItems}


def _as_ajv(schema: Any) -> Any:
    if not isinstance(schema, Mapping):
        return schema
    written = {keyword: _keyword(keyword, value) for keyword, value in schema.items()}
    if "format" in schema:
        written |= _format(written.pop("format"))
    beside: list[dict[str, Any]] = []
    if "format" in schema and "pattern" in schema:
        beside.append({"pattern": written_out(schema["pattern"])})
    if "$ref" in schema and len(schema) > 1:
        beside.append({"$ref": written.pop("$ref")})
    if "contains" in schema:  # all errors are those of every item, too
        beside.append({"anyOf": [{"contains": written["contains"]}, {"items": written["contains"]}]})
    written |= {branch: {"anyOf": [written[branch]]} for branch in ("then", "else") if branch in schema}
    return written | ({"allOf": [*written.get("allOf", ()), *beside]} if beside else {})


def _keyword(keyword: str, value: Any) -> Any:
    if keyword in _BY_NAME:
        renamed = written_out if keyword == "patternProperties" else str
        return {renamed(name): _as_ajv(part) for name, part in value.items()}
    if keyword in _LISTS and isinstance(value, list):
        return [_as_ajv(part) for part in value]
    if keyword in _SINGLE:
        return _as_ajv(value)
    return written_out(value) if keyword == "pattern" else value


def _format(name: str) -> dict[str, str]:
    if name not in FORMATS:
        raise ValueError(f"format {name!r} is none of {', '.join(FORMATS)}")
    pattern = FORMATS[name]
    return {"pattern": pattern} if pattern else {"format": name}
