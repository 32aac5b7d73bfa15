"""The plan's rule of a message by hand: that of its call, or of its event; and what a breach of it asks for."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from flows.sending.forms import Action, Track
from loaders.check import Violation
from loaders.plan import Rule, TrackingPlan
from mappers.by_hand import RULES

_NEAR = 5

_CURES: Mapping[str, str] = {
    "Required-Missing": "fill it in",
    "Datatype-Mismatch": "give another kind of value",
    "Not-Encodable": "give plain text, and whole numbers below 2^53",
    "Event-Too-Large": "leave something out",
}


def rule_of(plan: TrackingPlan, action: Action) -> Rule | str:
    """Return the rule, or why there is none: what a person typed is not repeated, as it may be anything."""
    if not isinstance(action, Track):
        key = RULES[action.call]
        missing = f"the tracking plan has no active rule {key}: take it over from the plan that came with this version"
        rule = plan.rules.get(key)
        return rule if rule and rule.status == "active" else missing
    tracks = [rule for rule in plan.rules.values() if rule.call == "track"]
    found = [rule for rule in tracks if action.event in (rule.event, *rule.aliases)]
    active = [rule for rule in tracks if rule.status == "active"]
    if found and found[0] not in active:
        return f"event: the tracking plan has {found[0].event} as {found[0].status}, and only what is active is sent"
    names = [name for rule in active for name in (rule.event, *rule.aliases)]
    return found[0] if found else f"event: the tracking plan has no such event; {_nearest(action.event, names)}"


def _nearest(event: str, names: list[str]) -> str:
    folded = {name.casefold(): name for name in names}
    near = [folded[name] for name in get_close_matches(event.casefold(), folded, _NEAR)]
    return f"near it are {', '.join(near)}" if near else f"it has {', '.join(names)}"


def fault(rule: Rule, violation: Violation) -> str:
    """Return what the plan refuses, where, and the cure."""
    place = violation.detail.partition(":")[0]
    if violation.name == "Additional-Properties" or violation.detail.endswith(": falseSchema"):
        cure = f"the plan has nothing there but {', '.join(_fields(rule.schema, place)) or 'no field at all'}"
    else:
        cure = _CURES.get(violation.name, "give a value that the plan allows for")
    return f"{violation.name} at {violation.detail}; {cure}"


def _fields(schema: Mapping[str, Any], place: str) -> list[str]:
    for part in place.split("."):
        schema = schema.get("properties", {}).get(part, {})
    return sorted(schema.get("properties", {}))
