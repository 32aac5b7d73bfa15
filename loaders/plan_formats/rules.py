"""What a rule of ours and an event of a plan elsewhere have in common, and what becomes of the rest."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from loaders.plan_formats.envelope import body_of, enveloped, is_usual, reads_context
from mappers.accounts import IDENTIFY
from mappers.memberships import GROUP
from mappers.web_log import PAGE

FIRST_VERSION = "1-0-0"
_DEFINED = ("definitions", "$defs")
_SENT_AS = {"identify": IDENTIFY, "group": GROUP, "page": PAGE}
"""The keys of calls that have one rule and no name elsewhere: those of the streams that send them."""

_NAMED = {"page": "Page View", "screen": "Screen View"}
"""The names of calls that must have one here and have none elsewhere."""


class Converted(NamedTuple):
    """A document in another format, and what that cannot say, for people."""

    document: Any
    notes: tuple[str, ...]


class Event(NamedTuple):
    """One event of a plan, as all formats have it. `body` is the schema of its traits or properties.

    `definitions` are what its `$ref`s point at, `beside` a schema of what else is said of the message. `in_context`:
    the plan reads the traits in `context.traits`. `event` is empty where the call has no name; `key` is our rule's.
    """

    key: str
    call: str
    event: str
    about: str | None
    version: str | None
    body: Mapping[str, Any]
    definitions: Mapping[str, Any]
    beside: Mapping[str, Any] | None = None
    in_context: bool = False


def events_of(plan: Mapping[str, Any], notes: list[str]) -> list[Event]:
    """Return the events of our plan that can be told elsewhere, and note what of them cannot."""
    events: list[Event] = []
    told: dict[str, str] = {}
    for row in sorted(plan["rules"], key=lambda row: not _is_sent(row)):
        call, place = row["call"], f"rule {row['key']}"
        if call == "alias":
            notes.append(f"{place}: an alias cannot be said; it is left out")
        elif call != "track" and call in told:
            notes.append(f"{place}: there can be one rule of {call}, which is {told[call]}; it is left out")
        else:
            told[call] = row["key"]
            notes += [f"{place}: {what}" for what in _unsaid(row)]
            events.append(_event(row))
    order = {row["key"]: number for number, row in enumerate(plan["rules"])}
    return sorted(events, key=lambda event: order[event.key])


def _is_sent(row: Mapping[str, Any]) -> bool:
    return bool(row["status"] == "active" and row.get("source", "database") == "database")


def _event(row: Mapping[str, Any]) -> Event:
    call, schema = row["call"], row["schema"]
    return Event(
        key=row["key"],
        call=call,
        event=row["event"] if call == "track" else "",
        about=row.get("about"),
        version=row.get("version"),
        body=body_of(call, schema),
        definitions={name: schema[name] for name in _DEFINED if name in schema},
        beside=schema["allOf"][0] if len(schema.get("allOf", ())) == 1 else None,
        in_context=reads_context(schema),
    )


def _unsaid(row: Mapping[str, Any]) -> list[str]:
    call, schema = row["call"], row["schema"]
    unsaid = []
    if row.get("aliases"):
        unsaid.append("`aliases` cannot be said")
    if row["status"] != "active":
        unsaid.append(f"`status: {row['status']}` cannot be said; an event there is one that is sent")
    if row.get("source", "database") != "database":
        unsaid.append(f"`source: {row['source']}` cannot be said")
    name = row.get("event")
    if call != "track" and name and name != _NAMED.get(call):
        unsaid.append(f"`event: {name}` cannot be said, since a {call} has no name there")
    if row["key"] != key_of(call, name or ""):
        unsaid.append(f"its key cannot be said; it would come back as {key_of(call, name or '')}")
    usual = {keyword: value for keyword, value in schema.items() if keyword not in _DEFINED}
    if len(schema.get("allOf", ())) == 1:
        del usual["allOf"]
    if not is_usual(call, usual):
        unsaid.append("what its schema says beside the traits or properties cannot be said")
    return unsaid


def key_of(call: str, event: str) -> str:
    """Return the key of an event: its name in snake case; of a call without names, that of the stream that sends it."""
    if call != "track":
        return _SENT_AS.get(call, call)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", event)
    return re.sub(r"[\W_]+", "_", words).strip("_").lower()


def plan_of(name: Any, events: Sequence[tuple[str, Event]], faults: list[str]) -> dict[str, Any]:
    """Return our plan of those events, each with its place in the document; what stands in the way is a fault."""
    if not isinstance(name, str) or not name:
        faults.append("`name` must name the plan")
    keys: dict[str, str] = {}
    for place, event in events:
        if not event.key:
            faults.append(f"{place}: no key can be made of the name {event.event!r}; give it a letter or a digit")
        elif event.key in keys:
            faults.append(f"{place}: its key {event.key!r} is that of {keys[event.key]} too; rename or merge them")
        keys.setdefault(event.key, place)
    if not events and not faults:
        faults.append("there is no event in it")
    return {"name": name, "version": FIRST_VERSION, "rules": [_row(event) for _, event in events]}


def _row(event: Event) -> dict[str, Any]:
    schema = enveloped(event.call, event.body, in_context=event.in_context) | dict(event.definitions)
    if event.beside:
        schema["allOf"] = [event.beside]
    name = event.event or _NAMED.get(event.call)
    row: dict[str, Any] = {"key": event.key, "call": event.call, "event": name, "status": "active"}
    row |= {"version": event.version, "about": event.about, "schema": schema}
    return {field: value for field, value in row.items() if value is not None}


def note_extensions(notes: list[str], key: str, found: Mapping[str, Iterable[str]]) -> None:
    """Note the keywords that a rule's schema had of its own."""
    notes += [f"rule {key}: `{keyword}` of {', '.join(places)} cannot be said" for keyword, places in found.items()]
