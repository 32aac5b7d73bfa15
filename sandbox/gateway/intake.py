"""From a request's body to the events it adds, or to the refusal of all of it (gateway/handle.go:289-556).

The order of the checks is RudderStack's: valid JSON; then each event in array order, an object and identifiable; the
rate limit; the size; the empty batch. So a batch both too large and not identifiable is answered with 400.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from sandbox.gateway import answers
from sandbox.gateway.answers import RefusedError
from sandbox.gateway.sanitize import identity_text, message_id
from sandbox.gateway.times import event_timestamp, format_instant
from sandbox.gateway.wire_json import read_json

BATCH = "batch"
_WRAPPER_BYTES = 23
_TYPES_WITHOUT_IDENTITY = frozenset({"extract", "record"})


@dataclass(frozen=True, slots=True)
class Request:
    """One request past authentication, its body decompressed.

    ``route`` is the last part of its path: `batch`, or the type that the route gives to its one event.
    """

    route: str
    body: bytes
    received_at: datetime
    client_ip: str
    is_of_job_run: bool = False


class AcceptedEvent(NamedTuple):
    """One event as the store keeps it. Ids are cleaned; ``raw`` is the client's event as JSON, before any change."""

    received_at: str
    type: str | None
    event: str | None
    user_id: str | None
    anonymous_id: str | None
    message_id: str
    timestamp: str
    client_ip: str
    raw: bytes


def take_in(request: Request, max_bytes: int, admit: Callable[[int], bool]) -> list[AcceptedEvent]:
    """Give the events a request adds, at least one, in their order.

    ``admit`` is the rate limit: it says whether so many events pass. Raises RefusedError, and then nothing is added.
    """
    document = read_json(request.body)
    events = _batch_of(document) if request.route == BATCH else [_single(document)]
    accepted = _accept_all(events, request)
    if not _is_of_job_run(request, events) and not admit(len(events)):
        raise RefusedError(answers.TOO_MANY_EVENTS)
    if len(request.body) + _added_bytes(request.route, document) > max_bytes:
        raise RefusedError(answers.TOO_LARGE)
    if not accepted:
        raise RefusedError(answers.EMPTY_BATCH)
    return accepted


def _batch_of(document: Any) -> list[Any]:
    """Give the elements of `batch` as gjson's Array() does: one that is no array counts as a batch of one."""
    batch = document.get(BATCH) if isinstance(document, dict) else None
    if batch is None:
        return []
    return batch if isinstance(batch, list) else [batch]


def _single(document: Any) -> Any:
    if not isinstance(document, dict):
        raise RefusedError(answers.NOT_AN_EVENT)
    return document


def _accept_all(events: list[Any], request: Request) -> list[AcceptedEvent]:
    received_text = format_instant(request.received_at)
    forced_type = None if request.route == BATCH else request.route
    try:
        return [_accept(event, forced_type, request, received_text) for event in events]
    except orjson.JSONEncodeError:
        raise RefusedError(answers.INVALID_JSON) from None


def _accept(event: Any, forced_type: str | None, request: Request, received_text: str) -> AcceptedEvent:
    if not isinstance(event, dict):
        raise RefusedError(answers.NOT_AN_EVENT)
    event_type = forced_type or _text_or_none(event.get("type"))
    user_id = identity_text(event.get("userId"))
    anonymous_id = identity_text(event.get("anonymousId"))
    if not (user_id or anonymous_id or event_type in _TYPES_WITHOUT_IDENTITY):
        raise RefusedError(answers.NOT_IDENTIFIABLE)
    return AcceptedEvent(
        received_text,
        event_type,
        _text_or_none(event.get("event")),
        user_id or None,
        anonymous_id or None,
        message_id(event.get("messageId")),
        event_timestamp(event, request.received_at),
        request.client_ip,
        orjson.dumps(event),
    )


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _is_of_job_run(request: Request, events: list[Any]) -> bool:
    """Say whether the rate limit is skipped: a job or task run id in a header, or in the first event's context."""
    if request.is_of_job_run:
        return True
    context = events[0].get("context") if events else None
    sources = context.get("sources") if isinstance(context, dict) else None
    if not isinstance(sources, dict):
        return False
    return any(_text_or_none(sources.get(name)) for name in ("job_run_id", "task_run_id"))


def _added_bytes(route: str, document: Any) -> int:
    """Give what a single endpoint adds before the size is checked: its type and, about, the wrapper of a batch."""
    if route == BATCH:
        return 0
    written_type = len(orjson.dumps(route))
    if "type" in document:
        return _WRAPPER_BYTES + written_type - len(orjson.dumps(document["type"]))
    return _WRAPPER_BYTES + written_type + len('"type":,')
