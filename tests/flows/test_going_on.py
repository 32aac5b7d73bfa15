"""Runs that were stopped and go on, what is in doubt and skipped, who may run at once, and how fast."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests

from sandbox.faults.catalog import GATEWAY_TIMEOUT, GATEWAY_TIMEOUT_STORED
from sandbox.faults.plan import FaultPlan
from sandbox.faults.plane import running_faults
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample

ROOT = Path(__file__).resolve().parents[2]
RUN = ("run", "--no-prefect", "--max-dead", "20%")


def held_by(gateway):
    return requests.get(f"{gateway.url}/sandbox/counts", timeout=10).json()


def asked_of(folder, query):
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        return [value for (value,) in connection.execute(query)]


def positions(folder):
    """Return how far the shards are; before there is a ledger, nothing."""
    try:
        return asked_of(folder, "SELECT position FROM shards")
    except sqlite3.Error:
        return []


@contextmanager
def begun(folder, environment, *more):
    """Start a run in a process of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    words = [sys.executable, "-m", "flows.cli", *RUN, *more]
    with subprocess.Popen(words, cwd=folder, env=own | {"PYTHONPATH": str(ROOT)} | environment) as running:
        yield running


@pytest.fixture
def slow(tmp_path, settings_in):
    """Give a data plane that takes its time, and the settings of a run of some thousand rows into it."""
    source = tmp_path / "platform.db"
    write_sample(f"sqlite:///{source}", SampleOptions(users=1200))
    settings = GatewaySettings(store=tmp_path / "events.db", write_keys=("wk-slow",), latency_ms=250)
    with running_gateway(settings) as gateway:
        own = {"SOURCE_URL": f"sqlite:///{source}", "DATA_PLANE_URL": gateway.url, "WRITE_KEY": "wk-slow"}
        yield gateway, settings_in(tmp_path) | {f"BACKFILL_{name}": value for name, value in own.items()}


def test_a_terminated_run_settles_and_is_gone_on_with(slow, tmp_path, command):
    gateway, environment = slow
    with begun(tmp_path, environment, "--shards", "12", "--workers", "1") as running:
        while not any(positions(tmp_path)):
            time.sleep(0.05)
        running.send_signal(signal.SIGTERM)
        assert running.wait(30) == 143
    before = held_by(gateway)["events"]
    assert asked_of(tmp_path, "SELECT state FROM runs") == ["stopped"]
    assert asked_of(tmp_path, "SELECT owner FROM locks") == [None]

    def run(name, *more):
        ran = command(*RUN, "--shards", "12", "--json", name, *more, folder=tmp_path, environment=environment)
        assert ran.returncode == 0, ran.stderr
        return json.loads((tmp_path / name).read_text())

    resumed, again = run("resumed.json", "--resume"), run("again.json")

    assert (resumed["already_delivered"], resumed["balanced"]) == (before, True)
    assert held_by(gateway)["events"] == held_by(gateway)["distinct_message_ids"] == before + resumed["delivered"]
    assert (again["delivered"], again["already_delivered"]) == (0, before + resumed["delivered"])
    for name in ("rows_read", "rows_mapped", "rows_filtered", "rows_dead", "messages", "dead"):
        assert resumed[name] == again[name]


def test_a_run_that_is_gone_on_with_reads_only_what_is_left(slow, tmp_path, forked):
    _, environment = slow
    some = ("--shards", "6", "--stream", "orders")
    assert forked(*RUN, *some, folder=tmp_path, environment=environment).returncode == 0
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection, connection:
        connection.execute("UPDATE runs SET state = 'stopped'")
    resumed = forked(*RUN, *some, "--resume", "--json", "r.json", folder=tmp_path, environment=environment)

    assert resumed.returncode == 0
    summary = json.loads((tmp_path / "r.json").read_text())
    assert summary["already_delivered"] == summary["messages"] - summary["dead"] > 0
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        starts = connection.execute("SELECT run_id, count(*) FROM shards GROUP BY 1").fetchall()
    assert len({count for _, count in starts}) == 1


