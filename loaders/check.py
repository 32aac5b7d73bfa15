"""The last look at a message before it may be sent: the plan's schema, clean JSON, and its size.

Violations carry RudderStack's own names (rudder-transformer, src/util/eventValidation.js): Required-Missing,
Datatype-Mismatch, Additional-Properties, Unknown-Violation, Unplanned-Event. Their detail names the place, never the
value. What is wrong within the branches of an anyOf or oneOf is told before it, as ajv tells it.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import orjson
from jsonschema_rs import ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from loaders.formats import FORMAT_OF
from loaders.plan import Rule
from mappers.messages import Json

MAX_EVENT_BYTES = 32_767
"""One event's limit, in bytes: RudderStack's documentation says 32 KB a call, Segment's less than 32 KB."""

_NUL, _BACKSLASH = b"\\u0000", b"\\\\"
"""As JSON has them. The gateway strips NUL before it stores (rudder-server, jobsdb/jobsdb_store.go)."""

_NAMES = {
    "required": "Required-Missing",
    "type": "Datatype-Mismatch",
    "additionalProperties": "Additional-Properties",
}
_TWICE = 2


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
        return next(_violations(next(iter(rule.validator.iter_errors(message)))))
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
    return [one for error in rule.validator.iter_errors(message) for one in _violations(error)] or [first]


def _violations(error: ValidationError) -> Iterator[Violation]:
    kind, keyword = error.kind, error.kind.name
    path = ".".join(str(part) for part in error.instance_path) or "message"
    for part in _within(kind):
        yield from _violations(part)
    if isinstance(kind, Kind.Required):
        path = f"{path}.{kind.property}"
        keyword = str(error.schema_path[-1])  # of `dependencies`, which RudderStack has no name for
    elif isinstance(kind, Kind.Pattern) and kind.pattern in FORMAT_OF:
        keyword = "format"
    elif isinstance(kind, Kind.FalseSchema):
        keyword = str(error.schema_path[-1])  # of `additionalProperties`, where the plan has none
    yield Violation(_NAMES.get(keyword, "Unknown-Violation"), f"{path}: {keyword}")


def _within(kind: Kind) -> Iterator[ValidationError]:
    """Yield the errors that make up an error; ajv looks at no branch after the second that holds."""
    if isinstance(kind, Kind.PropertyNames):
        yield kind.error
    elif isinstance(kind, Kind.AnyOf | Kind.OneOfNotValid | Kind.OneOfMultipleValid):
        held = 0
        for branch in kind.context:
            held += not branch
            if held < _TWICE:
                yield from branch
