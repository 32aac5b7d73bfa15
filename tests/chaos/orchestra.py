"""A Prefect server with a deployment of ours, and workers that run it: processes that can be killed."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from commands import ROOT, environment_of, until
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

DEPLOY = """
from flows.backfill import backfill
deployed = backfill.from_source({root!r}, "flows/backfill.py:backfill")
print(deployed.deploy("chaos", work_pool_name="chaos", build=False, print_next_steps=False))
"""
BUSY = Retry(10, connect=0, read=0, status_forcelist=[503], allowed_methods=None, backoff_factor=0.2)
QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "PREFECT_LOGGING_LEVEL": "WARNING"}


@dataclass
class Orchestra:
    """A server on a port, with its home in a folder."""

    home: Path
    port: int
    server: subprocess.Popen | None = None
    deployment: str = ""

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def environment(self) -> dict[str, str]:
        return environment_of({"PREFECT_HOME": str(self.home), "PREFECT_API_URL": self.api, **QUIET})

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        self.server = self._program("-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", self.port)
        until(self._answers)

    def deploy(self) -> None:
        """Make the pool and the deployment."""
        self.ask("POST", "/work_pools/", json={"name": "chaos", "type": "process"})
        words = [sys.executable, "-c", DEPLOY.format(root=str(ROOT))]
        said = subprocess.run(words, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=True)
        self.deployment = said.stdout.split()[-1]

    @contextmanager
    def worker(self, settings: dict[str, str]) -> Iterator[subprocess.Popen]:
        """Run a worker, whose runs get these settings, until the block ends; then it is killed with all that it began.

        Asked to stop it would send itself a SIGINT, and not heed that where whoever began all this ignores it.
        """
        words = ("-m", "prefect", "worker", "start", "--pool", "chaos", "--type", "process")
        worker = self._program(*words, settings=settings | {"PREFECT_WORKER_QUERY_SECONDS": "1"})
        try:
            yield worker
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(60)

    def run(self, **parameters: Any) -> str:
        """Ask for a run of the deployment, and give its id."""
        asked = {"parameters": {"shards": 4, "max_dead": "20%", **parameters}, "state": {"type": "SCHEDULED"}}
        return self.ask("POST", f"/deployments/{self.deployment}/create_flow_run", json=asked)["id"]

    def state(self, run: str) -> str:
        """Give the name of the run's state."""
        return (self.ask("GET", f"/flow_runs/{run}")["state"] or {}).get("name", "")

    def ended(self, run: str) -> bool:
        """Tell whether the run is at its end."""
        return self.state(run) in ("Completed", "Failed", "Crashed", "Cancelled", "TimedOut")

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Ask the API; again where its SQLite was busy, which it says by 503, and its own clients then do."""
        with requests.Session() as session:
            session.mount(self.api, HTTPAdapter(max_retries=BUSY))
            answer = session.request(method, f"{self.api}{path}", timeout=30, **more)
        answer.raise_for_status()
        return answer.json()

    def _program(self, *words: Any, settings: dict[str, str] | None = None) -> subprocess.Popen:
        command = [sys.executable, *map(str, words)]
        with (self.home / "log").open("ab") as log:
            own = self.environment | (settings or {})
            return subprocess.Popen(command, env=own, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.api}/health", timeout=2).ok
        except requests.RequestException:
            return False


@contextmanager
def playing(home: Path) -> Iterator[Orchestra]:
    """Run a server with the deployment until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        orchestra = Orchestra(home, place.getsockname()[1])
    orchestra.start()
    try:
        orchestra.deploy()
        yield orchestra
    finally:
        kill(orchestra.server.pid, signal.SIGKILL)
        orchestra.server.wait(60)


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    """Send a process a signal, and fail if it is no more."""
    os.kill(pid, number)
