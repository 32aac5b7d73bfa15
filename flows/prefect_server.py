"""A Prefect server of our own for as long as a `with` lasts, its database in a folder of ours."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import requests

from flows.errors import ServerFailed
from flows.prefect_run import QUIET

_START_SECONDS = 90
_STOP_SECONDS = 15


class Server(NamedTuple):
    """A running server: its API's address, as it is reached from here, and its process."""

    api: str
    process: subprocess.Popen[bytes]


@contextmanager
def prefect_server(home: Path) -> Iterator[str]:
    """Start a server on a free port and give its API's address; raises what `running_server` raises."""
    with running_server(home, "127.0.0.1", _free_port()) as server:
        yield server.api


@contextmanager
def running_server(home: Path, host: str, port: int) -> Iterator[Server]:
    """Start a server that listens there; this process's Prefect then uses the same home.

    It has a session of its own, so that a terminal's Ctrl-C does not end it before those who still need it. Raises
    `ServerFailed` with the end of its log where it does not start.
    """
    home.mkdir(parents=True, exist_ok=True)
    os.environ |= {"PREFECT_HOME": str(home), "PREFECT_SERVER_UI_API_URL": "/api", **QUIET}  # wherever it is reached at
    api = f"http://{reached_at(host)}:{port}/api"
    log = home / "server.log"
    with log.open("w") as output:
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", host, "--port", str(port)]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)  # noqa: S603  # our own command
        try:
            _wait(process, api, log)
            yield Server(api, process)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def reached_at(host: str) -> str:
    """Return the host of the address at which a server on `host` is reached from this machine."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  # every interface, this machine's own among them
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


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
