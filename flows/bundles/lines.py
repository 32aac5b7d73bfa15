"""A line of a part as the message that it is: what delivery and the ledger must know of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from extractors.pages import Axis
from flows.bundles.manifest import Manifest
from flows.bundles.parts import Part, PartBroken, read_part
from loaders.batches import Message

PUSHED = "pushed"
"""Stands for the rule in dead letters of messages that came in a bundle: it does not say which rule made them."""

_NAMELESS = ("identify", "group", "alias")


class Line(NamedTuple):
    """A message and whose it is, a user's or a visitor's."""

    user: str
    message: Message
    axis: Axis


def read_lines(folder: Path, manifest: Manifest, part: Part) -> Iterator[Line]:
    """Yield the part's messages: all are of that bundle, and go where it says. Raises `PartBroken`, naming the line."""
    for number, body in enumerate(read_part(folder, part), 1):
        try:
            yield _line(body, manifest)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise PartBroken(f"{folder / part.name}: line {number} is no message of this bundle") from None


def _line(body: bytes, manifest: Manifest) -> Line:
    message: dict[str, Any] = json.loads(body)
    mark, message_id = message["context"]["backfill"], message["messageId"]
    if mark["import_id"] != manifest.bundle or str(UUID(message_id)) != message_id:
        raise ValueError(message_id)
    if message["integrations"] != manifest.integrations:
        raise ValueError(message_id)
    event = message["type"].capitalize() if message["type"] in _NAMELESS else message.get("event") or message["name"]
    user, at = message.get("userId") or message["anonymousId"], message["timestamp"]
    axis = Axis.USERS if message.get("userId") else Axis.VISITORS
    return Line(user, Message(at, message_id, mark["stream"], message_id, PUSHED, event, at, body), axis)
