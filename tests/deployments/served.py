"""`backfill serve` in a process of its own, as a person starts it; what its API answers, and what it leaves."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "admin:a-secret-of-the-tests"  # noqa: S105  # nobody else's
START_SECONDS = 180
BUSY = Retry(20, status_forcelist=[503], allowed_methods=None, backoff_factor=0.2)  # while SQLite is written to

ANYTHING = {"safety": {"max_dead": "100%"}, "route": {"destinations": "none"}}


@dataclass
class Served:
    """A served Prefect: its address, the folder that it works in, and its process."""

    address: str
    folder: Path
    process: subprocess.Popen
    session: requests.Session

    def ask(self, method, path, **body):
        """Return what the API answers; fail where it refuses."""
        answer = self.session.request(method, f"{self.address}/api{path}", json=body or None, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def deployments(self):
        """Return the deployments by their names."""
        return {one["name"]: one for one in self.ask("POST", "/deployments/filter")}

    def start(self, name, **parameters):
        """Start a run of the deployment, as its form does, and return its id."""
        place = f"/deployments/{self.deployments()[name]['id']}/create_flow_run"
        return self.ask("POST", place, parameters=parameters)["id"]

    def runs(self, name):
        """Return the runs of the deployment, those that are only scheduled left out."""
        found = self.ask("POST", "/flow_runs/filter", deployments={"name": {"any_": [name]}})
        return [one for one in found if one["state_type"] != "SCHEDULED"]

    def state(self, run):
        """Return the name of the run's state."""
        return self.ask("GET", f"/flow_runs/{run}")["state_name"]

    def said(self):
        """Return what the command said."""
        return (self.folder / "serve.log").read_text()

    def end(self):
        """End it as a supervisor does, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(120)


def until(holds, seconds=120):
    """Wait until something holds; what a running Prefect needs seconds for, a busy machine needs a minute for."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.3)
    return found


def environment_with(values):
    """Return this process's environment with those settings, and no other of ours or Prefect's."""
    ours = ("BACKFILL_", "PREFECT_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | values


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(folder, settings, password=""):
    """Serve in that folder with those settings until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "flows.cli", "serve", "--port", str(port)]
    values = settings | ({"PREFECT_SERVER_API_AUTH_STRING": password} if password else {})
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=BUSY))
    session.auth = tuple(password.split(":")) if password else None
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment_with(values), stdout=log, stderr=subprocess.STDOUT
        )
        served = Served(f"http://127.0.0.1:{port}", folder, process, session)
        try:
            until(lambda: "Ctrl-C ends it" in served.said() or process.poll() is not None, START_SECONDS)
            assert process.poll() is None, served.said()
            yield served
        finally:
            if process.poll() is None:
                served.end()


def kinds_in(ledger, state):
    with closing(sqlite3.connect(ledger)) as connection:
        return [kind for (kind,) in connection.execute("SELECT kind FROM runs WHERE state = ?", [state])]


def refused(*words, folder=None, **environment):
    command = [sys.executable, "-m", "flows.cli", *words]
    ended = subprocess.run(
        command, cwd=folder, env=environment_with(environment), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    return ended.stderr


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as listed:  # noqa: PTH123  # no file on a disk
        return [int(child) for child in listed.read().split()]


def exists(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
