"""A way to a server that speaks TLS, on which an answer is garbled once what was asked for is done."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import contextmanager
from threading import Event

from sandbox.faults.serving import serving

GARBAGE = b"\x17\x03\x03\x00\x20" + b"\xaa" * 32
"""A record of TLS that no key opens."""


@contextmanager
def garbling(port: int, due: Event):
    """Lead to the port; whatever the server says once `due` is set comes as garbage, for once, and the way ends."""

    async def lead(reader: StreamReader, writer: StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
        upwards = asyncio.create_task(_copy(reader, to_server))
        try:
            await _lead_down(from_server, writer, due)
        finally:
            upwards.cancel()
            to_server.transport.abort()
            await asyncio.gather(upwards, return_exceptions=True)

    with serving(lead) as bound:
        yield bound


async def _lead_down(from_server: StreamReader, writer: StreamWriter, due: Event) -> None:
    while piece := await from_server.read(2**16):
        if due.is_set():
            due.clear()
            writer.write(GARBAGE)
            await writer.drain()
            return
        writer.write(piece)
        await writer.drain()


async def _copy(reader: StreamReader, writer: StreamWriter) -> None:
    while piece := await reader.read(2**16):
        writer.write(piece)
        await writer.drain()
