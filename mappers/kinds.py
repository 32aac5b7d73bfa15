"""The kinds of value a typed row may hold: the vocabulary of every model's contract.

A stream's row type names a kind for each column; the extractors turn what a database driver returns into it,
or set the row aside. Besides these, a column may be `str`, `int`, `bool` or `Decimal` (exact money).
"""

from datetime import UTC, datetime
from typing import NewType

Key = NewType("Key", str)
"""An identifier in its canonical text: an integer's digits, a string as it is; never a float."""

Instant = NewType("Instant", str)
"""A moment in UTC as `YYYY-MM-DDTHH:MM:SS.ffffffZ`: its text order is its time order."""

LAST = Instant("9999-12-31T23:59:59.999999Z")
"""The last one that there is."""

Day = NewType("Day", str)
"""A calendar day without a zone, as `YYYY-MM-DD`."""


def instant_of(moment: datetime) -> Instant:
    """Return the instant of an aware moment, or of a naive one that is in UTC."""
    utc = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return Instant(f"{utc.isoformat(timespec='microseconds')}Z")


def milliseconds(instant: Instant) -> str:
    """Return the wire form of an instant, cut to milliseconds as the data plane cuts it."""
    return f"{instant[:23]}Z"
