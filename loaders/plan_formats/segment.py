"""Segment's tracking plan as JSON: the rules of its Public API, and the `plan.json` of its Typewriter.

    {"name", "rules": [{"type": "TRACK", "key": "Order Completed", "version": 1, "jsonSchema": <draft-07>}]}

Sources: segmentio/public-api-sdk-typescript, model/ruleV1.ts (a rule's fields and types; the API's answer holds them in
`data`); segmentio/typewriter, src/api/trackingplans.ts (a schema with `eventMetadata` is that of the properties
alone). A schema covers the message: `context`, `traits` and `properties`. A version is a number; ours begins with it.
"""

from collections.abc import Mapping
from typing import Any

from loaders.errors import PlanInvalid
from loaders.plan_formats.messages import message_schema, read_event
from loaders.plan_formats.rules import (
    FIRST_VERSION,
    Converted,
    Event,
    events_of,
    key_of,
    note_extensions,
    plan_of,
)
from loaders.plan_formats.schemas import DRAFT_07, without_extensions

_TYPES = ("TRACK", "IDENTIFY", "GROUP", "PAGE", "SCREEN")
_COMMON = "COMMON"
_FIELDS = {"type", "key", "version", "jsonSchema", "createdAt", "updatedAt", "deprecatedAt"}
_NEVER = "0001-01-01T00:00:00.000Z"
_AROUND: Mapping[str, Any] = {"context": {}, "traits": {}, "properties": {}}


def exported(plan: Mapping[str, Any]) -> Converted:
    """Return Segment's document of our plan, and what it cannot say."""
    notes: list[str] = []
    rules = [_their_rule(event, notes) for event in events_of(plan, notes)]
    return Converted({"name": plan.get("name", ""), "rules": rules}, tuple(notes))


def _their_rule(event: Event, notes: list[str]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    body = without_extensions(event.body, found)
    event = event._replace(definitions=without_extensions(event.definitions, found))
    note_extensions(notes, event.key, found)
    version = event.version or FIRST_VERSION
    number = version.partition("-")[0]
    if version != f"{number}-0-0" or not number.isdecimal():
        notes.append(
            f"rule {event.key}: `version: {version}` cannot be said but as {number if number.isdecimal() else 1}"
        )
    schema = message_schema(event, body, _AROUND)
    about = {"description": event.about} if event.about else {}
    return {
        "type": event.call.upper(),
        **({"key": event.event} if event.event else {}),
        "version": int(number) if number.isdecimal() else 1,
        "jsonSchema": {"$schema": DRAFT_07, **about, **schema},
    }


def imported(document: Any) -> Converted:
    """Return our plan of Segment's document. Raises `PlanInvalid` with every fault at once."""
    faults: list[str] = []
    notes: list[str] = []
    whole = document.get("data", document) if isinstance(document, Mapping) else None
    listed = whole.get("rules") if isinstance(whole, Mapping) else None
    if not isinstance(whole, Mapping) or not isinstance(listed, list):
        raise PlanInvalid("of Segment", ["must be a JSON object with `name` and the list `rules`"])
    events = [
        (place, event)
        for place, one in ((f"rule {number} ({_name(one)})", one) for number, one in enumerate(listed, 1))
        if (event := _our_event(one, place, faults, notes)) is not None
    ]
    plan = plan_of(whole.get("name"), events, faults)
    if faults:
        raise PlanInvalid("of Segment", faults)
    return Converted(plan, tuple(notes))


def _name(one: Any) -> str:
    return str((one.get("key") or one.get("type") or "no key") if isinstance(one, Mapping) else "no rule")


def _our_event(one: Any, place: str, faults: list[str], notes: list[str]) -> Event | None:
    if not isinstance(one, Mapping):
        faults.append(f"{place}: must be an object with `type`, `key`, `version` and `jsonSchema`")
        return None
    if one.get("type") == _COMMON:
        notes.append(f"{place}: what holds for every event cannot be said; it is left out")
        return None
    found = _faults(one)
    faults += [f"{place}: {fault}" for fault in found]
    if found:
        return None
    call, name, schema = str(one["type"]).lower(), one.get("key") or "", one["jsonSchema"]
    if call != "track" and name:
        notes.append(f"{place}: a {call} has no name of its own here; {name!r} is left out")
    if one.get("deprecatedAt") not in (None, _NEVER):
        notes.append(f"{place}: it is deprecated there, which cannot be said")
    if schema.get("labels"):
        notes.append(f"{place}: its `labels` cannot be said")
    event = Event(
        key=key_of(call, name),
        call=call,
        event=name if call == "track" else "",
        about=schema.get("description") or None,
        version=f"{one['version']}-0-0",
        body={},
        definitions={},
    )
    return read_event(event, _whole(schema), place, faults)


def _faults(one: Mapping[str, Any]) -> list[str]:
    faults = [f"unknown field {field!r}; take it out" for field in one if field not in _FIELDS]
    if one.get("type") not in _TYPES:
        faults.append(f"`type` is {one.get('type')!r}; it must be one of {', '.join(_TYPES)}")
    if not isinstance(one.get("key") or "", str) or (one.get("type") == "TRACK" and not one.get("key")):
        faults.append("`key` must name the event")
    if type(one.get("version")) is not int or one["version"] < 1:
        faults.append(f"`version` is {one.get('version')!r}; it must be a number from 1")
    if not isinstance(one.get("jsonSchema"), Mapping):
        faults.append("`jsonSchema` must be its JSON Schema")
    return faults


def _whole(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of the whole message, of which Typewriter keeps the properties alone."""
    body = {keyword: value for keyword, value in schema.items() if keyword not in ("labels", "eventMetadata")}
    if "eventMetadata" not in schema:
        return body
    apart: dict[str, Any] = {keyword: body.pop(keyword) for keyword in ("$schema", "description") if keyword in body}
    return {**apart, "type": "object", "properties": {"properties": body}}
