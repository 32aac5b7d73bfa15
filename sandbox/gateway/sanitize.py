"""Ids as the gateway cleans them (rudder-server gateway/handle.go:320-328, rudder-go-kit sanitize/sanitize.go)."""

import hashlib
import uuid
from typing import Any

import orjson

from sandbox.gateway.wire_json import as_stored

_INVISIBLE = frozenset(
    "\u0000\u0009\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u200e\u200f"
    "\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u206a\u206b\u206c\u206d\u206e\u206f"
    "\u3000\u2800\u3164\ufeff\uffa0"
)


def clean_text(text: str) -> str:
    """Drop what cannot be seen, then trim.

    Dropped are the characters Go's unicode.IsPrint denies and a list of invisible ones; the plain space is kept inside.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(char for char in text if char.isprintable() and char not in _INVISIBLE)
    return text.strip(" ")


def identity_text(value: Any) -> str:
    """Give a userId or anonymousId as the identity check and the routing see it: cleaned, "" if absent or blank.

    What is no string counts as its JSON text, so 0 and false do identify.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        value = orjson.dumps(as_stored(value), option=orjson.OPT_SORT_KEYS).decode()
    return clean_text(value)


def message_id(value: Any) -> str:
    """Give the messageId an event is stored under: the cleaned string, else a new random UUID.

    A number is no string, so it is replaced; nothing is cut, and nothing is checked for uniqueness.
    """
    cleaned = clean_text(value) if isinstance(value, str) else ""
    return cleaned or str(uuid.uuid4())


def rudder_id(user_id: str, anonymous_id: str) -> str:
    """Give the rudderId of two cleaned ids: the md5 of `userId:anonymousId`, written as a version 4 UUID."""
    digest = hashlib.md5(f"{user_id}:{anonymous_id}".encode(), usedforsecurity=False).digest()
    return str(uuid.UUID(bytes=digest, version=4))
