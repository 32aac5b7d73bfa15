"""A rudder-cli project as it is read: its specs by kind, and the events that its tracking plan has of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.plan_formats.catalog_shapes import KINDS, shape_faults
from loaders.plan_formats.catalog_types import schema_of
from loaders.plan_formats.rules import Event, key_of

_LISTS = {"events": "events", "properties": "properties", "custom-types": "types"}
_PLAN, _CATEGORIES = "tracking-plan", "categories"
_TRAITS = {"identify": ("traits", "context.traits"), "group": ("traits",)}


class Reading:
    """The specs read so far; `faults` is every reason against them, `notes` what our plan cannot say."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.notes: list[str] = []
        self._entries: dict[str, dict[str, Mapping[str, Any]]] = {kind: {} for kind in _LISTS}
        self._plans: list[Mapping[str, Any]] = []

    @property
    def name(self) -> Any:
        """Return the plan's name for people."""
        return self._plans[0]["display_name"] if self._plans else None

    def add(self, spec: Any, place: str) -> None:
        """Take in one spec of the project."""
        kind = spec.get("kind") if isinstance(spec, Mapping) else None
        if not isinstance(spec, Mapping) or not isinstance(kind, str) or "spec" not in spec:
            self.faults.append(f"{place}: must be a mapping with `version`, `kind` and `spec`")
        elif spec.get("version") != "rudder/v1":
            self.faults.append(f"{place}: `version` is {spec.get('version')!r}; it must be rudder/v1 or rudder/v0.1")
        elif kind in KINDS:
            self._take(kind, spec["spec"], place)
        elif kind != _CATEGORIES:
            self.notes.append(f"{place}: a {kind} is no part of a tracking plan; it is left out")

    def _take(self, kind: str, inner: Any, place: str) -> None:
        faults = shape_faults(kind, inner, place)
        self.faults += faults
        if faults:
            return
        if kind == _PLAN:
            self._plans.append(inner)
            return
        for entry in inner[_LISTS[kind]]:
            if entry["id"] in self._entries[kind]:
                self.faults.append(f"{place}: `id` {entry['id']!r} stands twice among the {kind}; rename one")
            self._entries[kind][entry["id"]] = entry

    def events(self) -> list[tuple[str, Event]]:
        """Return the events of the one tracking plan, each with its place; none where a spec has a fault."""
        if self.faults:
            return []
        if len(self._plans) != 1:
            self.faults.append(f"there are {len(self._plans)} tracking plans in it; leave the one to import")
            return []
        if self._plans[0].get("description"):
            self.notes.append("the plan's description cannot be said")
        rules = enumerate(self._plans[0].get("rules", []), 1)
        found = [self._event(rule, f"rule {number} ({rule['id']})") for number, rule in rules]
        return [one for one in found if one is not None]

    def _event(self, rule: Mapping[str, Any], place: str) -> tuple[str, Event] | None:
        entry = self._referred("events", rule["event"], place)
        if entry is None:
            return None
        call, name = entry["event_type"], entry.get("name", "")
        if call == "track" and not name:
            self.faults.append(f"{place}: event {entry['id']} must have a `name`, since it is a track")
        section = rule.get("identity_section")
        if section and section not in _TRAITS.get(call, ("properties",)):
            self.faults.append(f"{place}: `identity_section` is {section!r}, where a {call} is not told; take it out")
        if call != "track" and name:
            self.notes.append(f"{place}: a {call} has no name there; {name!r} is left out")
        if entry.get("category"):
            self.notes.append(f"{place}: the category of event {entry['id']} cannot be said")
        body = {"type": "object", **self._object(rule.get("properties", []), place)}
        body["additionalProperties"] = rule.get("additional_properties", False)
        about = entry.get("description") or None
        event = Event(key_of(call, name), call, name if call == "track" else "", about, None, body, {})
        return place, event._replace(in_context=section == "context.traits")

    def _referred(self, kind: str, reference: str, place: str) -> Mapping[str, Any] | None:
        word, _, name = reference.removeprefix("#").partition(":")
        entry = self._entries[kind].get(name)
        if entry is None:
            self.faults.append(f"{place}: there is no {word} {name!r}; add it to the {kind}")
        return entry

    def _object(
        self, references: Sequence[Mapping[str, Any]], place: str, within: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Return the part of an object's schema that those references say; `within` are the types round it."""
        properties: dict[str, Any] = {}
        required = []
        for reference in references:
            entry = self._referred("properties", reference["property"], place)
            if entry is None:
                continue
            name = entry["name"]
            properties[name] = self._property(entry, reference, f"{place}, {name}", within)
            required += [name] if reference.get("required") else []
        return {"properties": properties} | ({"required": required} if required else {})

    def _property(
        self, entry: Mapping[str, Any], reference: Mapping[str, Any], place: str, within: tuple[str, ...]
    ) -> dict[str, Any]:
        schema = self._value(entry, place, within)
        nested = self._object(reference["properties"], place, within) if reference.get("properties") else {}
        if "additional_properties" in reference:
            nested["additionalProperties"] = reference["additional_properties"]
        if nested and "array" in (entry.get("type"), *entry.get("types", ())):
            schema["items"] = {"type": "object", **schema.get("items", {}), **nested}
            return schema
        return schema | nested

    def _value(self, entry: Mapping[str, Any], place: str, within: tuple[str, ...]) -> dict[str, Any]:
        """Return the schema of a property or a type, with the types that it refers to."""
        schema = schema_of({field: value for field, value in entry.items() if not _is_type(value)})
        if _is_type(entry.get("type")):
            schema = self._type(entry["type"], place, within) | schema
        if _is_type(entry.get("item_type")):
            schema["items"] = self._type(entry["item_type"], place, within)
        return schema

    def _type(self, reference: str, place: str, within: tuple[str, ...]) -> dict[str, Any]:
        if reference in within:
            self.faults.append(f"{place}: {reference} holds itself, which cannot be told here; take one out")
            return {}
        entry = self._referred("custom-types", reference, place)
        if entry is None:
            return {}
        inner = (*within, reference)
        nested = self._object(entry["properties"], place, inner) if entry.get("properties") else {}
        return self._value(entry, place, inner) | nested


def _is_type(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("#custom-type:")
