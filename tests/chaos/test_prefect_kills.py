"""A deployment in Prefect whose run, worker or server is killed; a run that is cancelled, and one out of time."""

import random
import subprocess
import sys

import pytest
from commands import ROOT, until
from orchestra import kill, playing

from sandbox.faults import catalog

pytestmark = pytest.mark.long

TIMED = """
from flows.backfill import backfill
backfill.with_options(timeout_seconds=3)(shards=4, max_dead="20%", return_state=True)
"""
OWNER = "SELECT owner FROM locks WHERE owner IS NOT NULL"


@pytest.fixture(scope="module")
def orchestra(tmp_path_factory):
    with playing(tmp_path_factory.mktemp("prefect")) as orchestra:
        yield orchestra


@pytest.fixture
def slow(faulty):
    """Give a scene in which an import takes a while."""
    with faulty(rate=1.0, kinds=(catalog.acknowledged_late(0.3),)) as (scene, _):
        yield scene.with_settings(IN_FLIGHT=1)


@pytest.fixture
def some():
    """Give a random number of events, after which things go wrong."""
    return random.randrange(1, 1_500)  # noqa: S311


def process_of(scene):
    """Return the process that works the run, as the ledger names it."""
    return int(scene.ledger(OWNER)[0][0].split()[1])


def is_exact_after(orchestra, scene, worker_settings):
    """Run the deployment again, and see that all is there, once, and in order."""
    with orchestra.worker(worker_settings):
        run = orchestra.run(resume=True)
        until(lambda: orchestra.ended(run))
    assert orchestra.state(run) == "Completed"
    assert scene.faults() == []
    scene.sends_nothing_more()


def test_the_process_of_a_run_is_killed(orchestra, slow, some):
    with orchestra.worker(slow.environment):
        run = orchestra.run()
        until(lambda: slow.arrived() > some)
        kill(process_of(slow))
        until(lambda: orchestra.ended(run))
    assert orchestra.state(run) == "Crashed"

    is_exact_after(orchestra, slow, slow.environment)


def test_the_worker_is_killed_and_its_run_goes_on(orchestra, slow, some):
    with orchestra.worker(slow.environment) as worker:
        run = orchestra.run()
        until(lambda: slow.arrived() > some)
        kill(worker.pid)
        until(lambda: orchestra.ended(run))
    assert orchestra.state(run) == "Completed"

    assert slow.faults() == []
    is_exact_after(orchestra, slow, slow.environment)


def test_the_server_is_killed(orchestra, slow, some):
    with orchestra.worker(slow.environment):
        orchestra.run()
        until(lambda: slow.arrived() > some)
        process = process_of(slow)
        kill(orchestra.server.pid)
        orchestra.server.wait(60)
        until(lambda: not slow.ledger(OWNER) or not is_alive(process))
    assert slow.ledger("SELECT state FROM runs")[0][0] in ("done", "stopped")

    slow.ends_exactly()
    orchestra.start()
    is_exact_after(orchestra, slow, slow.environment)


def is_alive(pid):
    try:
        kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_run_is_cancelled(orchestra, slow, some):
    with orchestra.worker(slow.environment):
        run = orchestra.run()
        until(lambda: slow.arrived() > some)
        orchestra.ask("POST", f"/flow_runs/{run}/set_state", json={"state": {"type": "CANCELLING"}})
        until(lambda: orchestra.ended(run))
        until(lambda: not slow.ledger(OWNER))
    assert orchestra.state(run) == "Cancelled"
    assert slow.ledger("SELECT state FROM runs") == [("stopped",)]
    assert slow.ledger("SELECT count(*) FROM batches WHERE state IN ('sending', 'in doubt')") == [(0,)]

    slow.ends_exactly("--resume")
    slow.sends_nothing_more()


def test_a_run_is_out_of_time(orchestra, slow):
    slower = slow.with_settings(BATCH_EVENTS=10)
    words = [sys.executable, "-c", TIMED]
    subprocess.run(words, env=orchestra.environment | slower.environment, cwd=ROOT, check=True, timeout=120)
    (run,) = orchestra.ask("POST", "/flow_runs/filter", json={"sort": "START_TIME_DESC", "limit": 1})
    assert run["state"]["name"] == "TimedOut"
    assert slower.ledger("SELECT state FROM runs") == [("stopped",)]
    assert slower.ledger(OWNER) == []
    assert 0 < slower.arrived() < len(slower.truth.events)

    slow.ends_exactly("--resume")
    slow.sends_nothing_more()
