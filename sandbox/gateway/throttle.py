"""The rate limit (rudder-server gateway/throttler/throttler.go:101-131): a cell-rate limit with burst = limit."""

import time
from collections.abc import Callable

_ROUNDING_SECONDS = 1e-6


class Throttle:
    """Admits events at `limit` a window, and up to `limit` at once after a pause.

    A request costs its events, and one with more events than the limit never passes. RudderStack has it off by
    default, and per workspace. ``clock`` gives seconds that only grow. Not for use from several threads.
    """

    def __init__(self, limit: int | None, window_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._window_seconds = window_seconds
        self._seconds_an_event = 0.0 if limit is None else window_seconds / limit
        self._clock = clock
        self._paid_until = clock()

    def admit(self, event_count: int) -> bool:
        """Say whether these events pass now. Only those that pass count."""
        now = self._clock()
        paid_until = max(self._paid_until, now) + event_count * self._seconds_an_event
        if paid_until - now > self._window_seconds + _ROUNDING_SECONDS:
            return False
        self._paid_until = paid_until
        return True

    def seconds_until(self, event_count: int) -> float:
        """Give the seconds after which these events would pass, were nothing else admitted meanwhile."""
        paid_until = self._paid_until + event_count * self._seconds_an_event
        return max(0.0, paid_until - self._clock() - self._window_seconds)
