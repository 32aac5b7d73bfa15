"""What the gateway answers: a status and a text (rudder-server gateway/response/response.go:88-126)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the gateway: an HTTP status and its plain text, without the newline errors end in."""

    status: int
    text: str


class RefusedError(Exception):
    """The request is refused as a whole and nothing of it is stored.

    ``answer`` is what the client gets.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status, answer.text)
        self.answer = answer


OK = Answer(200, "ok")
NO_WRITE_KEY = Answer(401, "failed to read writekey from header")
UNKNOWN_WRITE_KEY = Answer(401, "invalid write key")
SOURCE_DISABLED = Answer(404, "source is disabled")
INVALID_JSON = Answer(400, "invalid json")
EMPTY_BATCH = Answer(400, "empty batch payload")
NOT_AN_EVENT = Answer(400, "event is not a valid rudder event")
NOT_IDENTIFIABLE = Answer(400, "request neither has anonymousId nor userId")
TOO_LARGE = Answer(413, "request size exceeds max limit")
TOO_MANY_EVENTS = Answer(429, "max requests limit reached")
UNREADABLE_BODY = Answer(500, "failed to read body from request")
UNKNOWN_PATH = Answer(404, "404 page not found")

SEGMENT_OK = Answer(200, "")
SEGMENT_INVALID_JSON = Answer(400, "malformed JSON")
SEGMENT_TOO_LARGE = Answer(400, "Exceed payload limit")
SEGMENT_INVALID_KEY = Answer(400, "An invalid write key was provided")
SEGMENT_TOO_MANY = Answer(429, "Too many requests")
SEGMENT_FAILED = Answer(500, "Internal error")
"""Segment's, which say their text as the `message` of a JSON object; that of the last two is our own."""
