"""Walking through a JSON Schema, so that a property that is named as a keyword is not taken for one."""

from collections.abc import Callable, Mapping
from typing import Any

import jsonschema_rs

Change = Callable[[dict[str, Any], str], dict[str, Any]]
"""Returns what a schema becomes whose subschemas were changed already; the text is its place, as `products[].price`."""

_NAMED = ("properties", "patternProperties", "definitions", "$defs", "dependencies")
_LISTED = ("allOf", "anyOf", "oneOf")
_SINGLE = ("additionalProperties", "additionalItems", "contains", "not", "if", "then", "else", "propertyNames", "items")

DRAFT_07 = "http://json-schema.org/draft-07/schema#"
_DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"
_UNEVALUATED = "unevaluatedProperties"
_BESIDE = ("allOf", "anyOf", "oneOf", "if", "then", "else", "not", "$ref", "patternProperties")


def changed(schema: Any, change: Change, place: str = "") -> Any:
    """Return the schema with it and all its subschemas changed, the innermost first."""
    if not isinstance(schema, Mapping):
        return schema
    result: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _NAMED and isinstance(value, Mapping):
            part = {name: changed(one, change, _inner(place, keyword, name)) for name, one in value.items()}
            result[keyword] = part
        elif isinstance(value, list) and (keyword in _LISTED or keyword == "items"):
            result[keyword] = [changed(one, change, place) for one in value]
        elif keyword in _SINGLE:
            result[keyword] = changed(value, change, f"{place}[]" if keyword == "items" else place)
        else:
            result[keyword] = value
    return change(result, place)


def _inner(place: str, keyword: str, name: str) -> str:
    return f"{place}.{name}" if place and keyword == "properties" else name


def without_extensions(schema: Any, found: dict[str, list[str]]) -> Any:
    """Return the schema without keywords that begin with `x-`, the places of which are added to what was found.

    RudderStack's validator refuses a schema with a keyword that it does not know (rudder-transformer,
    src/util/eventValidation.js: ajv in its strict mode).
    """

    def bare(one: dict[str, Any], place: str) -> dict[str, Any]:
        for keyword in one:
            if keyword.startswith("x-"):
                found.setdefault(keyword, []).append(place)
        return {keyword: value for keyword, value in one.items() if not keyword.startswith("x-")}

    return changed(schema, bare)


def as_draft_07(schema: Any, place: str, faults: list[str]) -> Any:
    """Return the schema as draft-07 has it, without `$schema`; what that cannot say is added to the faults.

    Source: rudder-iac, remote_tracking_plan.golden.json: RudderStack's catalog gives plans in draft 2019-09, with
    `unevaluatedProperties` where draft-07 has `additionalProperties`.
    """
    said = schema.get("$schema", DRAFT_07) if isinstance(schema, Mapping) else None
    if not isinstance(schema, Mapping) or not isinstance(said, str):
        faults.append(f"{place}: must be a JSON Schema")
        return {}
    if "draft-07" not in said and "draft-06" not in said and said != _DRAFT_2019:
        faults.append(f"{place}: `$schema` is {said!r}; rewrite it in draft-07")

    def rewritten(one: dict[str, Any], inner: str) -> dict[str, Any]:
        if _UNEVALUATED not in one:
            return one
        where = f"{place}{f', {inner}' if inner else ''}"
        if any(keyword in one for keyword in _BESIDE) and one[_UNEVALUATED] is not True:
            faults.append(f"{where}: `{_UNEVALUATED}` beside other schemas cannot be said in draft-07; take one out")
        closed = {"additionalProperties": one[_UNEVALUATED]} if "additionalProperties" not in one else {}
        return {keyword: value for keyword, value in one.items() if keyword != _UNEVALUATED} | closed

    written = changed({keyword: value for keyword, value in schema.items() if keyword != "$schema"}, rewritten)
    try:
        jsonschema_rs.Draft7Validator(written)
    except (ValueError, jsonschema_rs.ValidationError) as error:
        faults.append(f"{place}: is not a draft-07 JSON Schema: {str(error).splitlines()[0]}")
        return {}
    return written
