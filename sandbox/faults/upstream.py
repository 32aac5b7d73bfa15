"""The real gateway behind the plane, by one connection that is kept."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from sandbox.faults.fault import Reply
from sandbox.faults.wire import Head, read_body, read_head

_GONE = Reply(502, "no gateway behind the faults\n")


class Received(NamedTuple):
    """What the gateway answered: its status, and the bytes to hand on."""

    status: int
    raw: bytes

    @classmethod
    def of(cls, reply: Reply) -> Self:
        """Give an answer of our own, as if it were the gateway's."""
        return cls(reply.status, reply.written())


class Upstream:
    """One connection to the gateway at `url`, made when it is first needed, and made again when it has ended."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._streams: tuple[StreamReader, StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    async def forward(self, head: Head, body: bytes) -> Received:
        """Give a request to the gateway and return its answer; 502, and 502 alone, if it could not be had."""
        try:
            return await self._exchange(head, body)
        except (OSError, EOFError):
            self._drop()
            return Received.of(_GONE)

    async def _exchange(self, head: Head, body: bytes) -> Received:
        reader, writer = await self._connected()
        writer.write(head.written(len(body)))
        writer.write(body)
        with suppress(ConnectionError):  # the gateway may answer, and close, before it has read all
            await writer.drain()
        answer = await read_head(reader)
        if answer is None:
            raise EOFError
        text = await read_body(reader, answer)
        if answer.closes:
            self._drop()
        return Received(int(answer.first_line.split(b" ")[1]), answer.written(len(text)) + text)

    async def _connected(self) -> tuple[StreamReader, StreamWriter]:
        if self._streams is not None and self._streams[0].at_eof():
            self._drop()
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        return self._streams

    def _drop(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None
