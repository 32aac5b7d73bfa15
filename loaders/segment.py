"""What Segment takes, and what it would drop with a 200, so that nothing of that kind is ever sent to it.

Source: Segment's HTTP API reference, "Max request size" and "Errors" (segment-docs,
connections/sources/catalog/libraries/server/http-api): 500 KB and 2,500 events a batch, less than 32 KB an event, a
type, an identity, a name for a Track, a messageId of fewer than 100 characters. Nothing there says whether 500 KB are
counted before or after compression; its own libraries count before.

History keeps its time where no `sentAt` is sent, neither in a batch nor in an event: with one, Segment computes
`timestamp` as receivedAt - (sentAt - originalTimestamp) (segment-docs, connections/spec/common, "Timestamps"), without
one it is what was sent (analytics-java, issue 340; analytics-node, issue 338).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from loaders import dialect
from loaders.batches import Limits
from loaders.plan import Rule, TrackingPlan

USUAL = Limits(events=2_000, bytes=450_000)
"""How large a batch for Segment is by default."""

MOST = Limits(events=2_500, bytes=480_000)
"""How large it may be: clearly under 500 KB, whatever Segment takes a KB to be."""

_SAID = {"type": "string", "pattern": r"\S"}
_DEMANDS: Mapping[str, Any] = {
    "required": ["type", "messageId"],
    "properties": {
        "type": {"enum": ["identify", "track", "group", "page", "screen", "alias"]},
        "messageId": {"type": "string", "minLength": 1, "maxLength": 99},
        "userId": _SAID,
        "anonymousId": _SAID,
        "sentAt": False,
    },
    "anyOf": [{"required": ["userId"]}, {"required": ["anonymousId"]}],
    "allOf": [
        {
            "if": {"properties": {"type": {"const": call}}},
            "then": {"required": [name], "properties": {name: _SAID}},
        }
        for call, name in (("track", "event"), ("group", "groupId"))
    ],
}


def demanding(plan: TrackingPlan) -> TrackingPlan:
    """Return the plan with Segment's demands on a message beside those of each of its rules."""
    return replace(plan, rules={key: _demanding(rule) for key, rule in plan.rules.items()})


def _demanding(rule: Rule) -> Rule:
    schema = {**rule.schema, "allOf": [*rule.schema.get("allOf", ()), _DEMANDS]}
    return replace(rule, validator=dialect.validator(schema))
