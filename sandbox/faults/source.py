"""A way to a database that drops connections."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox.faults.serving import reset, serving

_PIECE = 2**16


@contextmanager
def dropping_proxy(
    host: str,
    port: int,
    *,
    after_bytes: int = 0,
    times: int = 1,
    first: int = 1,
    on_drop: Callable[[int], None] | None = None,
) -> Iterator[int]:
    """Lead to the server at ``host`` and ``port`` until the block ends, and give the port to connect to.

    A connection is dropped (RST) once the server has sent ``after_bytes`` by it, at once if that is 0; no more than so
    many reach the client. So it goes ``times`` times, from the connection of number ``first`` on, counted from 1; all
    others pass. ``on_drop`` is told the number of each that is dropped, in the proxy's thread.
    """
    way = _Way(host, port, after_bytes, times, first, on_drop)
    with serving(way.lead) as bound:
        yield bound


@dataclass(slots=True)
class _Way:
    host: str
    port: int
    after_bytes: int
    drops_left: int
    first: int
    on_drop: Callable[[int], None] | None
    connections: int = 0

    async def lead(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        if self._is_to_drop(number, 0):
            self._drop(number, writer)
            return
        writer.transport.set_write_buffer_limits(high=0)  # so that what is drained has gone
        from_server, to_server = await asyncio.open_connection(self.host, self.port)
        upwards = asyncio.create_task(_copy(reader, to_server))
        try:
            await self._lead_down(number, from_server, writer)
        finally:
            upwards.cancel()
            to_server.transport.abort()
            await asyncio.gather(upwards, return_exceptions=True)

    async def _lead_down(self, number: int, from_server: StreamReader, writer: StreamWriter) -> None:
        sent = 0
        while piece := await from_server.read(_PIECE):
            sent += len(piece)
            if self._is_to_drop(number, sent):
                writer.write(piece[: len(piece) - (sent - self.after_bytes)])
                await writer.drain()
                self._drop(number, writer)
                return
            writer.write(piece)
            await writer.drain()

    def _is_to_drop(self, number: int, sent: int) -> bool:
        if self.drops_left and number >= self.first and sent >= self.after_bytes:
            self.drops_left -= 1
            return True
        return False

    def _drop(self, number: int, writer: StreamWriter) -> None:
        reset(writer)
        if self.on_drop is not None:
            self.on_drop(number)


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    while piece := await reader.read(_PIECE):
        writer.write(piece)
        await writer.drain()
    writer.write_eof()
