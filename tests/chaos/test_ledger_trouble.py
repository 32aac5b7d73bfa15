"""A ledger that is held, full, or gone in the middle of a run."""

import os
import re
import signal
import socket
import tempfile
from pathlib import Path

import pytest
from commands import until
from sqlalchemy import make_url

from sandbox.faults import catalog
from sandbox.faults.source import dropping_proxy
from sandbox.postgres.server import running_postgres

CUT = ("--shards", "4")
SLOW = catalog.acknowledged_late(0.05)


def test_the_second_of_two_runs_is_refused_and_sends_nothing(faulty):
    with faulty(rate=1.0, kinds=(catalog.acknowledged_late(0.1),)) as (scene, plane):
        first = scene.start(*CUT)
        until(lambda: plane.requests > 3)
        second = scene.run(*CUT, values={"loaders.ledger.lock:_DYING_SECONDS": 0.1})
        assert not first.ended()
        ran = first.wait()

    assert second.code == 2
    assert "Another run holds the ledger since" in second.words
    assert f"process {first.pid} on {socket.gethostname()}" in second.words
    scene.ended_exactly(ran)
    assert scene.ledger("SELECT count(*) FROM runs") == [(1,)]


@pytest.mark.parametrize(
    "room",
    [
        300_000,
        *[pytest.param(size, marks=pytest.mark.long) for size in range(120_000, 900_000, 20_000)],
    ],
)
def test_a_full_disk_stops_the_run_and_with_room_the_next_is_exact(scene, room):
    """The journal may not grow beyond its room; small pages of the journal make it full early or late."""
    with_tables = scene.run(*CUT, "--stream", "password_resets")
    assert with_tables.code == 0, with_tables.words

    stopped = scene.run(*CUT, disk=room)

    assert stopped.code == 3, stopped.words
    assert f"The ledger at {scene.environment['BACKFILL_LEDGER_URL']} failed: " in stopped.words
    scene.ends_exactly(*CUT)
    scene.sends_nothing_more()
    assert scene.arrived() > 0


@pytest.mark.parametrize("requests", [20, *[pytest.param(n, marks=pytest.mark.long) for n in (1, 3, 8, 40, 55)]])
def test_a_ledger_on_a_server_that_is_killed_stops_the_run_and_the_next_is_exact(scene, faulty, requests):
    with tempfile.TemporaryDirectory(prefix="chaos-ledger-") as name:
        home = Path(name)
        home.chmod(0o755)
        with running_postgres(home) as server, faulty(rate=1.0, kinds=(SLOW,)) as (slow, plane):
            url = server.fresh_database("ledger")
            running = slow.with_settings(LEDGER_URL=url).start(*CUT)
            until(lambda: plane.requests >= requests)
            os.kill(int((home / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            stopped = running.wait()
        with running_postgres(home) as server:
            again = scene.with_settings(LEDGER_URL=server.url(url.rpartition("/")[2]))
            again.ends_exactly(*CUT)

    assert said_so(stopped, url)


@pytest.mark.parametrize(
    "sent", [25_000, *[pytest.param(1_000 * n, marks=pytest.mark.long) for n in (12, 16, 20, 30, 35, 40, 60, 80)]]
)
def test_a_ledger_whose_connections_are_dropped_stops_the_run_and_the_next_is_exact(scene, postgres_url, sent):
    url = make_url(postgres_url)
    direct = scene.with_settings(LEDGER_URL=postgres_url)
    assert direct.run("--stream", "password_resets").code == 0
    with dropping_proxy(url.host, url.port, after_bytes=sent) as port:
        away = url.set(port=port).render_as_string(hide_password=False)
        stopped = scene.with_settings(LEDGER_URL=away).run(*CUT)

    direct.ends_exactly(*CUT)
    assert said_so(stopped, away)


def said_so(ran, url):
    """Tell whether the run was stopped by the ledger at this address, and said it in a sentence."""
    assert "Traceback" not in ran.words, ran.words[-2_000:]
    assert re.search(rf"The ledger at \S*{re.escape(url.rpartition('@')[2])} ", ran.words), ran.words
    return ran.code == 3
