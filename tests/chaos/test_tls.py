"""TLS that does not hold, and TLS that breaks when the events are stored already."""

from threading import Event

import pytest
from garbling import garbling

from sandbox.faults import catalog
from sandbox.faults.plan import FaultPlan
from sandbox.faults.plane import running_faults
from sandbox.faults.tls import Certificate, make_authority

CUT = ("--shards", "4")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Give an authority, and what makes a run trust it."""
    return make_authority(tmp_path_factory.mktemp("authority"))


def trusting(authority, **values):
    return {"values": {"requests.adapters:DEFAULT_CA_BUNDLE_PATH": str(authority.ca_path)} | values}


def test_tls_that_does_not_hold_stops_the_run_before_anything_is_sent(scene, gateway, authority):
    def ran_with(certificate):
        with running_faults(gateway.url, tls=authority.server(certificate)) as plane:
            return scene.with_settings(DATA_PLANE_URL=plane.url).run(*CUT, **trusting(authority))

    plain = scene.with_settings(DATA_PLANE_URL=gateway.url.replace("http:", "https:")).run()
    assert plain.code == 3
    assert "TLS connection" in plain.words
    assert "Cure: check BACKFILL_DATA_PLANE_URL" in plain.words
    for bad in (Certificate.EXPIRED, Certificate.WRONG_HOST, Certificate.SELF_SIGNED):
        ran = ran_with(bad)
        assert ran.code == 3
        assert "its TLS certificate does not hold. Cure: renew the data plane's certificate" in ran.words
    assert scene.arrived() == 0

    scene.ended_exactly(ran_with(Certificate.VALID))


def test_an_answer_that_is_lost_within_tls_leaves_the_batch_in_doubt(scene, gateway, authority):
    """Lost with the connection, and as a record that cannot be read."""
    due = Event()

    def on_stage(reached, number):
        if reached == "stored" and number in (20, 25, 30):
            due.set()

    plan = FaultPlan(script=(None, *catalog.LOST_ANSWERS), on_stage=on_stage)
    with (
        running_faults(gateway.url, plan, tls=authority.server(Certificate.VALID)) as plane,
        garbling(plane.port, due) as port,
    ):
        away = scene.with_settings(DATA_PLANE_URL=f"https://127.0.0.1:{port}")
        away.ends_exactly(*CUT, **trusting(authority, **{"loaders.attempts:FIRST_DELAY_SECONDS": 0.02}))

    ((doubts,),) = scene.ledger("SELECT count(*) FROM batches WHERE state = 'superseded'")
    assert doubts > len(catalog.LOST_ANSWERS)
