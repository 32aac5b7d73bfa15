"""A server on a free port of the loopback address, kept until a block ends or its process does."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import IO, cast

HOST = "127.0.0.1"

_TRIES = 3
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Server:
    """How a server is started on a port, how one tells whether it lets us in, and what ends it."""

    command: Callable[[int], list[str]]
    lets_in: Callable[[int], bool]
    ending: Signals
    start_seconds: float
    failed: Callable[[str], Exception]


@contextmanager
def kept(server: Server, log: Path) -> Iterator[int]:
    """Run the server until the block ends, and give its port. Raises what `failed` makes of its words, if it fails."""
    keeper, port = _start(server, log)
    try:
        yield port
    finally:
        _stop(keeper)


def _start(server: Server, log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start on a free port: on another one if somebody takes it first."""
    for _ in range(_TRIES):
        port = _free_port()
        with log.open("wb") as words:
            keeper = _keep(server, port, words)
        if _lets_in(server, port, keeper):
            return keeper, port
        _stop(keeper)
    raise server.failed(log.read_text("utf-8", errors="replace").strip())


def _keep(server: Server, port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the keeper, out of reach of the terminal's Ctrl-C: tests that it ends still need their server to clean."""
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "sandbox.servers", server.ending.name, *server.command(port)],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return cast("int", probe.getsockname()[1])


def _lets_in(server: Server, port: int, keeper: subprocess.Popen[bytes]) -> bool:
    """Wait until it lets us in; False if it ends or takes too long."""
    deadline = time.monotonic() + server.start_seconds
    while keeper.poll() is None and time.monotonic() < deadline:
        if server.lets_in(port):
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _stop(keeper: subprocess.Popen[bytes]) -> None:
    """End the keeper's input, at which it ends the server."""
    cast("IO[bytes]", keeper.stdin).close()
    try:
        keeper.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        keeper.kill()
        keeper.wait()
