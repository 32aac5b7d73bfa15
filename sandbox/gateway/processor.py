"""An accepted event as destinations see it (gateway/handle.go:429-447, processor/processor.go:1028-1056,2224-2226)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from sandbox.gateway.intake import AcceptedEvent
from sandbox.gateway.sanitize import rudder_id
from sandbox.gateway.times import set_times
from sandbox.gateway.wire_json import as_stored


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One accepted event and its place in the order of arrival, from 1."""

    seq: int
    event: AcceptedEvent


def as_delivered(event: AcceptedEvent) -> dict[str, Any]:
    """Give the event with what the gateway and the processor add or overwrite.

    Not copied: once an event of a batch carries request_ip, RudderStack lets later ones inherit it
    (gateway/handle.go:437-446). Here request_ip is always the client's address, as the processor leaves it otherwise.
    """
    message: dict[str, Any] = as_stored(orjson.loads(event.raw))
    times = set_times(message, datetime.fromisoformat(event.received_at))
    if event.type is not None:
        message["type"] = event.type
    return message | {
        "messageId": event.message_id,
        "rudderId": rudder_id(event.user_id or "", event.anonymous_id or ""),
        "request_ip": event.client_ip,
        "receivedAt": times.received_at,
        "originalTimestamp": times.original_timestamp,
        "sentAt": times.sent_at,
        "timestamp": times.timestamp,
    }
