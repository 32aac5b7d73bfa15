"""A Prefect server of a test's own: one that dies, and one that knows nothing yet."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
import requests
from served import ANYTHING, children, environment_with, exists, kinds_in, refused, serving, until

from flows.prefect_server import prefect_server

pytestmark = pytest.mark.long


@pytest.fixture
def empty_server(tmp_path):
    """Give the API's address of a server that nothing was deployed to."""
    with patch.dict(os.environ), prefect_server(tmp_path / "prefect") as api:  # which sets some for itself
        yield api


def test_a_server_that_dies_is_told_of_and_its_runs_settle(tmp_path, settings, postgres, held):
    values = {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": postgres.fresh_database().replace("+psycopg", "+asyncpg"),
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_CLIENT_MAX_RETRIES": "1",  # a run asks a server that is gone for a minute and a half otherwise
        "BACKFILL_BATCH_EVENTS": "20",
    }
    with serving(tmp_path, settings | values) as served:
        before, run = held(), served.start("import", **ANYTHING)
        until(lambda: held() > before)
        process = int(served.ask("GET", f"/flow_runs/{run}")["infrastructure_pid"])
        family = children(served.process.pid)
        (server,) = [pid for pid in family if "server" in Path(f"/proc/{pid}/cmdline").read_text().split("\0")]

        os.kill(server, signal.SIGKILL)

        assert served.process.wait(150) == 2
    assert "The server ended by itself; data/state/prefect/server.log says why" in served.said()
    assert "Traceback" not in served.said()
    assert [pid for pid in (process, *family) if exists(pid)] == []
    ledger = tmp_path / "data" / "state" / "ledger.db"
    assert (kinds_in(ledger, "stopped"), kinds_in(ledger, "running")) == (["import"], [])


def test_one_that_knows_nothing_is_told_what_there_is_only_where_asked_to(empty_server, tmp_path):
    words = refused("work", PREFECT_API_URL=empty_server)
    assert "has no work pool backfill" in words
    assert "backfill work --deploy" in words

    environment = environment_with({"PREFECT_API_URL": empty_server, "BACKFILL_SOURCE_TIMEZONE": "Europe/Vienna"})
    command = [sys.executable, "-u", "-m", "flows.cli", "work", "--deploy"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as working:
        assert any("Ctrl-C ends it" in line for line in working.stdout)
        made = requests.post(f"{empty_server}/deployments/filter", json={}, timeout=30).json()
        working.terminate()
        assert working.wait(60) == 0
    (nightly,) = [one for one in made if one["name"] == "nightly"]
    assert nightly["parameters"] == {"route": {"destinations": "none"}}
    assert [one["schedule"]["timezone"] for one in nightly["schedules"]] == ["Europe/Vienna"]
    assert [step["directory"] for (step,) in map(dict.values, nightly["pull_steps"])] == [str(tmp_path)]