def test_two_runs_at_once_are_one(slow, tmp_path, forked):
    gateway, environment = slow
    with begun(tmp_path, environment, "--max-rate", "4000") as running:
        while not held_by(gateway)["events"]:
            time.sleep(0.05)
        second = forked(*RUN, folder=tmp_path, environment=environment)
        assert running.wait(60) == 0

    assert second.returncode == 2
    assert "Another run holds the ledger since" in second.stderr
    assert f"process {running.pid}" in second.stderr
    assert asked_of(tmp_path, "SELECT count(*) FROM runs") == [1]
    assert held_by(gateway)["events"] == held_by(gateway)["distinct_message_ids"]


def test_what_is_in_doubt_is_skipped_as_long_as_it_is_asked_for(tmp_path, plane, environment, forked):
    plan = FaultPlan(script=(GATEWAY_TIMEOUT_STORED, GATEWAY_TIMEOUT))
    with running_faults(plane.url, plan) as faults:
        own = environment | {"BACKFILL_DATA_PLANE_URL": faults.url, "BACKFILL_SOURCE_NAME": "a doubtful shop"}

        def run(name, *more):
            ran = forked(*RUN, "--json", name, *more, folder=tmp_path, environment=own)
            assert ran.returncode == 0, ran.stderr
            return json.loads((tmp_path / name).read_text())

        first = run("1.json", "--in-doubt", "skip")
        states = asked_of(tmp_path, "SELECT state FROM batches ORDER BY 1")
        second = run("2.json", "--in-doubt", "skip")
        third = run("3.json")
        fourth = run("4.json", "--in-doubt", "skip")

    assert states.count("in doubt") == 2
    assert first["in_doubt"] == second["in_doubt"] > 0
    assert (second["delivered"], second["already_delivered"]) == (0, first["delivered"])
    assert (third["delivered"], third["in_doubt"]) == (first["in_doubt"], 0)
    assert asked_of(tmp_path, "SELECT count(*) FROM batches WHERE state = 'superseded'") == [2]
    assert (fourth["delivered"], fourth["in_doubt"], fourth["already_delivered"]) == (
        0,
        0,
        first["delivered"] + third["delivered"],
    )


def test_a_message_that_was_refused_once_and_may_have_arrived_later_is_in_doubt(tmp_path, environment, forked):
    def run(name, plane, *more):
        own = environment | {"BACKFILL_DATA_PLANE_URL": plane.url, "BACKFILL_WRITE_KEY": "wk-slow"}
        ran = forked(*RUN, *some, "--json", name, *more, folder=tmp_path, environment=own)
        assert ran.returncode == 0, ran.stderr
        return json.loads((tmp_path / name).read_text())

    some = ("--stream", "orders", "--identify", "none", "--max-dead", "50%")
    store, skip = tmp_path / "events.db", ("--in-doubt", "skip")
    with running_gateway(GatewaySettings(store=store, write_keys=("wk-slow",))) as gateway:
        whole = run("whole.json", gateway)
        with closing(sqlite3.connect(store)) as connection, connection:
            (poison,) = connection.execute("SELECT message_id FROM events LIMIT 1").fetchone()
            connection.execute("DELETE FROM events")
        (tmp_path / "ledger.db").unlink()
        with running_faults(gateway.url, FaultPlan(poison=(poison.encode(),))) as faults:
            refused = run("refused.json", faults)
        with running_faults(gateway.url, FaultPlan(script=(GATEWAY_TIMEOUT_STORED,))) as faults:
            doubted = run("doubted.json", faults, *skip)
        skipped = run("skipped.json", gateway, *skip)
        held = held_by(gateway)

    assert (refused["delivered"], refused["dead"], refused["in_doubt"]) == (whole["delivered"] - 1, 1, 0)
    for summary in (doubted, skipped):
        assert (summary["delivered"], summary["dead"], summary["in_doubt"], summary["balanced"]) == (0, 0, 1, True)
    assert held["events"] == held["distinct_message_ids"] == whole["delivered"]


def test_the_rate_that_was_asked_for_is_kept(tmp_path, environment, forked):
    own = environment | {"BACKFILL_SOURCE_NAME": "a steady shop"}
    ran = forked(*RUN, "--max-rate", "4000", "--json", "r.json", folder=tmp_path, environment=own)
    summary = json.loads((tmp_path / "r.json").read_text())

    assert ran.returncode == 0
    assert summary["delivered"] > 10_000
    assert summary["seconds"] > (summary["delivered"] - 4000) / 4000
