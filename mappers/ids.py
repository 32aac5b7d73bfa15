"""Message ids that come from what a row is, never from the run that sends it.

UUIDv5 (RFC 9562, section 5.5) of source name, stream, row id, rule and version. The rule's key stands for call and
event, so that renaming an event in the plan sends nothing again. A log row without a key carries its occurrence in
its row id.
"""

import hashlib
from collections.abc import Callable
from uuid import NAMESPACE_URL, uuid5

from mappers.outcomes import Draft

_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def identifier(source: str) -> Callable[[str, Draft], str]:
    """Return the function that gives a stream's draft its id, for the platform of that name."""
    seeded = hashlib.sha1(uuid5(NAMESPACE_URL, f"relias-backfill:{source}").bytes, usedforsecurity=False)

    def message_id(stream: str, draft: Draft) -> str:
        name = seeded.copy()
        rule, _, _, _, row_id, version, *_ = draft
        name.update(f"{stream}\x1f{row_id}\x1f{rule}\x1f{version}".encode())
        text = name.hexdigest()
        return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"

    return message_id


def packed(message_ids: list[str]) -> bytes:
    """Return the message ids' 16 bytes each, one after the other."""
    return bytes.fromhex("".join(message_ids).replace("-", ""))
