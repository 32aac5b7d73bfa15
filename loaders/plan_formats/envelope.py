"""What every message has beside its traits or properties, as a draft-07 JSON Schema: the one that our plans have."""

from collections.abc import Mapping
from typing import Any

TRAITS, PROPERTIES = "traits", "properties"

_SENT = ("identify", "group", "track", "page")
_INSTANT = {"type": "string", "format": "date-time", "minLength": 24, "maxLength": 24}
_ID = {"type": "string", "minLength": 1, "maxLength": 200}
_WHO = {**_ID, "pattern": r"\S"}
_NETWORK = {"type": "string", "x-pii": "network"}
_SAME = ("timestamp", "originalTimestamp", "channel", "context")
_OWN: Mapping[str, tuple[str, ...]] = {
    "identify": ("userId",),
    "group": ("userId", "groupId"),
    "track": ("event",),
    "page": ("name",),
    "screen": ("name",),
}
_SHAPES = {"groupId": _ID, "event": {"type": "string", "minLength": 1}, "name": {"type": "string", "minLength": 1}}


def section_of(call: str) -> str:
    """Return where messages of that call hold what is told: `traits` or `properties`."""
    return TRAITS if call in ("identify", "group") else PROPERTIES


def enveloped(call: str, body: Mapping[str, Any], *, in_context: bool = False) -> dict[str, Any]:
    """Return the schema of the whole message whose traits or properties have that schema.

    `in_context`: the plan reads the traits in `context.traits`. Our messages hold the same in both places, so that they
    are looked at in one, and the other is only named.
    """
    section, own = section_of(call), _OWN[call]
    context: dict[str, Any] = {"ip": _NETWORK, "userAgent": _NETWORK}
    if in_context:
        context[TRAITS] = {"type": "object"}
    schema: dict[str, Any] = {
        "type": "object",
        "required": ["type", "messageId", *own, *_SAME, section, "integrations"],
        "additionalProperties": False,
        "properties": {
            "type": {"enum": list(_SENT) if call in _SENT else [call]},
            "messageId": {"type": "string", "minLength": 36, "maxLength": 36},
            "userId": _WHO,
            "anonymousId": _WHO,
            "timestamp": _INSTANT,
            "originalTimestamp": _INSTANT,
            "channel": {"const": "server"},
            "context": {"type": "object", "required": ["library"], "properties": context},
            "integrations": {"type": "object", "required": ["All"], "additionalProperties": {"type": "boolean"}},
            **{name: _SHAPES[name] for name in own if name in _SHAPES},
            section: dict(body),
        },
    }
    if "userId" not in own:
        schema["anyOf"] = [{"required": ["userId"]}, {"required": ["anonymousId"]}]
    return schema


def body_of(call: str, schema: Mapping[str, Any]) -> Any:
    """Return the schema of the traits or properties of that message; anything, where it says nothing of them."""
    return _of(schema.get("properties")).get(section_of(call), {})


def reads_context(schema: Mapping[str, Any]) -> bool:
    """Tell whether the plan reads the traits in `context.traits`."""
    context = _of(_of(schema.get("properties")).get("context"))
    return TRAITS in _of(context.get("properties"))


def is_usual(call: str, schema: Mapping[str, Any]) -> bool:
    """Tell whether the schema says no more of the message than its body and what every message has."""
    body = body_of(call, schema)
    return isinstance(body, Mapping) and schema == enveloped(call, body, in_context=reads_context(schema))


def _of(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
