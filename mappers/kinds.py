"""The kinds of value a typed row may hold: the vocabulary of every model's contract.

A stream's row type names a kind for each column; the extractors turn what a database driver returns into it,
or set the row aside. Besides these, a column may be `str`, `int`, `bool` or `Decimal` (exact money).
"""

from typing import NewType

Key = NewType("Key", str)
"""An identifier in its canonical text: an integer's digits, a string as it is; never a float."""

Instant = NewType("Instant", str)
"""A moment in UTC as `YYYY-MM-DDTHH:MM:SS.ffffffZ`: its text order is its time order."""

Day = NewType("Day", str)
"""A calendar day without a zone, as `YYYY-MM-DD`."""


def milliseconds(instant: Instant) -> str:
    """Return the wire form of an instant, cut to milliseconds as the data plane cuts it."""
    return f"{instant[:23]}Z"
