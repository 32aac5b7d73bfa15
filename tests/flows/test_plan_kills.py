"""A run of a plan that is killed, or a plan that is: what was planned is sent, each message once, and nothing else."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from bundled import KEY, data_plane

from flows.settings import ROOT

RUN = ("run", "--plan", "plan.json", "--max-dead", "20%", "--no-prefect")


def started(folder, environment, *words):
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BACKFILL_", "PREFECT_"))}
    program = [sys.executable, "-m", "flows.cli", *words]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(program, cwd=folder, env=own | {"PYTHONPATH": str(ROOT)} | environment, **quiet)


def ended_by(number, running, condition):
    with running:
        deadline = time.monotonic() + 60
        while not condition():
            assert running.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.005)
        running.send_signal(number)
    return running.returncode


@pytest.fixture
def slow(settings_in, tmp_path):
    """Give a data plane that takes its time, and the settings of a run into it in small batches."""
    with data_plane(tmp_path, latency_ms=60) as plane:
        yield plane, settings_in(tmp_path) | plane.settings(tmp_path, WRITE_KEY=KEY, BATCH_EVENTS="100", IN_FLIGHT="2")


@pytest.mark.parametrize("again", [(), ("--resume",)], ids=["run again", "resumed"])
def test_a_run_of_a_plan_that_is_killed_comes_to_what_was_planned(slow, forked, tmp_path, again):
    plane, own = slow
    ended = forked("plan", "--json", "plan.json", "--max-dead", "20%", folder=tmp_path, environment=own)
    assert ended.returncode == 0, ended.stderr
    planned = json.loads((tmp_path / "plan.json").read_text())
    for share in (0.2, 0.6):
        most = planned["delivered"] * share
        words = RUN if share == 0.2 else (*RUN, *again)
        killed = ended_by(signal.SIGKILL, started(tmp_path, own, *words), lambda most=most: len(plane.ids()) > most)
        assert killed == -signal.SIGKILL
    ended = forked(*RUN, *again, "--json", "run.json", folder=tmp_path, environment=own)
    assert ended.returncode == 0, ended.stderr
    ran = json.loads((tmp_path / "run.json").read_text())
    messages = {}
    for one in map(json.loads, plane.messages()):
        messages.setdefault(one["messageId"], one)
    assert (ran["balanced"], ran["in_doubt"]) == (True, 0)
    assert len(messages) == planned["delivered"] == ran["delivered"] + ran["already_delivered"]
    assert 0 < ran["delivered"] < planned["delivered"]
    assert len({one.get("userId") or one["anonymousId"] for one in messages.values()}) == planned["users"]
    assert ("Went on where run" in ended.stdout) is bool(again)


def test_a_plan_after_a_kill_tells_what_is_left(slow, forked, tmp_path):
    plane, own = slow
    options = ("--max-dead", "20%")
    running = started(tmp_path, own, "run", "--no-prefect", *options)
    assert ended_by(signal.SIGKILL, running, lambda: len(plane.ids()) > 3_000) == -signal.SIGKILL
    assert forked("plan", "--json", "plan.json", *options, folder=tmp_path, environment=own).returncode == 0
    assert forked(*RUN, "--json", "run.json", folder=tmp_path, environment=own).returncode == 0
    planned, ran = (json.loads((tmp_path / name).read_text()) for name in ("plan.json", "run.json"))
    same = ("delivered", "already_delivered", "messages", "users", "events", "bytes", "requests")
    assert {name: ran[name] for name in same} == {name: planned[name] for name in same}
    assert 0 < ran["already_delivered"] < ran["messages"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_plan_that_is_ended_leaves_the_ledger_free_and_no_plan(slow, forked, tmp_path, number, code):
    plane, own = slow
    plan = ("plan", "--json", "plan.json", "--max-dead", "20%")
    held = tmp_path / "push.db-wal"  # the ledger's own file grows only as it is closed, when the plan is done
    running = started(tmp_path, own, *plan)
    assert ended_by(number, running, lambda: held.exists() and held.stat().st_size > 0) == code
    refused = forked(*RUN, folder=tmp_path, environment=own)
    assert refused.returncode == 2
    assert "plan.json is no plan of a run" in refused.stderr
    assert forked(*plan, folder=tmp_path, environment=own).returncode == 0
    assert plane.ids() == []
