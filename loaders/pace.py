"""How fast, and in how large batches, the data plane takes what it is sent: asked for, and learned on the way."""

import time
from collections.abc import Callable
from math import inf
from threading import Event, Lock

from loaders.errors import Interrupted

_QUICKEN = 1.1
"""What a delivered batch multiplies a slowed rate by, until nothing slows it any more."""

Shared = Callable[[int], None]
"""Takes so many events from a limit that several processes share, and returns when it may be sent."""


class Pace:
    """A token bucket for the batches of one process, in events a second; it may owe a batch, and then waits it off.

    Each refusal for its rate halves it, each delivery lets it grow again, up to `most`. `events` and `bytes` are how
    large a batch the data plane was found to take. It is one for all lanes, and any thread may use it.
    """

    def __init__(self, most: float | None = None, shared: Shared | None = None) -> None:
        self._most, self._shared = most or inf, shared
        self._rate, self._owed_until = self._most, time.monotonic()
        self._lock = Lock()
        self.events: float = inf
        self.bytes: float = inf

    def take(self, events: int, stopping: Event) -> None:
        """Wait until so many events may be sent. Raises `Interrupted` once `stopping` is set."""
        if self._shared:
            self._shared(events)
        with self._lock:
            now = time.monotonic()
            start = max(now, self._owed_until)
            self._owed_until = start + events / self._rate
        if stopping.wait(start - now) if start > now else stopping.is_set():
            raise Interrupted

    def slow(self, events: int) -> None:
        """Go at half the rate, or half of so many events a second where there was none."""
        with self._lock:
            self._rate = max(1.0, min(self._rate, float(events)) / 2)

    def quicken(self) -> None:
        """Go a little faster, if slower than asked for."""
        with self._lock:
            grown = self._rate * _QUICKEN
            self._rate = self._most if grown > min(self._most, 1e6) else grown

    def fewer(self, events: int) -> None:
        """Let no later batch have more events than that."""
        with self._lock:
            self.events = max(1, min(self.events, events))

    def smaller(self, size: int) -> None:
        """Let no later batch have more bytes than that."""
        with self._lock:
            self.bytes = max(1, min(self.bytes, size))
