"""A schema of a message as the JSON formats have it: the traits or properties within, and little beside."""

from collections.abc import Mapping
from typing import Any

from loaders.plan_formats.envelope import TRAITS, section_of
from loaders.plan_formats.rules import Event
from loaders.plan_formats.schemas import DRAFT_07, as_draft_07

_APART = ("$schema", "type", "description", "properties", "required", "definitions", "$defs", "version")


def message_schema(event: Event, body: Any, around: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of the message with that body; `around` are the properties that stand there for themselves."""
    beside = dict(event.beside or {})
    section = {section_of(event.call): body}
    inner = {"context": {"type": "object", "properties": section}} if event.in_context else section
    properties = {**around, **beside.pop("properties", {}), **inner}
    return {"$schema": DRAFT_07, "type": "object", "properties": properties, **beside, **event.definitions}


def read_event(event: Event, schema: Any, place: str, faults: list[str]) -> Event:
    """Return the event with what the schema of its message says. What cannot be told here is a fault."""
    whole = as_draft_07(schema, place, faults)
    section, properties = section_of(event.call), whole.get("properties", {})
    body, rest = properties.get(section, {}), {n: one for n, one in properties.items() if n != section and one != {}}
    in_context = section == TRAITS and not body and TRAITS in _properties(rest.get("context"))
    if in_context:
        context = rest.pop("context")
        body = context["properties"][TRAITS]
        unread = sorted({*context} - {"type", "properties", "required"} | {*context["properties"]} - {TRAITS})
        if unread:
            faults.append(f"{place}: {', '.join(unread)} of `context` cannot stand beside context.traits; take it out")
    if not isinstance(body, Mapping):
        faults.append(f"{place}: `{section}` must be a JSON Schema of an object")
        body = {}
    return event._replace(
        body=body,
        definitions={name: whole[name] for name in ("definitions", "$defs") if name in whole},
        beside=_beside(whole, rest, {section, *(["context"] if in_context else [])}),
        in_context=in_context,
    )


def _beside(whole: Mapping[str, Any], rest: Mapping[str, Any], told: set[str]) -> dict[str, Any] | None:
    beside = {keyword: value for keyword, value in whole.items() if keyword not in _APART}
    required = [name for name in whole.get("required", ()) if name not in told]
    if rest:
        beside["properties"] = dict(rest)
    if required:
        beside["required"] = required
    return beside or None


def _properties(schema: Any) -> Mapping[str, Any]:
    inner = schema.get("properties") if isinstance(schema, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}
