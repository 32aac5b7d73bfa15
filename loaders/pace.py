"""How fast, and in how large batches, the data plane takes what it is sent: asked for, and learned on the way."""

import time
from collections import deque
from collections.abc import Callable
from math import inf
from threading import Event, Lock

from loaders.errors import Interrupted

_QUICKEN = 1.1
"""What a delivered batch multiplies a slowed rate and a shrunken batch by, until nothing limits them any more."""

_SLOWER_AFTER_SECONDS = 1.0
"""Refusals of batches that were on their way together are one refusal."""

_LATELY_SECONDS, _LEAST_SECONDS = 10.0, 1.0
"""Where there was no limit, how fast it went is told by what was taken lately, over no less than a second."""

_LOOK_AGAIN_SECONDS, _NO_TIME = 0.5, 1e-6
_NO_LIMIT = 1e6

Shared = Callable[[int], None]
"""Takes so many events from a limit that several processes share, and returns when it may be sent."""


class Pace:
    """The rate of a process's batches, in events a second, as a bucket that lets each batch go after those before it.

    A refusal for its rate halves it, each delivery lets it grow again, up to `most`; who waits, waits by the rate as it
    is now. `events` and `bytes` are how large a batch the data plane was found to take. Any thread may use it.
    """

    def __init__(self, most: float | None = None, shared: Shared | None = None) -> None:
        self._most, self._shared = most or inf, shared
        self._rate = self._most
        self._taken = self._gone = 0.0
        self._looked_at = time.monotonic()
        self._slowed_at = -inf
        self._lately: deque[tuple[float, int]] = deque()  # when so many events were taken
        self._lock = Lock()
        self.events: float = inf
        self.bytes: float = inf

    def take(self, events: int, stopping: Event) -> None:
        """Wait until so many events may be sent. Raises `Interrupted` once `stopping` is set."""
        if self._shared:
            self._shared(events)
        with self._lock:
            self._flow()
            turn = self._taken
            self._taken += events
            self._lately.append((self._looked_at, events))
            self._forget()
        while (seconds := self._until(turn)) > _NO_TIME:
            if stopping.wait(min(seconds, _LOOK_AGAIN_SECONDS)):
                raise Interrupted
        if stopping.is_set():
            raise Interrupted

    def slow(self) -> None:
        """Go at half the rate; where there was no limit, at half of what went lately."""
        with self._lock:
            self._flow()
            if self._looked_at - self._slowed_at >= _SLOWER_AFTER_SECONDS:
                self._slowed_at = self._looked_at
                self._rate = max(1.0, (self._went() if self._rate == inf else self._rate) / 2)

    def quicken(self) -> None:
        """Go a little faster, and in larger batches, if it was found to be too much before."""
        with self._lock:
            self._flow()
            grown = self._rate * _QUICKEN
            self._rate = self._most if grown > min(self._most, _NO_LIMIT) else grown
            self.events = self.events * _QUICKEN if self.events < _NO_LIMIT else inf

    def fewer(self, events: int) -> None:
        """Let no later batch have more events than that."""
        with self._lock:
            self.events = max(1, min(self.events, events))

    def smaller(self, size: int) -> None:
        """Let no later batch have more bytes than that."""
        with self._lock:
            self.bytes = max(1, min(self.bytes, size))

    def _went(self) -> float:
        """Return how many events a second were taken lately."""
        self._forget()
        seconds = max(_LEAST_SECONDS, self._looked_at - self._lately[0][0]) if self._lately else _LEAST_SECONDS
        return sum(events for _, events in self._lately) / seconds

    def _forget(self) -> None:
        """Forget what was taken long ago, but for the latest."""
        while len(self._lately) > 1 and self._looked_at - self._lately[0][0] > _LATELY_SECONDS:
            self._lately.popleft()

    def _until(self, turn: float) -> float:
        with self._lock:
            self._flow()
            return max(0.0, (turn - self._gone) / self._rate)

    def _flow(self) -> None:
        """Let go what the rate allows since it was last looked at; what is not taken is not saved up."""
        now = time.monotonic()
        passed = inf if self._rate == inf else (now - self._looked_at) * self._rate
        self._gone = min(self._taken, self._gone + passed)
        self._looked_at = now
