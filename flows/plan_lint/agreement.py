"""Mappers against plan: fields that are required and never filled, filled and not planned, or of another type."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flows.plan_lint.finding import Finding, Level
from loaders.plan import Rule
from loaders.plan_formats.breaches import breaches
from loaders.plan_formats.envelope import body_of, section_of
from mappers.messages import Json


def disagreements(rule: Rule, messages: Sequence[Mapping[str, Json]]) -> Iterator[Finding]:
    """Yield what will go wrong with the messages of a rule, and what they tell that the plan does not know."""
    found = breaches(rule.schema, messages)
    place = f"rule {rule.key}"
    for breach in sorted(set().union(*found)):
        always = all(breach in one for one in found)
        cost = "every message is a dead letter" if always else "some messages are dead letters"
        if breach.kind == "required" and always:
            yield Finding(
                Level.WRONG, place, f"`{breach.place}` is required, and no mapper fills it: {cost}",
                "fill it in the mapper, or do not require it",
            )  # fmt: skip
        elif breach.kind == "unknown":
            yield Finding(
                Level.WRONG, place, f"the mapper fills `{breach.place}`, which the plan does not allow: {cost}",
                "plan the field, or allow for additional ones",
            )  # fmt: skip
        elif breach.kind == "type":
            yield Finding(
                Level.WRONG, place, f"the types of `{breach.place}` cannot agree: {breach.what}: {cost}",
                "give the field the type that the mapper gives",
            )  # fmt: skip
    unplanned = sorted({name for message in messages for name in _unplanned(rule, message)})
    if unplanned:
        yield Finding(
            Level.HINT, place, f"the mapper fills what the plan does not know: {', '.join(unplanned)}",
            "it is sent, since additional fields are allowed; plan it, so that it is checked",
        )  # fmt: skip


def _unplanned(rule: Rule, message: Mapping[str, Json]) -> Iterator[str]:
    """Yield the fields of the message's body that an open schema does not name."""
    section = section_of(rule.call)
    yield from _unnamed(body_of(rule.call, rule.schema), message[section], section)


def _unnamed(schema: Any, value: Json, place: str) -> Iterator[str]:
    if not isinstance(schema, Mapping) or "$ref" in schema:
        return
    if isinstance(value, list):
        for one in value:
            yield from _unnamed(schema.get("items"), one, f"{place}[]")
    elif isinstance(value, Mapping) and schema.get("additionalProperties", True) is True:
        known = schema.get("properties", {})
        yield from (f"{place}.{name}" for name in value if name not in known)
    if isinstance(value, Mapping):
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from _unnamed(inner, value[name], f"{place}.{name}")
