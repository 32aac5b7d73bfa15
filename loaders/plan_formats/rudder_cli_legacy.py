"""Specs of `rudder/0.1` and `rudder/v0.1`, rewritten as `rudder/v1` has them.

Source: rudder-iac, cli/internal/providers/datacatalog/localcatalog (the FromV0 of every kind), and its migration notes.
What is of another shape is left as it is, so that reading it says what is wrong.
"""

import re
from collections.abc import Mapping
from typing import Any

_VERSIONS = ("rudder/0.1", "rudder/v0.1")
_SINGULAR = {"properties": "property", "events": "event", "categories": "category", "custom-types": "custom-type"}
_REFERENCE = re.compile(r"#/([a-z-]+)/[^/]+/(.+)")


def as_v1(spec: Any) -> Any:
    """Return the spec as `rudder/v1` has it; one that is no older spec comes back as it is."""
    if (
        not isinstance(spec, Mapping)
        or spec.get("version") not in _VERSIONS
        or not isinstance(spec.get("spec"), Mapping)
    ):
        return spec
    inner = dict(spec["spec"])
    for field, rewritten in (("properties", _property), ("types", _type), ("rules", _rule)):
        if isinstance(inner.get(field), list):
            inner[field] = [rewritten(one) if isinstance(one, Mapping) else one for one in inner[field]]
    kind = "tracking-plan" if spec.get("kind") == "tp" else spec.get("kind")
    return {**spec, "version": "rudder/v1", "kind": kind, "spec": inner}


def _property(one: Mapping[str, Any]) -> dict[str, Any]:
    fields = {("config" if field == "propConfig" else field): value for field, value in one.items()}
    return _typed(fields)


def _type(one: Mapping[str, Any]) -> dict[str, Any]:
    fields = _typed(dict(one))
    if isinstance(fields.get("properties"), list):
        fields["properties"] = [_reference(inner) for inner in fields["properties"]]
    return fields


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    said = fields.get("type")
    if isinstance(said, str) and "," in said:
        del fields["type"]
        fields["types"] = [word.strip() for word in said.split(",")]
    elif isinstance(said, str):
        fields["type"] = _compact(said)
    if isinstance(fields.get("config"), Mapping):
        config = {re.sub(r"(?=[A-Z])", "_", name).lower(): value for name, value in fields["config"].items()}
        items = config.pop("item_types", None)
        if isinstance(items, list) and items:
            named = [_compact(one) for one in items]
            fields |= {"item_type": named[0]} if len(named) == 1 else {"item_types": named}
        fields["config"] = config
    return fields


def _rule(one: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(one)
    event = fields.get("event")
    if isinstance(event, Mapping):
        fields["event"] = _compact(event.get("$ref"))
        fields["additional_properties"] = event.get("allow_unplanned", False)
        if "identity_section" in event:
            fields["identity_section"] = event["identity_section"]
    if isinstance(fields.get("properties"), list):
        fields["properties"] = [_reference(inner) for inner in fields["properties"]]
    return fields


def _reference(one: Any) -> Any:
    if not isinstance(one, Mapping):
        return one
    names = {"$ref": "property", "additionalProperties": "additional_properties"}
    fields = {names.get(field, field): value for field, value in one.items()}
    fields["property"] = _compact(fields.get("property"))
    if isinstance(fields.get("properties"), list):
        fields["properties"] = [_reference(inner) for inner in fields["properties"]]
    return fields


def _compact(reference: Any) -> Any:
    found = _REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
    return f"#{_SINGULAR.get(found[1], found[1])}:{found[2]}" if found else reference
