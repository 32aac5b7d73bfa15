"""Faults at random, with many workers and lanes: everything arrives, each user's in order."""

import os
import time
from dataclasses import replace

import pytest
from scene import KEY

from sandbox.faults import catalog
from sandbox.gateway.server import GatewaySettings, running_gateway

MANY = ("--workers", "8", "--shards", "8")
SEEDS = int(os.environ.get("CHAOS_SEEDS", "20"))
BUT_LIMITS = tuple(fault for fault in catalog.TRANSIENT if fault is not catalog.LIMITED)
TAKES = 1_000  # events a second
SOON = {"values": {"loaders.attempts:FIRST_DELAY_SECONDS": 0.1}}


def import_through(faulty, seed, kinds, **armed):
    with faulty(rate=0.2, kinds=kinds, seed=seed) as (scene, plane):
        ran = scene.with_settings(IN_FLIGHT=4, BATCH_EVENTS=25).run(*MANY, **armed)
        scene.ended_exactly(ran)
        met = {seen.fault for seen in plane.log if seen.fault}
    assert len(met) > len(kinds) / 2


def test_every_fifth_request_fails(faulty):
    import_through(faulty, 7, BUT_LIMITS, **SOON)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_fifth_request_fails_in_many_ways(faulty, seed):
    import_through(faulty, seed, BUT_LIMITS, **SOON)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_every_fifth_request_fails_or_is_limited_at_the_pace_of_a_real_run(faulty, seed):
    import_through(faulty, seed, catalog.TRANSIENT)


@pytest.mark.long
def test_a_gateway_that_limits_the_rate_gets_what_it_takes(scene, folder):
    """All lanes are refused at the same moment, again and again: that must not grind the run to a halt."""
    store = folder / "events.db"
    limits = GatewaySettings(store=store, write_keys=(KEY,), rate_limit=TAKES, rate_window_seconds=1)
    with running_gateway(limits) as gateway:
        limited = replace(scene, store=store).with_settings(DATA_PLANE_URL=gateway.url, IN_FLIGHT=4)
        started = time.monotonic()
        limited.ends_exactly(*MANY)
        seconds = time.monotonic() - started
    assert seconds < 10 * len(scene.truth.events) / TAKES
