"""rudder-cli's project: YAML files of events, properties, types and one tracking plan that refers to them.

Source: rudderlabs/rudder-iac, cli/internal/providers/datacatalog (localcatalog/tracking_plan.go, model_v1.go, rules/):
`version: rudder/v1`, kinds `events`, `properties`, `custom-types` and `tracking-plan`, references as `#property:email`,
`additional_properties` that is false where it is absent. Projects of `rudder/v0.1` have the kind `tp` and references as
`#/properties/group/email`; they are read too. Types are read into the properties that have them.
"""

import re
from collections.abc import Mapping
from typing import Any

from loaders.errors import PlanInvalid
from loaders.plan_formats.catalog_reading import Reading
from loaders.plan_formats.catalog_writing import Catalog
from loaders.plan_formats.rudder_cli_legacy import as_v1
from loaders.plan_formats.rules import FIRST_VERSION, Converted, Event, events_of, note_extensions, plan_of
from loaders.plan_formats.schemas import without_extensions

VERSION = "rudder/v1"
_LONGEST_EVENT = 64
_TOLD = ("type", "properties", "required", "additionalProperties")


def exported(plan: Mapping[str, Any]) -> Converted:
    """Return the specs of a rudder-cli project by the names of their files, and what they cannot say of our plan."""
    notes: list[str] = []
    catalog = Catalog(notes)
    events: list[dict[str, Any]] = []
    rules: list[dict[str, Any]] = []
    for event in events_of(plan, notes):
        if len(event.event) > _LONGEST_EVENT:
            notes.append(f"rule {event.key}: an event's name has at most {_LONGEST_EVENT} characters; it is left out")
            continue
        events.append(_their_event(event))
        rules.append(_their_rule(event, catalog, notes))
    name = str(plan.get("name", "")) or "plan"
    group = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "plan"
    specs: dict[str, dict[str, Any]] = {"events": {"events": events}, "properties": {"properties": catalog.properties}}
    if catalog.types:
        specs["custom-types"] = {"types": catalog.types}
    specs["tracking-plan"] = {"id": group, "display_name": _display_name(name, notes), "rules": rules}
    written = {
        f"{kind}.yaml": {"version": VERSION, "kind": kind, "metadata": {"name": group}, "spec": spec}
        for kind, spec in specs.items()
    }
    return Converted(written, tuple(notes))


def _display_name(name: str, notes: list[str]) -> str:
    """Return a name that rudder-cli takes (rules/constants.go: a letter, then 2 to 64 plain characters)."""
    plain = re.sub(r"[^\w ,.-]", "", name, flags=re.ASCII).strip()[:65].strip()
    plain = plain if re.match(r"[A-Za-z_]", plain) else f"Plan {plain}".strip()
    plain = plain if len(plain) > 2 else f"{plain} plan"  # noqa: PLR2004  # see above
    if plain != name:
        notes.append(f"the plan's name {name!r} cannot be said in rudder-cli YAML; it is {plain!r} there")
    return plain


def _their_event(event: Event) -> dict[str, Any]:
    about = {"description": event.about} if event.about else {}
    name = {"name": event.event} if event.event else {}
    return {"id": _id(event), **name, "event_type": event.call, **about}


def _their_rule(event: Event, catalog: Catalog, notes: list[str]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    body = without_extensions(event.body, found)
    note_extensions(notes, event.key, found)
    place = f"rule {event.key}"
    unsaid = [f"`{word}`" for word in body if word not in _TOLD]
    unsaid += ["what is said of the rest of the message"] if event.beside else []
    unsaid += [f"`version: {event.version}`"] if event.version not in (None, FIRST_VERSION) else []
    extra = body.get("additionalProperties", True)
    if isinstance(extra, Mapping):
        unsaid.append("a schema in `additionalProperties`")
    notes += [f"{place}: {what} cannot be said in rudder-cli YAML" for what in unsaid]
    rule: dict[str, Any] = {"type": "event_rule", "id": f"{_id(event)}_rule", "event": f"#event:{_id(event)}"}
    if event.call in ("identify", "group"):
        rule["identity_section"] = "context.traits" if event.in_context else "traits"
    rule["additional_properties"] = bool(extra) or isinstance(extra, Mapping)
    references = catalog.references(body, place)
    return rule | ({"properties": references} if references else {})


def _id(event: Event) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", lambda found: f"u{ord(found[0]):x}", event.key)


def imported(specs: Mapping[str, Any]) -> Converted:
    """Return our plan of a project's specs by their places. Raises `PlanInvalid` with every fault at once."""
    reading = Reading()
    for place, spec in specs.items():
        reading.add(as_v1(spec), place)
    events = reading.events()
    plan = plan_of(reading.name, events, reading.faults)
    if reading.faults:
        raise PlanInvalid("of rudder-cli", reading.faults)
    return Converted(plan, tuple(reading.notes))
