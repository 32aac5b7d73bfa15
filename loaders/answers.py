"""What an answer of the data plane means for the batch: pure decisions.

Source of RudderStack's codes: rudder-server, gateway/response/response.go; of Segment's: its HTTP API reference
(segment-docs, connections/sources/catalog/libraries/server/http-api), which answers 200 to nearly everything, unknown
write keys as well (analytics-go, issue 205), 400 to what is too large, no JSON or without a key, 429 with Retry-After.
"""

from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple

import orjson


class Receipt(StrEnum):
    """What became of a batch. `rejected`: nothing of it was stored. `in doubt`: it may have been."""

    SENDING = "sending"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    IN_DOUBT = "in doubt"
    SUPERSEDED = "superseded"


class Decision(StrEnum):
    """What to do next. `halve`: an event in it is refused, find which. `split`: it is too large. `stop`: all else."""

    DELIVERED = "delivered"
    RETRY = "retry"
    SPLIT = "split"
    HALVE = "halve"
    STOP = "stop"


class Target(StrEnum):
    """What kind of data plane it is."""

    RUDDERSTACK = "rudderstack"
    SEGMENT = "segment"


class Answer(NamedTuple):
    """The data plane's answer: a status and the start of its text, or what went wrong on the way.

    `reached` is False where no byte of the request can have arrived. `retry_after` is in seconds, as the data plane
    asked for.
    """

    status: int | None
    text: str
    reached: bool = True
    retry_after: float | None = None


NO_ADDRESS, UNTRUSTED = "no such address", "its TLS certificate does not hold"
_HOPELESS = frozenset({NO_ADDRESS, UNTRUSTED})
"""What goes wrong on the way and would go wrong again."""

TEXTS = frozenset(
    {
        "ok",
        "failed to read writekey from header",
        "invalid write key",
        "source is disabled",
        "invalid json",
        "empty batch payload",
        "event is not a valid rudder event",
        "request neither has anonymousId nor userId",
        "request size exceeds max limit",
        "max requests limit reached",
        "failed to read body from request",
        "gateway timeout",
        "Service Unavailable",
    }
)
"""What rudder-server's gateway says in its own words (gateway/response/response.go)."""

_KEY_REFUSED = "An invalid write key was provided"
SEGMENT_TEXTS = frozenset({_KEY_REFUSED, "malformed JSON", "Exceed payload limit"})
"""What Segment says in the `message` of its JSON; the first to a key that is empty or far too short."""

_UNREAD = frozenset(
    {
        (HTTPStatus.SERVICE_UNAVAILABLE, "Service Unavailable"),
        (HTTPStatus.INTERNAL_SERVER_ERROR, "failed to read body from request"),
    }
)
"""What it says before it has read a request whole: nothing of it can be stored."""

_DECISIONS: dict[int, Decision] = {
    HTTPStatus.BAD_REQUEST: Decision.HALVE,
    HTTPStatus.REQUEST_TIMEOUT: Decision.RETRY,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Decision.SPLIT,
    HTTPStatus.TOO_MANY_REQUESTS: Decision.RETRY,
}

_CURES: dict[int, str] = {
    HTTPStatus.OK: "what answers there is no RudderStack data plane: set BACKFILL_DATA_PLANE_URL to one",
    HTTPStatus.UNAUTHORIZED: "set BACKFILL_WRITE_KEY to the write key of an enabled HTTP source",
    HTTPStatus.NOT_FOUND: "enable the source, or set BACKFILL_DATA_PLANE_URL to the data plane's own address",
    HTTPStatus.BAD_REQUEST: "the data plane refuses an event of this batch",
    HTTPStatus.TOO_MANY_REQUESTS: "the data plane limits the rate: run again later, what was delivered is kept",
}


_SEGMENT = "set BACKFILL_DATA_PLANE_URL to https://api.segment.io, or in the EU to https://events.eu1.segmentapis.com"

