"""The last look at a message before it may be sent: the plan's schema, clean JSON, and its size.

Violations carry RudderStack's own names (rudder-transformer, event validation): Required-Missing, Datatype-Mismatch,
Additional-Properties, Unknown-Violation, Unplanned-Event. Their detail names the place, never the value.
"""

from collections.abc import Mapping
from typing import NamedTuple

import jsonschema_rs
import orjson

from loaders.plan import Rule
from mappers.messages import Json

MAX_EVENT_BYTES = 32_768
"""One event's limit, in bytes (RudderStack's and Segment's documentation: 32 KB a call)."""

_NUL, _BACKSLASH = b"\\u0000", b"\\\\"
"""As JSON has them. The gateway strips NUL before it stores (rudder-server, jobsdb/jobsdb_store.go)."""

_NAMES = {
    "required": "Required-Missing",
    "anyOf": "Required-Missing",  # the plan's only anyOf: user id or anonymous id
    "type": "Datatype-Mismatch",
    "additionalProperties": "Additional-Properties",
}


class Violation(NamedTuple):
    """Why a message may not be sent: RudderStack's name for it, and where."""

    name: str
    detail: str


def encoded(rule: Rule, message: Mapping[str, Json]) -> bytes | Violation:
    """Return the message as JSON, or the first reason why it may not be sent."""
    try:
        body = orjson.dumps(message, option=orjson.OPT_STRICT_INTEGER)
    except orjson.JSONEncodeError as error:
        return Violation("Not-Encodable", str(error))
    if not rule.validator.is_valid(message):
        return _violation(next(iter(rule.validator.iter_errors(message))))
    if _NUL in body and _NUL in body.replace(_BACKSLASH, b""):
        return Violation("Not-Encodable", "a text holds NUL, which the data plane would leave out")
    if len(body) > MAX_EVENT_BYTES:
        return Violation("Event-Too-Large", f"{len(body)} bytes, at most {MAX_EVENT_BYTES}")
    return body


def violations(rule: Rule, message: Mapping[str, Json]) -> list[Violation]:
    """Return every reason why the message may not be sent; of one that is not clean JSON, the first."""
    first = encoded(rule, message)
    if isinstance(first, bytes):
        return []
    if first.name == "Not-Encodable":
        return [first]
    return [_violation(error) for error in rule.validator.iter_errors(message)] or [first]


def _violation(error: jsonschema_rs.ValidationError) -> Violation:
    keyword = error.kind.name
    path = ".".join(str(part) for part in error.instance_path) or "message"
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        path = f"{path}.{error.kind.property}"
    return Violation(_NAMES.get(keyword, "Unknown-Violation"), f"{path}: {keyword}")
