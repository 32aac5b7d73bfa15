"""HTTP/1.1 as far as a proxy has to read it: heads, and bodies by length or in chunks."""

import asyncio
import json
import zlib
from asyncio import IncompleteReadError, StreamReader
from dataclasses import dataclass
from itertools import pairwise

_PIECES = 20
_LONGEST_EMPTY_BATCH = 64
_GZIP = 31


@dataclass(frozen=True, slots=True)
class Head:
    """The first line and the headers, of a request or of an answer; names in lower case."""

    raw: bytes
    first_line: bytes
    headers: dict[bytes, bytes]

    @property
    def length(self) -> int:
        """The bytes of the body, 0 if it is chunked or not announced."""
        return int(self.headers.get(b"content-length", b"0"))

    @property
    def is_chunked(self) -> bool:
        """Whether the body comes in chunks."""
        return self.headers.get(b"transfer-encoding", b"").lower() == b"chunked"

    @property
    def closes(self) -> bool:
        """Whether the connection ends with this message."""
        return self.headers.get(b"connection", b"").lower() == b"close"

    @property
    def is_batch(self) -> bool:
        """Whether this is a request to POST /v1/batch."""
        method, _, rest = self.first_line.partition(b" ")
        return method == b"POST" and rest.split(b" ")[0].partition(b"?")[0] == b"/v1/batch"

    def written(self, length: int) -> bytes:
        """Give the head to send before a body of that length: as it came, but with no word of chunks."""
        if not self.is_chunked:
            return self.raw
        lines = [self.first_line, *(b"%b: %b" % one for one in self.headers.items() if one[0] != b"transfer-encoding")]
        return b"\r\n".join([*lines, b"content-length: %d" % length, b"", b""])


async def read_head(reader: StreamReader) -> Head | None:
    """Read the next head, None if the peer closed before it. Raises EOFError if it closed within it."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except IncompleteReadError as error:
        if error.partial:
            raise
        return None
    first_line, *lines = raw[:-4].split(b"\r\n")
    pairs = (line.partition(b":") for line in lines)
    return Head(raw, first_line, {name.lower(): value.strip() for name, _, value in pairs})


async def read_body(reader: StreamReader, head: Head, seconds: float = 0.0) -> bytes:
    """Read the body after a head, chunks joined; in so many seconds. Raises EOFError if the peer closed within it."""
    if head.is_chunked:
        await asyncio.sleep(seconds)
        return await _read_chunks(reader)
    return await (_read_slowly(reader, head.length, seconds) if seconds else reader.readexactly(head.length))


async def _read_slowly(reader: StreamReader, length: int, seconds: float) -> bytes:
    ends = [length * piece // _PIECES for piece in range(_PIECES + 1)]
    pieces = []
    for start, end in pairwise(ends):
        await asyncio.sleep(seconds / _PIECES)
        pieces.append(await reader.readexactly(end - start))
    return b"".join(pieces)


async def _read_chunks(reader: StreamReader) -> bytes:
    chunks = []
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        chunks.append(await reader.readexactly(size))
        await reader.readexactly(len(b"\r\n"))
    while (await reader.readuntil(b"\r\n")).strip():
        pass  # a trailer
    return b"".join(chunks)


def may_be_empty_batch(head: Head) -> bool:
    """Say whether the body is short enough to have to be looked at. One in chunks counts as long."""
    return not head.is_chunked and head.length <= _LONGEST_EMPTY_BATCH


def is_empty_batch(head: Head, body: bytes) -> bool:
    """Say whether a body holds no event, as the one by which a client asks whether its key is taken."""
    try:
        document = json.loads(decompressed(head, body))
    except ValueError:
        return False
    return isinstance(document, dict) and not document.get("batch")


def decompressed(head: Head, body: bytes) -> bytes:
    """Give the body as the gateway will see it; as it is if its gzip is broken."""
    if head.headers.get(b"content-encoding") != b"gzip":
        return body
    try:
        return zlib.decompress(body, _GZIP)
    except zlib.error:
        return body
