"""What an answer of the data plane means for the batch: a pure decision.

Source of the codes: rudder-server, gateway/response/response.go (see docs/architecture.md).
"""

from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple


class Receipt(StrEnum):
    """What became of a batch. `rejected`: nothing of it was stored. `in doubt`: it may have been."""

    SENDING = "sending"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    IN_DOUBT = "in doubt"
    SUPERSEDED = "superseded"


class Answer(NamedTuple):
    """The data plane's answer: a status and the start of its text, or the name of what went wrong on the way.

    `reached` is False where no byte of the request can have arrived.
    """

    status: int | None
    text: str
    reached: bool = True


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

_CURES: dict[int, str] = {
    HTTPStatus.OK: "what answers there is no RudderStack data plane: set BACKFILL_DATA_PLANE_URL to one",
    HTTPStatus.UNAUTHORIZED: "set BACKFILL_WRITE_KEY to the write key of an enabled HTTP source",
    HTTPStatus.NOT_FOUND: "enable the source, or set BACKFILL_DATA_PLANE_URL to the data plane's own address",
    HTTPStatus.BAD_REQUEST: "the data plane refuses an event of this batch",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "lower BACKFILL_BATCH_BYTES below the data plane's limit",
    HTTPStatus.TOO_MANY_REQUESTS: "the data plane limits the rate: run again later, what was delivered is kept",
}


def receipt(answer: Answer) -> Receipt:
    """Return what became of the batch that was answered so."""
    if not answer.reached:
        return Receipt.REJECTED
    if answer.status is None or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Receipt.IN_DOUBT
    if answer.status == HTTPStatus.OK and answer.text == "ok":
        return Receipt.DELIVERED
    accepted_somehow = answer.status < HTTPStatus.MULTIPLE_CHOICES
    return Receipt.IN_DOUBT if accepted_somehow else Receipt.REJECTED


def shown(answer: Answer) -> str:
    """Return the answer as people may see it: any other words may quote what the data plane was given."""
    if answer.status is None:
        return answer.text
    return f"{answer.status} {answer.text}" if answer.text in TEXTS else str(answer.status)


def cure(answer: Answer) -> str:
    """Return what a person can do about an answer that stops the run."""
    if answer.status is None:
        return "check BACKFILL_DATA_PLANE_URL and that the data plane runs, then run again: nothing is lost"
    return (
        _CURES.get(answer.status)
        or "run again: what was delivered is kept, what is in doubt goes again with the same ids"
    )
