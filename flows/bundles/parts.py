"""The parts of a bundle: messages as gzipped NDJSON, one a line, each file within a size and known by its SHA-256."""

import gzip
import hashlib
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from loaders.batches import Limits, Message
from mappers.kinds import Instant, milliseconds

PART = Limits(events=sys.maxsize, bytes=16_000_000)
"""How large a part may be: bytes of its lines, uncompressed. It is cut between users where that is possible."""

_PRIVATE = 0o600

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class Said(BaseModel):
    """A piece of the manifest: what it says is all there, of the right kind, and nothing else is."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class Part(Said):
    """A part: its file, of how many bytes, its shard, its messages, and their first and last moment."""

    name: Annotated[str, Field(pattern=r"^[0-9]{3,}-[0-9]{4,}\.ndjson\.gz$")]
    shard: Count
    bytes: Count
    messages: Count
    sha256: Digest
    first: str
    last: str


class PartBroken(Exception):
    """A part is not what the manifest says."""


def write_part(folder: Path, shard: int, number: int, messages: Sequence[Message]) -> Part:
    """Write the messages, at least one, as the shard's part of that number. Raises `OSError`.

    The same messages make the same bytes: the file holds neither a time nor a name (RFC 1952, 2.3.1: MTIME 0).
    """
    name = f"{shard:03}-{number:04}.ndjson.gz"
    packed = gzip.compress(b"".join([message.body + b"\n" for message in messages]), mtime=0)
    write_private(folder / name, packed)
    moments = [message.at for message in messages]
    return Part(
        name=name,
        shard=shard,
        bytes=len(packed),
        messages=len(messages),
        sha256=hashlib.sha256(packed).hexdigest(),
        first=milliseconds(Instant(min(moments))),
        last=milliseconds(Instant(max(moments))),
    )


def write_private(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, for its owner's eyes alone. Raises `OSError`."""
    path.touch(_PRIVATE, exist_ok=False)
    path.write_bytes(content)


def read_part(folder: Path, part: Part) -> Iterator[bytes]:
    """Yield the part's lines, once its file was found to be the one that the manifest says. Raises `PartBroken`."""
    path = folder / part.name
    try:
        packed = path.read_bytes() if path.stat().st_size == part.bytes else b""
        if hashlib.sha256(packed).hexdigest() != part.sha256:
            raise PartBroken(f"{path} is not the file that the manifest tells of")
        text = gzip.decompress(packed)
    except OSError as error:
        raise PartBroken(f"{path} cannot be read: {error.strerror or 'it is not gzip'}") from None
    except (EOFError, zlib.error):
        raise PartBroken(f"{path} cannot be read: it is not gzip") from None
    start = 0
    while start < len(text):
        end = text.find(b"\n", start)
        if end < 0:
            raise PartBroken(f"{path} ends within a line")
        yield text[start:end]
        start = end + 1
