"""The wall clock: the one place where the time of the run is read."""

from datetime import UTC, datetime

from mappers.kinds import Instant, instant_of


def utc_now() -> Instant:
    """Return the present moment."""
    return instant_of(datetime.now(UTC))