_SEGMENT_CURES: dict[int, str] = {
    **_CURES,
    HTTPStatus.OK: f"what answers there is no Segment: {_SEGMENT}",
    HTTPStatus.NOT_FOUND: _SEGMENT,
    HTTPStatus.UNAUTHORIZED: "set BACKFILL_WRITE_KEY to the write key of an HTTP API source",
}


def decide(answer: Answer, target: Target = Target.RUDDERSTACK) -> Decision:
    """Return what to do about the batch that was answered so."""
    if answer.status is None:
        return Decision.STOP if answer.text in _HOPELESS else Decision.RETRY
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Decision.RETRY
    if _accepted(answer, target):
        return Decision.DELIVERED
    if answer.status == HTTPStatus.OK and not answer.text:
        return Decision.RETRY  # a connection that broke after the status line looks so
    if answer.status == HTTPStatus.BAD_REQUEST and _refuses_key(answer):
        return Decision.STOP
    return _DECISIONS.get(answer.status, Decision.STOP)


def knows_us(answer: Answer, target: Target) -> bool:
    """Tell whether such a data plane answers so to an empty batch: the key was not refused, and nothing is stored.

    RudderStack refuses the batch, and only after the key. What Segment says to it is nowhere written: its yes or its no
    will do, if it is its own and not about the key.
    """
    if target is Target.SEGMENT:
        said = _said(answer)
        own = answer.status in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST} and isinstance(said.get("success"), bool)
        return own and not _refuses_key(answer)
    return answer.status == HTTPStatus.BAD_REQUEST


def refuses(answer: Answer) -> bool:
    """Tell whether it is what was sent that the answer refuses: alone, it is refused however often it is sent."""
    return decide(answer) in {Decision.HALVE, Decision.SPLIT}


def receipt(answer: Answer, target: Target = Target.RUDDERSTACK) -> Receipt:
    """Return what became of the batch that was answered so."""
    if not answer.reached or (answer.status, answer.text) in _UNREAD:
        return Receipt.REJECTED
    if answer.status is None or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Receipt.IN_DOUBT
    if _accepted(answer, target):
        return Receipt.DELIVERED
    return Receipt.IN_DOUBT if answer.status < HTTPStatus.MULTIPLE_CHOICES else Receipt.REJECTED


def _accepted(answer: Answer, target: Target) -> bool:
    """Tell whether it is the data plane's own yes: any web server answers 200."""
    if target is Target.SEGMENT:
        return answer.status == HTTPStatus.OK and _said(answer).get("success") is True
    return answer.status == HTTPStatus.OK and answer.text == "ok"


def _said(answer: Answer) -> dict[str, object]:
    """Return Segment's JSON; nothing, where it is none."""
    try:
        said = orjson.loads(answer.text)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _refuses_key(answer: Answer) -> bool:
    return _said(answer).get("message") == _KEY_REFUSED


def shown(answer: Answer) -> str:
    """Return the answer as people may see it: any other words may quote what the data plane was given."""
    if answer.status is None:
        return answer.text
    if answer.text in TEXTS:
        return f"{answer.status} {answer.text}"
    words = _said(answer).get("message")
    return f"{answer.status} {words}" if isinstance(words, str) and words in SEGMENT_TEXTS else str(answer.status)


def cure(answer: Answer, target: Target = Target.RUDDERSTACK) -> str:
    """Return what a person can do about an answer that stops the run."""
    if answer.text == UNTRUSTED:
        return "renew the data plane's certificate, or set BACKFILL_DATA_PLANE_URL to the name that it is for"
    if answer.status is None:
        return "check BACKFILL_DATA_PLANE_URL and that the data plane runs, then run again: nothing is lost"
    cures = _SEGMENT_CURES if target is Target.SEGMENT else _CURES
    return (
        cures.get(HTTPStatus.UNAUTHORIZED if _refuses_key(answer) else answer.status)
        or "run again: what was delivered is kept, what is in doubt goes again with the same ids"
    )
