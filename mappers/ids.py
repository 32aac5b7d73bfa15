"""Message ids that come from what a row is, never from the run that sends it.

UUIDv5 (RFC 9562, section 5.5) of source name, stream, row id, rule and version. The rule's key stands for call and
event, so that renaming an event in the plan sends nothing again. A log row without a key carries its occurrence in
its row id.
"""

import hashlib
from collections.abc import Callable
from uuid import NAMESPACE_URL, uuid5

from mappers.outcomes import Draft


def identifier(source: str) -> Callable[[str, Draft], str]:
    """Return the function that gives a stream's draft its id, for the platform of that name."""
    seeded = hashlib.sha1(uuid5(NAMESPACE_URL, f"relias-backfill:{source}").bytes, usedforsecurity=False)

    def message_id(stream: str, draft: Draft) -> str:
        digest = seeded.copy()
        digest.update(f"{stream}\x1f{draft.row_id}\x1f{draft.rule}\x1f{draft.version}".encode())
        text = digest.hexdigest()
        variant = "89ab"[int(text[16], 16) & 3]
        return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"

    return message_id


def packed(message_id: str) -> bytes:
    """Return a message id's 16 bytes."""
    return bytes.fromhex(message_id.replace("-", ""))


def unpacked(raw: bytes) -> str:
    """Return the message id of 16 bytes."""
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
