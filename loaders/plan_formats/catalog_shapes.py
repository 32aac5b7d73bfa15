"""What the specs of a rudder-cli project look like, and what is wrong with one that does not.

Source: rudder-iac, cli/internal/providers/datacatalog: localcatalog (the structs of `rudder/v1`, which refuse a field
that they do not know) and rules (what must be there). Variants and includes are missing: our rules cannot tell them.
"""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs
from jsonschema_rs import ValidationErrorKind as Kind

from loaders.plan_formats.catalog_types import CONFIG, PRIMITIVES

_TEXT = {"type": "string"}
_NAME = {"type": "string", "minLength": 1}
_FLAG = {"type": "boolean"}
_TYPE = {"type": "string", "pattern": f"^({'|'.join(PRIMITIVES)}|#custom-type:.+)$"}
_TYPES = {"type": "array", "minItems": 1, "items": {"enum": list(PRIMITIVES)}}
_REFERENCE = {"type": "string", "pattern": "^#property:.+$"}


def _object(required: str, /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "additionalProperties": False, "properties": properties}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_VALUE = {
    "id": _NAME,
    "name": _NAME,
    "description": _TEXT,
    "type": _TYPE,
    "types": _TYPES,
    "item_type": _TYPE,
    "item_types": _TYPES,
    "config": {"type": "object", "propertyNames": {"enum": sorted(CONFIG.values())}},
}
_WITHIN = _object(
    "property",
    property=_REFERENCE,
    required=_FLAG,
    additional_properties=_FLAG,
    properties=_list({"$ref": "#/definitions/reference"}),
)
_RULE = _object(
    "type id event",
    type={"const": "event_rule"},
    id=_NAME,
    event={"type": "string", "pattern": "^#event:.+$"},
    identity_section={"enum": ["", "properties", "traits", "context.traits"]},
    additional_properties=_FLAG,
    properties=_list({"$ref": "#/definitions/reference"}),
)
_EVENT = _object(
    "id event_type",
    id=_NAME,
    name=_TEXT,
    event_type={"enum": ["track", "identify", "group", "page", "screen"]},
    description=_TEXT,
    category=_TEXT,
)
_SHAPES: Mapping[str, dict[str, Any]] = {
    "events": _object("events", events=_list(_EVENT)),
    "properties": _object("properties", properties=_list(_object("id name", **_VALUE))),
    "custom-types": _object(
        "types",
        types=_list(
            _object(
                "id name type", **_VALUE, properties=_list(_object("property", property=_REFERENCE, required=_FLAG))
            )
        ),
    ),
    "tracking-plan": _object("id display_name", id=_NAME, display_name=_NAME, description=_TEXT, rules=_list(_RULE)),
}
_VALIDATORS = {
    kind: jsonschema_rs.Draft7Validator({**shape, "definitions": {"reference": _WITHIN}})
    for kind, shape in _SHAPES.items()
}
KINDS = frozenset(_SHAPES)
"""The kinds that make up a tracking plan."""


def shape_faults(kind: str, spec: Any, place: str) -> list[str]:
    """Return what is wrong with the `spec` of a file of that kind, each with its place and cure."""
    return [_words(error, place) for error in _VALIDATORS[kind].iter_errors(spec)]


def _words(error: jsonschema_rs.ValidationError, place: str) -> str:
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in error.instance_path)
    where = f"{place}: {''.join(parts).removeprefix('.')}".removesuffix(": ")
    match error.kind:
        case Kind.AdditionalProperties():
            return (
                f"{where}: {', '.join(f'`{name}`' for name in error.kind.unexpected)} cannot be told here; take it out"
            )
        case Kind.Required():
            return f"{where}: `{error.kind.property}` is missing; add it"
        case Kind.Enum():
            return f"{where} is {error.instance!r}; it must be one of {', '.join(map(str, error.kind.options))}"
        case Kind.Type():
            return f"{where} is of another type; it must be of type {' or '.join(error.kind.types)}"
        case _:
            return f"{where} does not hold: {str(error).splitlines()[0]}"
