"""The four times of an event (rudder-server processor/processor.go:1028-1056, utils/misc/misc.go:281,720)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sandbox.gateway.dates import parse_instant

_LONGEST_GAP = timedelta(microseconds=(2**63 - 1) // 1000)
"""Go's longest time.Duration, about 292 years: subtracting instants further apart gives this."""

_EXACT_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z")


class Times(NamedTuple):
    """The four times as destinations get them: `YYYY-MM-DDTHH:MM:SS.mmm` and `Z` or the offset given."""

    received_at: str
    original_timestamp: str
    sent_at: str
    timestamp: str


def set_times(event: Mapping[str, Any], received_at: datetime) -> Times:
    """Give an event its four times. What is absent or unparseable is taken to be ``received_at`` (aware, UTC).

    A timestamp that parses is used as it is; the other two have no say in it. The client's own receivedAt is ignored.
    """
    original = parse_instant(event.get("originalTimestamp")) or received_at
    sent = parse_instant(event.get("sentAt")) or received_at
    timestamp = parse_instant(event.get("timestamp")) or unskewed(original, sent, received_at)
    return Times(*map(format_instant, (received_at, original, sent, timestamp)))


def event_timestamp(event: Mapping[str, Any], received_at: datetime) -> str:
    """Give the fourth of `set_times` alone, at once where the timestamp already has the output's form."""
    text = event.get("timestamp")
    if isinstance(text, str) and _EXACT_TIMESTAMP.fullmatch(text) and _is_a_day(text[:10]):
        return text
    return set_times(event, received_at).timestamp


def format_instant(instant: datetime) -> str:
    """Write an instant as Go's layout `2006-01-02T15:04:05.000Z07:00` does: cut to milliseconds, its offset kept."""
    text = instant.isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def now() -> datetime:
    """Give the gateway's clock: aware, UTC, whole milliseconds."""
    instant = datetime.now(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def unskewed(original: datetime, sent: datetime, received_at: datetime) -> datetime:
    """Give the time by the receiver's clock, as Go's durations allow."""
    gap = max(-_LONGEST_GAP, min(sent - original, _LONGEST_GAP))
    return received_at - gap


def _is_a_day(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
