"""A message as a destination holds it, cut down to what can be compared: no trait, no property, no name of a user."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_ID_DIGITS = 32
_INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

NEVER, NOBODY = -1, 0
"""What stands for a moment, or a user, that a row of a destination lacks."""

Who = Callable[[str | None, str | None], int]
"""Gives a user id and an anonymous id the number that stands for them; the user id goes first."""


class Part(IntEnum):
    """Where a destination holds a message: among all of its kind, and in its event's own table."""

    ALL = 0
    OWN = 1


class Arrival(NamedTuple):
    """One copy of a message: its id's 16 bytes, the part it stands in, what it is, its moment and its user.

    `what` is the event of a Track and the call of all others, `at` in milliseconds since 1970, `who` a number that
    stands for the user. The id is None where it is no UUID: then it is none of ours.
    """

    id: bytes | None
    part: Part
    what: str
    at: int
    who: int


def what_of(call: str | None, event: str | None) -> str:
    """Return what a message is: the event of a Track, the call of all others, which have none."""
    return f"track {event}" if call == "track" else call or ""


def id_of(text: str | None) -> bytes | None:
    """Return the 16 bytes of a message id that is a UUID."""
    digits = (text or "").replace("-", "")
    try:
        return bytes.fromhex(digits) if len(digits) == _ID_DIGITS else None
    except ValueError:
        return None


def milliseconds_of(text: str | None) -> int:
    """Return a moment as ISO 8601 writes it, cut to the milliseconds that go over the wire."""
    try:
        return (datetime.fromisoformat(text or "") - _EPOCH) // _MILLISECOND
    except (ValueError, TypeError):  # no moment, or one without its zone
        return NEVER


def who_by(salt: bytes) -> Who:
    """Return what numbers users. Without the salt, which is to be thrown away, a number says nothing of its user."""

    def who(user: str | None, visitor: str | None) -> int:
        name = f"u{_seen(user)}" if user else f"v{_seen(visitor)}" if visitor else ""
        if not name:
            return NOBODY
        digest = hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=8, key=salt).digest()
        return int.from_bytes(digest, signed=True)

    return who


def _seen(key: str) -> str:
    """Return the id without what data planes drop: letters that cannot be seen, and blanks around it."""
    if not (key.isascii() and key.isprintable()):
        key = "".join(letter for letter in key if letter.isprintable() and letter not in _INVISIBLE_LETTERS)
    return key.strip(" ")
