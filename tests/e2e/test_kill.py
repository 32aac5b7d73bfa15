"""The process of an import is killed: whoever is to know is told, and Retry completes it."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest
import requests
from pages import control, fill, open_deployment_form, run_id, submit, wait_for_state
from served import environment_with, until

pytestmark = pytest.mark.e2e

EVENTS_A_SECOND = 1_500


@pytest.fixture
def told(operated):
    """Give what a webhook is told from now on, once `backfill alerts install` has named it."""
    told = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        webhook = f"http://127.0.0.1:{server.server_port}/alerts"
        command = [sys.executable, "-m", "flows.cli", "alerts", "install", "--webhook", webhook]
        folder = operated.served.folder
        api = {"PREFECT_API_URL": f"{operated.served.address}/api", "PREFECT_HOME": str(folder / "installing")}
        subprocess.run(command, cwd=folder, env=environment_with(api), check=True, capture_output=True)
        yield told
        server.shutdown()


def arrivals(operated):
    """Return how often each message id came."""
    came, after = Counter(), 0
    while after is not None:
        asked = {"after": after, "limit": 10_000}
        listed = requests.get(f"{operated.data_plane}/sandbox/ids", asked, timeout=30).json()
        came.update(event[0] for event in listed["events"])
        after = listed["next"]
    return came


def in_doubt(operated):
    """Return how often the ledger names each id as in doubt, all of them since delivered."""
    batches = operated.ledger("SELECT state, ids FROM batches WHERE state NOT IN ('delivered', 'rejected')")
    assert {state for state, _ in batches} <= {"superseded"}
    return Counter(str(UUID(bytes=ids[at : at + 16])) for _, ids in batches for at in range(0, len(ids), 16))


def has_let_go(served, run):
    """Tell whether the worker is done with the run: five seconds after its end it calls it crashed once more."""
    asked = {"event": {"name": ["prefect.worker.executed-flow-run"]}, "related": {"id": [f"prefect.flow-run.{run}"]}}
    return served.ask("POST", "/events/filter", filter=asked)["total"]


def test_killed_it_is_crashed_and_told_and_retry_completes_with_nothing_lost_or_doubled(page, anew, told, whole):
    open_deployment_form(page, "import")
    slow = {"Shards": 3, "Workers": 1, "Most events a second": EVENTS_A_SECOND}
    for title, value in {"Destinations": "none", "Dead letters allowed": "5%", **slow}.items():
        fill(page, title, value)
    submit(page)
    until(anew.held)
    run = anew.served.ask("GET", f"/flow_runs/{run_id(page)}")
    os.kill(int(run["infrastructure_pid"]), signal.SIGKILL)

    wait_for_state(page, "Crashed")
    assert 0 < anew.held() < whole
    until(lambda: told)
    (alert,) = told
    assert alert["subject"] == f"backfill crashed: backfill, {run['name']}"
    assert "status code: -9" in alert["text"]
    assert f"/flow-run/{run['id']}" in alert["text"]

    until(lambda: has_let_go(anew.served, run["id"]))
    control(page, "Retry")
    wait_for_state(page, "AwaitingRetry", "Pending", "Running", "Completed")
    state = wait_for_state(page, "Completed", "Failed", "Crashed")
    assert state == "Completed", anew.message(run["id"])
    came, doubts = arrivals(anew), in_doubt(anew)
    assert len(came) == anew.delivered() == whole
    assert {one: times for one, times in came.items() if times - 1 > doubts[one]} == {}
    assert anew.ledger("SELECT state FROM runs ORDER BY started_at") == [("stopped",), ("done",)]
