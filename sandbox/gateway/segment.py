"""From a request's body to the events that Segment takes, and to those that it drops though it says yes.

Source: Segment's HTTP API reference (segment-docs, connections/sources/catalog/libraries/server/http-api, "Max request
size", "Batch" and "Errors"), and what others saw it answer: a yes to unknown write keys (analytics-go, issue 205), a no
to batches of 524,288 and 535,982 bytes (meilisearch/segment, pull request 17; analytics-node, issue 313). Where these
leave room, the stricter reading is played: 500 KB are 500,000 bytes, before compression; of a batch with too many
events none is taken. Not played: that it drops an event whose messageId it had within a day.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from sandbox.gateway import answers
from sandbox.gateway.answers import RefusedError
from sandbox.gateway.dates import parse_instant
from sandbox.gateway.intake import BATCH, AcceptedEvent, Request
from sandbox.gateway.sanitize import message_id
from sandbox.gateway.times import format_instant, unskewed

MAX_BATCH_BYTES, MAX_BATCH_EVENTS = 500_000, 2_500
EVENT_BYTES, MESSAGE_ID_LETTERS = 32_768, 100
"""An event must have fewer."""

CALLS = ("identify", "track", "group", "page", "screen", "alias")


class Dropped(NamedTuple):
    """An event that was answered with a yes and is stored nowhere: when it came, why it was dropped, its JSON."""

    received_at: str
    reason: str
    raw: bytes


class Taken(NamedTuple):
    """The events of a request that are stored, in their order, and those that were dropped."""

    events: list[AcceptedEvent]
    dropped: list[Dropped]


def read(request: Request, max_bytes: int) -> dict[str, Any]:
    """Parse a request's body. Raises RefusedError (400) for what is too large or no JSON object."""
    batch = request.route == BATCH
    if len(request.body) > max_bytes or (not batch and len(request.body) >= EVENT_BYTES):
        raise RefusedError(answers.SEGMENT_TOO_LARGE)
    try:
        document = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise RefusedError(answers.SEGMENT_INVALID_JSON) from None
    if not isinstance(document, dict):
        raise RefusedError(answers.SEGMENT_INVALID_JSON)
    return document


def sort_out(request: Request, document: Mapping[str, Any], unfit: str) -> Taken:
    """Tell the events that are taken from those that are dropped; all are, where ``unfit`` says why the source is."""
    received = format_instant(request.received_at)
    events = _events(request.route, document)
    if len(events) > MAX_BATCH_EVENTS:
        unfit = f"more than {MAX_BATCH_EVENTS:,} events in its batch"
    taken = Taken([], [])
    for event in events:
        reason = unfit or fault(event)
        if reason:
            taken.dropped.append(Dropped(received, reason, orjson.dumps(event)))
        else:
            taken.events.append(_accepted(event, request, received))
    return taken


def fault(event: Any) -> str:
    """Return why Segment drops the event, "" if it does not."""
    if not isinstance(event, dict):
        return "not an object"
    return next((reason for reason, is_so in _faults(event) if is_so), "")


def _faults(event: Mapping[str, Any]) -> list[tuple[str, bool]]:
    ids = (_text(event.get(name)).strip() for name in ("userId", "anonymousId"))
    return [
        ("no type, or one that is none", event.get("type") not in CALLS),
        ("neither userId nor anonymousId", not any(ids)),
        ("a track without an event", event.get("type") == "track" and not _text(event.get("event"))),
        ("a messageId of 100 letters or more", len(_text(event.get("messageId"))) >= MESSAGE_ID_LETTERS),
        ("32 KB or more", len(orjson.dumps(event)) >= EVENT_BYTES),
    ]


def as_delivered(event: AcceptedEvent) -> dict[str, Any]:
    """Give the event with what Segment adds or overwrites; it knows no sentAt where none was sent."""
    message: dict[str, Any] = orjson.loads(event.raw)
    received_at = datetime.fromisoformat(event.received_at)
    return message | {
        "messageId": event.message_id,
        "receivedAt": event.received_at,
        "originalTimestamp": format_instant(_original(message, received_at)),
        "timestamp": event.timestamp,
    }


def timestamp(event: Mapping[str, Any], received_at: datetime) -> datetime:
    """Give the time that destinations see (segment-docs, connections/spec/common, "Timestamps").

    A timestamp that was sent is the originalTimestamp, and is corrected by the sender's clock where that says sentAt;
    without one it stays (analytics-java, issue 340).
    """
    original, sent = _original(event, received_at), parse_instant(event.get("sentAt"))
    return unskewed(original, sent, received_at) if sent else original


def _original(event: Mapping[str, Any], received_at: datetime) -> datetime:
    return parse_instant(event.get("timestamp")) or parse_instant(event.get("originalTimestamp")) or received_at


def _events(route: str, document: Mapping[str, Any]) -> list[Any]:
    """Give the events of a request, each with what its batch says for all of them."""
    if route != BATCH:
        return [{name: value for name, value in document.items() if name != "writeKey"} | {"type": route}]
    batch = document.get(BATCH)
    events: Iterable[Any] = batch if isinstance(batch, list) else ()
    return [_merged(event, document) if isinstance(event, dict) else event for event in events]


def _merged(event: dict[str, Any], batch: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(event)
    for name in ("context", "integrations"):
        if isinstance(batch.get(name), dict):
            own = event.get(name)
            merged[name] = batch[name] | (own if isinstance(own, dict) else {})
    if "sentAt" in batch:
        merged.setdefault("sentAt", batch["sentAt"])
    return merged


def _accepted(event: dict[str, Any], request: Request, received: str) -> AcceptedEvent:
    return AcceptedEvent(
        received,
        event["type"],
        _text(event.get("event")) or None,
        _text(event.get("userId")) or None,
        _text(event.get("anonymousId")) or None,
        message_id(event.get("messageId")),
        format_instant(timestamp(event, request.received_at)),
        request.client_ip,
        orjson.dumps(event),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
