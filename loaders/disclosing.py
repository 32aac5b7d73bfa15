"""Policies made ready for a rule: what is done to its drafts, and the schemas of a message before and after.

What is dropped is not looked at. All else must hold to the plan as it was read, and to the rewritten schema as it
leaves.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from loaders.personal import Parts, class_of, parts
from mappers.disclosure import (
    ITEM,
    OTHER,
    Action,
    Disclosure,
    Path,
    Policies,
    Policy,
    drop,
    fields,
    items,
    pseudonym,
    truncated,
    year,
)

_LEAVING: Mapping[Policy, Mapping[str, Any]] = {
    "hmac": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "truncate": {"type": "string"},
    "year": {"type": "string", "pattern": "^[0-9]{4}$"},
}
_OF_THE_WHOLE = frozenset(
    {"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "enum", "const", "dependencies", "propertyNames"}
    | {"minProperties", "patternProperties", "minItems", "uniqueItems", "contains"}
)
"""What a schema asks of a value as a whole: it was held against that as it was read."""


class Ready(NamedTuple):
    """What is done to a rule's drafts, the schema that messages hold to before it, and the one they hold to after."""

    disclosure: Disclosure
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class _Field(NamedTuple):
    """What is done to a field's values, if anything is, and its schemas; `after` is None where nothing leaves."""

    action: Action | None
    before: Any
    after: Any


def ready(schema: Mapping[str, Any], body: str, policies: Policies, key: bytes) -> Ready | None:
    """Return the policies made ready, None where none is about the rule. `body` is `traits` or `properties`.

    The schema stays as it is: by the anchors of the plan's file, parts of many rules are one object.
    """
    making = _Making(policies, {"hmac": pseudonym(key), "truncate": truncated, "year": year})
    named = parts(schema).named
    found = {name: making.field(_mapping(named.get(name)), (name,)) for name in (body, "context")}
    changed = {name: one for name, one in found.items() if one.action}
    if not changed:
        return None
    before = {name: one.before for name, one in changed.items()}
    after = {name: one.after for name, one in changed.items()}
    return Ready(
        Disclosure(found[body].action, found["context"].action),
        {**schema, "properties": {**named, **before}},
        {**schema, "properties": {**named, **after}},
    )


class _Making:
    """Makes fields of their schemas."""

    def __init__(self, policies: Policies, actions: Mapping[Policy, Action]) -> None:
        self._policies, self._actions = policies, actions

    def field(self, schema: Any, path: Path) -> _Field:
        policy = self._policies.of(path, class_of(schema))
        if policy == "drop":
            return _Field(drop, {} if schema is not False else False, None)
        if policy != "send":
            return _Field(self._actions[policy], schema, _LEAVING[policy])
        if not isinstance(schema, Mapping):
            return _Field(None, schema, schema)
        found = parts(schema)
        if found.items is not None:
            return _array(schema, self.field(found.items, (*path, ITEM)))
        named = {name: self.field(one, (*path, name)) for name, one in self._named(found, path).items()}
        return _object(schema, named, self.field(found.others, (*path, OTHER)))

    def _named(self, found: Parts, path: Path) -> Mapping[str, Any]:
        """Return the fields that have a name: also traits that leave though this rule does not name them."""
        allowed = self._policies.traits
        if path != ("traits",) or allowed is None or found.others is False:
            return found.named
        return {**dict.fromkeys(sorted(allowed), found.others), **found.named}


def _object(schema: Mapping[str, Any], named: Mapping[str, _Field], others: _Field) -> _Field:
    if not any(one.action for one in (*named.values(), others)):
        return _Field(None, schema, schema)
    gone = {name for name, one in named.items() if one.after is None}
    required = [name for name in schema.get("required", ()) if (named.get(name) or others).after is not None]
    before = {
        **schema,
        "properties": {name: one.before for name, one in named.items()},
        "additionalProperties": others.before,
        "required": required,
    }
    after = {
        **{keyword: value for keyword, value in schema.items() if keyword not in _OF_THE_WHOLE},
        "properties": {name: one.after for name, one in named.items() if name not in gone},
        "additionalProperties": others.after is not None and others.after,
        "required": required,
    }
    action = fields({name: one.action for name, one in named.items()}, others.action)
    return _Field(action, before, after)


def _array(schema: Mapping[str, Any], item: _Field) -> _Field:
    if item.action is None:
        return _Field(None, schema, schema)
    if item.after is None:
        return _Field(drop, {}, None)
    after = {keyword: value for keyword, value in schema.items() if keyword not in _OF_THE_WHOLE}
    return _Field(items(item.action), {**schema, "items": item.before}, {**after, "items": item.after})


def _mapping(schema: Any) -> Mapping[str, Any]:
    return schema if isinstance(schema, Mapping) else {}
