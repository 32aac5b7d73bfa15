"""RudderStack's tracking plan as JSON: what its API gives, its dashboard keeps, and its transformer checks against.

    {"name", "rules": {"events": [{"name", "eventType", "description", "version", "rules": <JSON Schema>}]}}

Sources: rudder-typer, src/cli/api/api.ts (`rules.events` of both APIs); rudder-iac, api/client/catalog/trackingplans.go
(`eventType`, `identitySection`; `rules` holds `properties`, `traits` or `context.traits`) and its golden plan, which
has `events` beside `name`; rudder-transformer, src/util/trackingPlan.js (older plans have the schemas of other calls
than Track beside `events`, under the call's name). Only a Track has a name; of every other call there is one event.
"""

from collections.abc import Mapping
from typing import Any

from loaders.errors import PlanInvalid
from loaders.plan_formats.messages import message_schema, read_event
from loaders.plan_formats.rules import Converted, Event, events_of, key_of, note_extensions, plan_of
from loaders.plan_formats.schemas import without_extensions

_CALLS = ("track", "identify", "group", "page", "screen")
_FIELDS = {"name", "eventType", "description", "version", "rules"}
_THEIRS = {"id", "categoryId", "workspaceId", "createdBy", "updatedBy", "createdAt", "updatedAt", "identitySection"}
"""What the server says of an event for itself; where the traits stand, the schema says too."""


def exported(plan: Mapping[str, Any]) -> Converted:
    """Return RudderStack's document of our plan, and what it cannot say."""
    notes: list[str] = []
    events = [_their_event(event, notes) for event in events_of(plan, notes)]
    return Converted({"name": plan.get("name", ""), "rules": {"events": events}}, tuple(notes))


def _their_event(event: Event, notes: list[str]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    body = without_extensions(event.body, found)
    event = event._replace(definitions=without_extensions(event.definitions, found))
    note_extensions(notes, event.key, found)
    theirs = {"name": event.event, "eventType": event.call, "description": event.about, "version": event.version}
    return {name: value for name, value in theirs.items() if value is not None} | {
        "rules": message_schema(event, body, {})
    }


def imported(document: Any) -> Converted:
    """Return our plan of RudderStack's document. Raises `PlanInvalid` with every fault at once."""
    faults: list[str] = []
    notes: list[str] = []
    if not isinstance(document, Mapping):
        raise PlanInvalid("of RudderStack", ["must be a JSON object with `name` and `rules`"])
    rules = document.get("rules", document)
    listed = rules.get("events") if isinstance(rules, Mapping) else None
    if not isinstance(listed, list):
        raise PlanInvalid(
            "of RudderStack", ["`rules.events` must be a list of events; export the plan with its schemas"]
        )
    older = [
        {"name": "", "eventType": call, "rules": rules[call]}
        for call in _CALLS
        if call != "track" and isinstance(rules.get(call), Mapping)
    ]
    events = [
        (place, event)
        for place, one in _placed(listed, older)
        if (event := _our_event(one, place, faults, notes)) is not None
    ]
    plan = plan_of(document.get("display_name", document.get("name")), events, faults)
    if faults:
        raise PlanInvalid("of RudderStack", faults)
    return Converted(plan, tuple(notes))


def _placed(listed: list[Any], older: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    return [
        *((f"event {number} ({_name(one)})", one) for number, one in enumerate(listed, 1)),
        *((f"`rules.{one['eventType']}`", one) for one in older),
    ]


def _name(one: Any) -> str:
    return str((one.get("name") or one.get("eventType") or "no name") if isinstance(one, Mapping) else "no event")


def _our_event(one: Any, place: str, faults: list[str], notes: list[str]) -> Event | None:
    if not isinstance(one, Mapping):
        faults.append(f"{place}: must be an object with `name`, `eventType` and `rules`")
        return None
    call, name = one.get("eventType", "track"), one.get("name") or ""
    found = [f"unknown field {field!r}; take it out" for field in one if field not in _FIELDS | _THEIRS]
    if call not in _CALLS:
        found.append(f"`eventType` is {call!r}; it must be one of {', '.join(_CALLS)}")
    if not isinstance(name, str) or (call == "track" and not name):
        found.append("`name` must name the event")
    found += [
        f"`{field}` must be a text" for field in ("description", "version") if not isinstance(one.get(field, ""), str)
    ]
    if "rules" not in one:
        found.append("`rules` must be its JSON Schema; export the plan with its schemas")
    faults += [f"{place}: {fault}" for fault in found]
    if found:
        return None
    if call != "track" and name:
        notes.append(f"{place}: a {call} has no name there; {name!r} is left out")
    event = Event(
        key=key_of(call, name),
        call=call,
        event=name if call == "track" else "",
        about=one.get("description") or None,
        version=one.get("version"),
        body={},
        definitions={},
    )
    return read_event(event, one["rules"], place, faults)
