"""The wall clock: the one place where the time of the run is read."""

from datetime import UTC, datetime

from mappers.kinds import Instant


def utc_now() -> Instant:
    """Return the present moment."""
    return Instant(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
