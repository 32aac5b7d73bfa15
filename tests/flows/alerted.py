"""What test_alerts.py needs: a Prefect server whose services run, who is told, and runs of which there is to tell."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import requests
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": "1",
    "DO_NOT_TRACK": "1",
}

TOLD = """
import time
from datetime import UTC, datetime, timedelta

from prefect import flow, tags
from prefect.client.orchestration import get_client
from prefect.events import emit_event
from prefect.states import Completed, Crashed, Failed, Running, Scheduled, Suspended

from flows.alerts.events import SETTLED
from flows.alerts.automations import automations
from flows.alerts.notices import tell_notices
from flows.errors import Exit
from flows.outcome import Outcome
from flows.settings import LedgerSettings
from flows.summary import Summary
from loaders.ledger.opening import open_ledger
from loaders.ledger.runs import end_run, start_run

settings = LedgerSettings()
ledger = open_ledger(settings.ledger_url.get_secret_value())
for night in range(8):
    start_run(ledger, f"night-{night}", "nightly", {"streams": []}, {}, [])
    end_run(ledger, f"night-{night}", "done", {"delivered": night if night < 7 else 0})

def summary_of(run_id):
    return Summary(run_id, 1000, 950, 30, 20, 0, 0, 0, 0, 0, True, {}, 0, 0, 0, 1.0)

@flow(name="import", flow_run_name="a failing one")
def failing():
    return Failed(message='12 dead letters are "more" than <allowed> & {{ so on }}')

@flow(name="import", flow_run_name="of others")
def of_others():
    return Failed(message="none of our business")

@flow(name="nightly", flow_run_name="a quiet one")
def noticed():
    tell_notices(settings, Outcome(Exit.DONE, "balanced", summary_of("night-7")))

with get_client(sync_client=True) as client:
    def run(name, state):
        return client.create_flow_run(failing, name=name, tags=["backfill", "nightly"], state=state)

    quick = automations([], "", timedelta(seconds=4))[-1]
    client.create_automation(quick.model_copy(update={"name": "the same, quicker"}))
    run("a late one", Scheduled(scheduled_time=datetime.now(UTC) - timedelta(minutes=1)))
    client.set_flow_run_state(run("a crashed one", Running()).id, Crashed(message="its machine was taken away"))
    deployment = client.create_deployment(client.create_flow(failing), "by hand")  # others cannot be suspended
    names = ("a silent one", "an ended one", "a suspended one", "one that settles")
    beating = {
        name: client.create_flow_run_from_deployment(deployment, name=name, tags=["backfill"], state=Running()).id
        for name in names
    }

    def tell(event, one):
        emit_event(
            event,
            resource={"prefect.resource.id": f"prefect.flow-run.{beating[one]}"},
            related=[{"prefect.resource.id": "prefect.tag.backfill", "prefect.resource.role": "tag"}],
        )

    def suspend(one):
        answer = client.set_flow_run_state(beating[one], Suspended())
        assert answer.status.value == "ACCEPT", answer

    suspend("one that settles")
    for one in beating:
        tell("prefect.flow-run.heartbeat", one)
    heard = {"filter": {"event": {"name": ["prefect.flow-run.heartbeat"]}}}
    while client.request("POST", "/events/filter", json=heard).json()["total"] < len(beating):
        time.sleep(0.1)
    client.set_flow_run_state(beating["an ended one"], Completed())
    suspend("a suspended one")
    tell(SETTLED, "one that settles")
    of_others(return_state=True)
    with tags("backfill"):
        failing(return_state=True)
        noticed()
"""


class Server:
    """A Prefect server in a process of its own, its log as a person would have it.

    It keeps to PostgreSQL: with SQLite, what happens at once makes it wait for its own locks, up to a minute each.
    """

    def __init__(self, home, database):
        self.database = database
        with socket.create_server(("127.0.0.1", 0)) as place:
            self.url = f"http://127.0.0.1:{place.getsockname()[1]}"
        self.home, self.api = home, f"{self.url}/api"

    @contextmanager
    def running(self):
        words = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", self.url.rpartition(":")[2]]
        database = self.database.replace("+psycopg", "+asyncpg")
        settings = own({"PREFECT_HOME": str(self.home), "PREFECT_SERVER_DATABASE_CONNECTION_URL": database})
        with (self.home / "server.log").open("wb") as log:
            server = subprocess.Popen([sys.executable, "-m", *words], env=settings, stdout=log, stderr=log)
        try:
            until(self._answers)
            yield self
        finally:
            server.kill()
            server.wait(30)

    def ask(self, path, **asked):
        answer = requests.post(f"{self.api}{path}", json=asked, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def switch_off(self, automation):
        answer = requests.patch(f"{self.api}/automations/{automation}", json={"enabled": False}, timeout=30)
        answer.raise_for_status()

    def automations(self):
        """Give the automations that were installed, by name."""
        return {one["name"]: one for one in self.ask("/automations/filter") if one["name"].startswith("backfill ")}

    def blocks(self):
        """Give the ids of the blocks that were saved, by name."""
        return {one["name"]: one["id"] for one in self.ask("/block_documents/filter", include_secrets=False)}

    def written(self):
        """Give everything that the server wrote: its files by name, and the rows of its tables."""
        found = {path.name: path.read_text() for path in self.home.rglob("*") if path.is_file()}
        with psycopg.connect(self.database.replace("+psycopg", "")) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                rows = connection.execute(sql.SQL("SELECT whole::text FROM {} whole").format(sql.Identifier(table)))
                found[table] = "\n".join(row for (row,) in rows)
        return found

    def _answers(self):
        try:
            return requests.get(f"{self.api}/health", timeout=2).ok
        except requests.RequestException:
            return False


class Receiver:
    """Who is told: gets what is posted, and answers with an error to what is about a late run."""

    def __init__(self):
        self.got = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.got.append((self.path, said))
                self.send_response(500 if "late" in str(said) else 200)
                self.end_headers()

            def log_message(self, *words):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"

    @contextmanager
    def listening(self):
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()
            thread.join()

    def at(self, path):
        """Give what was posted there."""
        return [said for where, said in self.got if where == path]


def own(values):
    """Give an environment of our own, with those values."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BACKFILL_", "PREFECT_"))}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "1000"} | SETTINGS | values


def tell(server, folder):
    """Run what there is to tell of, in a process of its own."""
    asked = {
        "PREFECT_API_URL": server.api,
        "PREFECT_HOME": str(folder / "runs"),
        "BACKFILL_LEDGER_URL": f"sqlite:///{folder}/ledger.db",
    }
    words = [sys.executable, "-c", TOLD]
    subprocess.run(words, env=own(asked), cwd=folder, check=True, capture_output=True, timeout=60)


def until(holds, seconds=45):
    """Wait until it holds, or fail."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
