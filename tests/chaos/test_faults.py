"""Each fault of the data plane and of the way to it: the run survives it, or says what it was and what cures it."""

import socket
from contextlib import contextmanager

import pytest
from commands import until

from sandbox.faults import catalog
from sandbox.faults.plan import FaultPlan
from sandbox.faults.plane import running_faults

CUT = ("--shards", "4")
SOON = {"values": {"loaders.attempts:FIRST_DELAY_SECONDS": 0.02, "loaders.pace:_QUICKEN": 4.0}}
"""Tries again, and quickens, sooner than a person would wait, so that many faults fit into a test."""

SLOW = (
    catalog.SILENT_READ,
    catalog.SILENT_STORED,
    catalog.delayed(1.5),
    catalog.acknowledged_late(1.5),
    catalog.read_slowly(0.5),
    catalog.read_slowly(1.5),
)
LIMITS = (catalog.LIMITED, catalog.limited(1), catalog.limited(1, as_date=True))
REFUSALS = (catalog.INVALID_JSON, catalog.NOT_AN_EVENT, catalog.NOT_IDENTIFIABLE, catalog.TOO_LARGE)
SURVIVED = {
    "not stored": (*catalog.LOST_REQUESTS, catalog.UNREADABLE_BODY),
    "stored": catalog.LOST_ANSWERS,
    "slow": SLOW,
    "limited": LIMITS,
    "refused for once": REFUSALS,
}
STOPPING = {
    "the source is disabled": (catalog.SOURCE_DISABLED, "404 source is disabled. Cure: enable the source"),
    "the key is withdrawn": (catalog.UNKNOWN_WRITE_KEY, "401 invalid write key. Cure: set BACKFILL_WRITE_KEY"),
    "a guest network": (catalog.WEB_PAGE, "said: 200. Cure: what answers there is no RudderStack data plane"),
    "a redirect": (catalog.REDIRECT, "said: 302. Cure: run again"),
    "limited for an hour": (catalog.limited(3600), "429 max requests limit reached. Cure: the data plane limits"),
    "down for good": (catalog.UNAVAILABLE, "503 Service Unavailable. Cure: run again"),
}


@pytest.mark.parametrize("kind", SURVIVED)
def test_a_fault_that_passes_is_survived(faulty, kind):
    """The faults stand close to each other, so that a batch may meet several."""
    faults = SURVIVED[kind]
    script = [one for fault in faults for one in (fault, None)]
    with faulty(None, *script) as (scene, plane):
        patient = scene.with_settings(ANSWER_SECONDS=0.8, IN_FLIGHT=2)
        ran = patient.run(*CUT, **SOON)
        until(lambda: len(plane.log) == plane.requests)
        scene.ended_exactly(ran)
        scene.sends_nothing_more()

    assert {fault.name for fault in faults} <= {seen.fault for seen in plane.log}


@pytest.mark.parametrize("kind", STOPPING)
def test_a_fault_that_lasts_stops_the_run_with_its_cure_and_the_next_is_exact(faulty, gateway, kind):
    fault, words = STOPPING[kind]
    with faulty(*[None] * 8, rate=1.0, kinds=(fault,)) as (scene, _):
        stopped = scene.with_settings(PATIENCE_SECONDS=0.5).run(*CUT, **SOON)
        before = scene.arrived()

    assert stopped.code == 3
    assert words in stopped.words
    assert before > 0
    scene.with_settings(DATA_PLANE_URL=gateway.url).ends_exactly(*CUT, "--resume")


def test_a_data_plane_that_is_down_at_the_start_and_then_comes_up(scene, gateway):
    with socket.create_server(("127.0.0.1", 0)) as place:
        port = place.getsockname()[1]
    away = scene.with_settings(DATA_PLANE_URL=f"http://127.0.0.1:{port}")

    refused = away.run(*CUT)
    assert refused.code == 3
    assert (
        f"http://127.0.0.1:{port} gave no answer: no connection. Cure: check BACKFILL_DATA_PLANE_URL" in refused.words
    )

    with running_faults(gateway.url, FaultPlan(), port=port):
        away.ends_exactly(*CUT)
        away.sends_nothing_more()


def test_a_data_plane_that_restarts_while_it_is_sent_to(scene, gateway):
    with running_faults(gateway.url, FaultPlan(rate=1.0, kinds=(catalog.acknowledged_late(0.1),))) as plane:
        away = scene.with_settings(DATA_PLANE_URL=plane.url)
        running = away.start(*CUT)
        until(lambda: plane.requests > 10)
    with running_faults(gateway.url, FaultPlan(), port=plane.port):
        ran = running.wait()

    scene.ended_exactly(ran)


def test_names_that_are_not_found_for_a_while(faulty):
    with faulty(*[None] * 4, *[catalog.RESET_READ] * 4) as (scene, plane):
        named = scene.with_settings(DATA_PLANE_URL=f"http://localhost:{plane.port}")
        named.ends_exactly(*CUT, names=(4, 9), **SOON)

        unnamed = named.run(*CUT, names=(1, 99))
        assert unnamed.code == 3
        assert "no connection. Cure: check BACKFILL_DATA_PLANE_URL and that the data plane runs" in unnamed.words


@contextmanager
def black_hole():
    """Give the port of somebody who listens and never takes a connection: its queue is full."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        place.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)  # noqa: FBT003  # socket's own
            one.connect_ex(place.getsockname())
        yield place.getsockname()[1]
        for one in waiting:
            one.close()


def test_a_black_hole(scene):
    with black_hole() as port:
        ran = scene.with_settings(DATA_PLANE_URL=f"http://127.0.0.1:{port}").run(
            values={"loaders.client:_CONNECT_SECONDS": 0.3}
        )
    assert ran.code == 3
    assert "no connection within 0.3 s. Cure: check BACKFILL_DATA_PLANE_URL" in ran.words
