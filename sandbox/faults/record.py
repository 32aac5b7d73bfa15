"""What was done to each request, for the eyes of other threads."""

from threading import Lock
from typing import NamedTuple


class Seen(NamedTuple):
    """What was done to one request, counted from 1.

    ``fault`` is the name of its fault, None if it had none. ``status`` is what the gateway answered, or the plan's
    poison and max_bytes in its place; None if the request was not forwarded. ``bytes`` of the body were read, perhaps
    fewer than came if the client went before its end.
    """

    number: int
    fault: str | None
    status: int | None
    bytes: int


class Record:
    """Counts requests, and keeps what was done to each."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._begun = 0
        self._seen: list[Seen] = []

    def begin(self) -> int:
        """Count one request more, and give its number."""
        with self._lock:
            self._begun += 1
            return self._begun

    def add(self, seen: Seen) -> None:
        """Keep what was done."""
        with self._lock:
            self._seen.append(seen)

    @property
    def begun(self) -> int:
        """The requests so far, those under way among them."""
        with self._lock:
            return self._begun

    @property
    def seen(self) -> list[Seen]:
        """What was done so far, in the order it was done."""
        with self._lock:
            return list(self._seen)
