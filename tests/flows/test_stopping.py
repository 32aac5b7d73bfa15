"""What stops a run, and what a second one makes of it: an interrupt, another zone, a server that is no data plane."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests

from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample

ROOT = Path(__file__).resolve().parents[2]
RUN = ("run", "--no-prefect", "--max-dead", "5%")


def test_an_interrupted_run_says_so_and_the_next_one_goes_on(tmp_path, settings_in, command):
    source = tmp_path / "platform.db"
    write_sample(f"sqlite:///{source}", SampleOptions(users=1500))
    settings = GatewaySettings(store=tmp_path / "events.db", write_keys=("wk-slow",), latency_ms=300)
    with running_gateway(settings) as slow:
        environment = settings_in(tmp_path) | {
            "BACKFILL_SOURCE_URL": f"sqlite:///{source}",
            "BACKFILL_DATA_PLANE_URL": slow.url,
            "BACKFILL_WRITE_KEY": "wk-slow",
        }
        own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        words = [sys.executable, "-m", "flows.cli", *RUN, "--shards", "30"]
        with subprocess.Popen(words, cwd=tmp_path, env=own | {"PYTHONPATH": str(ROOT)} | environment) as running:
            while requests.get(f"{slow.url}/sandbox/counts", timeout=10).json()["events"] == 0:
                time.sleep(0.05)
            running.send_signal(signal.SIGINT)
            assert running.wait(30) == 130
        before = requests.get(f"{slow.url}/sandbox/counts", timeout=10).json()["events"]

        stopped = command("status", folder=tmp_path, environment=environment).stdout
        again = command(*RUN, "--json", "again.json", folder=tmp_path, environment=environment)
        summary = json.loads((tmp_path / "again.json").read_text())
        held = requests.get(f"{slow.url}/sandbox/counts", timeout=10).json()

    assert "stopped" in stopped
    assert again.returncode == 0
    assert summary["balanced"]
    assert summary["already_delivered"] == before > 0
    assert summary["delivered"] > 0
    assert held["events"] == held["distinct_message_ids"] == before + summary["delivered"]


@pytest.mark.parametrize(
    ("variable", "value"), [("BACKFILL_SOURCE_TIMEZONE", "Europe/Berlin"), ("BACKFILL_SOURCE_NAME", "another")]
)
def test_what_ids_and_times_hang_on_may_not_change_under_a_ledger(forked, environment, held, tmp_path, variable, value):
    assert forked(*RUN, "--max-dead", "20%", folder=tmp_path, environment=environment).returncode == 0
    before = held()

    ran = forked(*RUN, folder=tmp_path, environment=environment | {variable: value})

    assert ran.returncode == 2
    assert f"{variable} is {value}" in ran.stderr
    assert held() == before


def test_a_stream_that_is_asked_for_must_have_a_model(forked, environment, held, tmp_path):
    shutil.copytree(ROOT / "extractors" / "models" / "sample", tmp_path / "models")
    (tmp_path / "models" / "memberships.sql").unlink()
    changed = environment | {"BACKFILL_MODELS": str(tmp_path / "models")}
    before = held()

    ran = forked(*RUN, "--stream", "memberships", folder=tmp_path, environment=changed)

    assert ran.returncode == 2
    assert "memberships.sql is missing" in ran.stderr
    assert held() == before


class _Welcome(BaseHTTPRequestHandler):
    def do_POST(self):  # the name that http.server looks for
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>Welcome</html>")

    def log_message(self, *_):
        """Say nothing."""


def test_a_server_that_welcomes_everything_is_no_data_plane(forked, environment, tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), _Welcome) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        ran = forked(*RUN, folder=tmp_path, environment=environment | {"BACKFILL_DATA_PLANE_URL": url})
        server.shutdown()

    assert ran.returncode == 3
    assert "no RudderStack data plane" in ran.stderr
    assert "delivered" not in ran.stdout
