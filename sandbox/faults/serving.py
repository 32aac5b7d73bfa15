"""A server of asyncio streams on loopback, in a thread of its own, for as long as a `with` lasts."""

import asyncio
import socket
import ssl
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread

_HOST = "127.0.0.1"
_LINGER_NONE = struct.pack("ii", 1, 0)

Handler = Callable[[StreamReader, StreamWriter], Awaitable[None]]


@contextmanager
def serving(handler: Handler, *, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Let ``handler`` serve each connection until the block ends, and give the port. Connections then are cut.

    Raises OSError if the port is taken. That a peer went is no error of the handler's; any other is raised at the end
    of the block.
    """
    started: Future[Callable[[], object]] = Future()
    server = _Server(handler, port, tls, started)
    thread = Thread(target=lambda: asyncio.run(server.run()), name="faults", daemon=True)
    thread.start()
    stop = started.result()
    try:
        yield server.port
    finally:
        stop()
        thread.join()
    if server.failures:
        raise server.failures[0]


def reset(writer: StreamWriter) -> None:
    """End a connection with RST and without what is not yet sent."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
    writer.transport.abort()


@dataclass(slots=True)
class _Server:
    handler: Handler
    port: int
    tls: ssl.SSLContext | None
    started: Future[Callable[[], object]]
    failures: list[Exception] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await asyncio.start_server(self._accept, _HOST, self.port, ssl=self.tls)
        except OSError as error:
            self.started.set_exception(error)
            return
        self.port = server.sockets[0].getsockname()[1]
        self.started.set_result(lambda: loop.call_soon_threadsafe(ended.set))
        await ended.wait()
        server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await self.handler(reader, writer)
            writer.close()
            await writer.wait_closed()
        except (OSError, EOFError):
            pass  # the peer went
        except Exception as error:  # noqa: BLE001 - it is raised where the block ends
            self.failures.append(error)
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
