"""What a fault is: how a request is read, whether it is stored, what is answered, how it ends."""

import time
from dataclasses import dataclass
from email.utils import formatdate
from enum import StrEnum
from http import HTTPStatus

TEXT = "text/plain; charset=utf-8"
PAGE = "text/html; charset=utf-8"


class Ending(StrEnum):
    """What becomes of the connection once the answer's bytes are written."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer.

    ``headers`` are lines as `Name: value`. ``retry_date_seconds`` adds a Retry-After that is an HTTP date, so many
    seconds after the answer is written, and cut to whole seconds as HTTP's dates are.
    """

    status: int
    text: str
    content_type: str = TEXT
    headers: tuple[str, ...] = ()
    retry_date_seconds: int | None = None

    def written(self) -> bytes:
        """Give the answer as it goes over the wire now."""
        body = self.text.encode()
        lines = [
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(body)}",
            *self.headers,
        ]
        if self.retry_date_seconds is not None:
            lines.append(f"Retry-After: {formatdate(time.time() + self.retry_date_seconds, usegmt=True)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is done to one request, in the order of the fields.

    The body is read, in ``seconds_to_read``, or never if not ``reads``; then ``seconds_before_storing`` pass; if
    ``stores`` it is given to the real gateway; then ``seconds_before_answer`` pass; then ``answer`` is written, whole
    or raw, or the gateway's own if None. Raises ValueError if it stores what it did not read, or has no answer.
    """

    name: str
    reads: bool = True
    seconds_to_read: float = 0.0
    seconds_before_storing: float = 0.0
    stores: bool = True
    seconds_before_answer: float = 0.0
    answer: Reply | bytes | None = None
    ending: Ending = Ending.KEEP

    def __post_init__(self) -> None:
        """Refuse what cannot be done."""
        if self.stores and not self.reads:
            raise ValueError(f"{self.name}: what is not read cannot be stored")
        if self.answer is None and not self.stores:
            raise ValueError(f"{self.name}: what is not stored gets no answer of the gateway; give one, or b''")
