"""A Prefect server of our own for as long as a `with` lasts, its database in a folder of ours."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from flows.errors import ServerFailed
from flows.prefect_run import QUIET

_START_SECONDS = 90
_STOP_SECONDS = 15


@contextmanager
def prefect_server(home: Path) -> Iterator[str]:
    """Start a server on a free port and give its API's address; this process's Prefect then uses the same home.

    Raises `ServerFailed` with the end of its log where it does not start.
    """
    home.mkdir(parents=True, exist_ok=True)
    os.environ |= {"PREFECT_HOME": str(home), **QUIET}
    port = _free_port()
    api = f"http://127.0.0.1:{port}/api"
    log = home / "server.log"
    with log.open("w") as output:
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603  # our own command
        try:
            _wait(server, api, log)
            yield api
        finally:
            server.terminate()
            try:
                server.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait(server: subprocess.Popen[bytes], api: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if requests.get(f"{api}/health", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise ServerFailed(f"The Prefect server did not start:\n{log.read_text()[-1000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
