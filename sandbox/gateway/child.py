"""A local data plane in a process of its own, with an interpreter lock of its own."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, cast
from urllib.parse import urlsplit

from sandbox.gateway.settings import GatewaySettings

_START_SECONDS = 20.0
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.02


class GatewayError(RuntimeError):
    """The local data plane did not start. The message ends in what it wrote to its error stream."""


@dataclass(frozen=True, slots=True)
class RunningGateway:
    """A local data plane that answers at ``url`` (no slash at its end) and keeps its events in ``store`` (SQLite)."""

    url: str
    store: Path
    pid: int


@contextmanager
def running_gateway(settings: GatewaySettings) -> Iterator[RunningGateway]:
    """Run a local data plane in a child process until the block ends.

    Raises GatewayError, with the child's words, if it does not answer within 20 seconds. The child gets its settings by
    its standard input, never by its arguments, and ends by itself should this process die.
    """
    with tempfile.TemporaryFile() as errors, _start(errors) as process:
        try:
            yield _wait_until_it_answers(process, settings, errors)
        finally:
            _stop(process)


def _start(errors: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "sandbox.gateway"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)  # noqa: S603 - our own module


def _wait_until_it_answers(
    process: subprocess.Popen[bytes], settings: GatewaySettings, errors: IO[bytes]
) -> RunningGateway:
    deadline = time.monotonic() + _START_SECONDS
    url = _exchange(process, settings, deadline)
    while url and process.poll() is None and time.monotonic() < deadline:
        if _answers(url):
            return RunningGateway(url, settings.store, process.pid)
        time.sleep(_POLL_SECONDS)
    _stop(process)
    errors.seek(0)
    words = errors.read().decode(errors="replace").strip()
    raise GatewayError(f"the local data plane did not start (exit status {process.returncode}): {words}")


def _exchange(process: subprocess.Popen[bytes], settings: GatewaySettings, deadline: float) -> str:
    """Hand over the settings and give the URL the child announces, "" if it does not."""
    to_child, from_child = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
    try:
        to_child.write(settings.to_json() + b"\n")
        to_child.flush()  # and left open: its end tells the child that this process is gone
    except BrokenPipeError:
        return ""
    lines: Queue[bytes] = Queue()
    Thread(target=lambda: lines.put(from_child.readline()), daemon=True).start()
    try:
        return lines.get(timeout=max(0.0, deadline - time.monotonic())).decode().strip()
    except Empty:
        return ""


def _answers(url: str) -> bool:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=1)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200  # noqa: PLR2004 - HTTP's own number
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
