"""Messages cut into batches: by encoded bytes and count, at the edges between users.

The data plane refuses a request above 4,096,000 decompressed bytes (rudder-server, Gateway.maxReqSizeInKB = 4000) and
loses its acknowledgement when an upload takes over ten seconds, so batches stay clearly under.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

_HEAD, _TAIL = b'{"batch":[', b"]}"
_BARE = len(_HEAD) + len(_TAIL) - 1  # each message counts a comma, and the last has none


class Message(NamedTuple):
    """A message ready to go: where it stands among its user's, its row and rule, name and moment, its JSON."""

    order: str
    id: str
    stream: str
    row_id: str
    rule: str
    event: str
    at: str
    body: bytes

    def read(self) -> dict[str, Any]:
        """Return the message that the JSON holds."""
        message: dict[str, Any] = orjson.loads(self.body)
        return message


@dataclass(frozen=True)
class Limits:
    """How large a batch may be: events, and bytes of its JSON with the envelope."""

    events: int = 2_000
    bytes: int = 1_000_000


class Batch(NamedTuple):
    """What one POST carries. `continues`: it goes on with a user of the batch before, so it must come after that."""

    messages: tuple[Message, ...]
    continues: bool

    def body(self) -> bytes:
        """Return the request's JSON."""
        return body_of(self.messages)


def body_of(messages: Sequence[Message]) -> bytes:
    """Return the JSON of a request that carries the messages."""
    return b"".join((_HEAD, b",".join([message.body for message in messages]), _TAIL))


def batches(users: Iterable[Sequence[Message]], limits: Limits) -> Iterator[Batch]:
    """Cut the users' messages, each user's in order, into batches within the limits.

    A user's messages stand in one batch where they fit into one at all; a larger user is cut, and the batches after
    the cut are marked as continuing. A single message above the byte limit makes a batch of its own.
    """
    held: list[Message] = []
    size = _BARE
    continues = False
    for messages in users:
        added = sum([len(message.body) for message in messages]) + len(messages)
        fits = len(held) + len(messages) <= limits.events and size + added <= limits.bytes
        if held and not fits:
            yield Batch(tuple(held), continues)
            held, size, continues = [], _BARE, False
        for message in messages:
            more = len(message.body) + 1
            if held and (len(held) >= limits.events or size + more > limits.bytes):
                yield Batch(tuple(held), continues)
                held, size, continues = [], _BARE, True
            held.append(message)
            size += more
    if held:
        yield Batch(tuple(held), continues)
