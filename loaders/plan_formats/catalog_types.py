"""What a property of rudder-cli's catalog can say of a value, against the keywords of JSON Schema.

Sources: rudder-iac, cli/internal/providers/datacatalog: rules/config (which constraint goes with which type),
localcatalog/model_v1.go (`type` or `types`, `item_type` or `item_types`, `config`), rules/constants.go (formats).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

PRIMITIVES = ("string", "number", "integer", "boolean", "null", "array", "object")
FORMATS = ("date-time", "date", "time", "email", "uuid", "hostname", "ipv4", "ipv6")
_TEXT = ("enum", "minLength", "maxLength", "pattern", "format")
_NUMBER = ("enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_OF_TYPE: Mapping[str, tuple[str, ...]] = {
    "string": _TEXT,
    "number": _NUMBER,
    "integer": _NUMBER,
    "boolean": ("enum",),
    "array": ("minItems", "maxItems", "uniqueItems"),
}
CONFIG: Mapping[str, str] = {
    "enum": "enum",
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "format": "format",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "multipleOf": "multiple_of",
    "minItems": "min_items",
    "maxItems": "max_items",
    "uniqueItems": "unique_items",
}
"""The keywords of JSON Schema, and their names there."""

_KINDS = ((bool, "boolean"), (str, "string"), (int, "integer"), (float, "number"))
_WITHIN = ("properties", "required", "additionalProperties")


class Shape(NamedTuple):
    """A property as the catalog has it, without id and name; the schema of the objects in it; and what is unsaid."""

    fields: dict[str, Any]
    inner: Mapping[str, Any] | None
    unsaid: tuple[str, ...]


def shape_of(schema: Any) -> Shape:
    """Return what a property can say of that schema."""
    if not isinstance(schema, Mapping):
        return Shape({}, None, () if schema is True else ("`false`",))
    types = _types(schema)
    fields: dict[str, Any] = {}
    if "description" in schema and isinstance(schema["description"], str):
        fields["description"] = schema["description"]
    fields |= _one_or_more("type", types)
    told = {"type", "description"}
    inner: Mapping[str, Any] | None = None
    unsaid: list[str] = []
    items = schema.get("items")
    if "array" in types and isinstance(items, Mapping):
        told.add("items")
        fields |= _one_or_more("item_type", _types(items))
        unsaid += [f"`items.{word}`" for word in items if word not in ("type", *_WITHIN)]
        inner = _within(items)
    if "object" in types and "array" not in types:
        inner = _within(schema)
        told.update(_WITHIN)
    config = _config(schema, types)
    told.update(word for word in schema if CONFIG.get(word) in config or word == "const")
    unsaid += [f"`{word}`" for word in schema if word not in told]
    return Shape(fields | ({"config": config} if config else {}), inner, tuple(unsaid))


def _types(schema: Mapping[str, Any]) -> list[str]:
    said = schema.get("type")
    if said is not None:
        return [said] if isinstance(said, str) else list(said)
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    kinds = {next((name for kind, name in _KINDS if isinstance(value, kind)), "") for value in values}
    return list(kinds) if len(kinds) == 1 and "" not in kinds else []


def _one_or_more(field: str, types: list[str]) -> dict[str, Any]:
    return {} if not types else {field: types[0]} if len(types) == 1 else {f"{field}s": types}


def _config(schema: Mapping[str, Any], types: list[str]) -> dict[str, Any]:
    words = {word for kind in types for word in _OF_TYPE.get(kind, ())}
    config = {CONFIG[word]: value for word, value in schema.items() if word in words}
    if config.get("format", FORMATS[0]) not in FORMATS:
        del config["format"]
    if "const" in schema and "enum" in words:
        config["enum"] = [schema["const"]]
    return config


def _within(schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    within = {word: schema[word] for word in _WITHIN if word in schema}
    return within or None


def schema_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema that a property's fields say, without the objects in it. A type is a primitive one here."""
    schema: dict[str, Any] = {}
    if fields.get("type") or fields.get("types"):
        schema["type"] = fields.get("type") or list(fields["types"])
    if fields.get("description"):
        schema["description"] = fields["description"]
    keywords = {name: word for word, name in CONFIG.items()}
    schema |= {keywords[name]: value for name, value in (fields.get("config") or {}).items() if name in keywords}
    if fields.get("item_type") or fields.get("item_types"):
        schema["items"] = {"type": fields.get("item_type") or list(fields["item_types"])}
    return schema
