"""Standard names that must keep their meaning: destinations read `createdAt` or `address` in one way only.

Source: RudderStack's event specification (identify, group and track), whose fields are the types of `mappers.messages`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, get_type_hints, is_typeddict

from flows.plan_lint.finding import Finding, Level
from loaders.plan import Rule
from loaders.plan_formats.envelope import body_of, section_of
from mappers.by_hand import plain
from mappers.messages import GroupTraits, Properties, Traits

_STANDARD: Mapping[str, Any] = {"identify": Traits, "group": GroupTraits, "track": Properties}
_JSON: Mapping[Any, tuple[str, ...]] = {str: ("string",), int: ("integer", "number"), float: ("number", "integer")}


def misused(rule: Rule) -> Iterator[Finding]:
    """Yield the standard names that the rule gives another type, and names that differ in their spelling alone."""
    body = body_of(rule.call, rule.schema)
    named = body.get("properties", {}) if isinstance(body, Mapping) else {}
    place, section = f"rule {rule.key}", section_of(rule.call)
    standard = get_type_hints(_STANDARD[rule.call]) if rule.call in _STANDARD else {}
    for name, kind in standard.items():
        wanted, said = ("object",) if is_typeddict(kind) else _JSON[kind], _types(named.get(name))
        if said and not set(said) & set(wanted):
            yield Finding(
                Level.WRONG, place, f"`{section}.{name}` is here {' or '.join(said)}, and by its standard {wanted[0]}",
                "give it its standard type, or another name",
            )  # fmt: skip
    spellings = defaultdict(list)
    for name in named:
        spellings[plain(name)].append(name)
    for names in spellings.values():
        if len(names) > 1:
            yield Finding(
                Level.WRONG, place, f"`{section}` has {' and '.join(names)}: a warehouse makes one column of them",
                "keep one spelling",
            )  # fmt: skip


def _types(schema: Any) -> list[str]:
    said = schema.get("type") if isinstance(schema, Mapping) else None
    return [said] if isinstance(said, str) else [kind for kind in said or () if kind != "null"]
