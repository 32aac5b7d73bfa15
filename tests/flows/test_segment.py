"""Segment as the target of the commands: what its settings must be, what a check says, and what a run, a night do."""

import json
import os
import signal
import subprocess
import sys

import pytest
import requests

from flows.blocks import RudderStackConnection
from flows.errors import SettingsInvalid
from flows.job import plan_for
from flows.settings import ROOT, load_settings
from loaders.check import Violation, encoded
from loaders.errors import DataPlaneStopped
from sandbox.gateway.server import GatewaySettings, running_gateway

WRITE_KEY = "wk-flows-0001"


@pytest.fixture
def segment(tmp_path):
    settings = GatewaySettings(store=tmp_path / "segment.db", write_keys=(WRITE_KEY,), target="segment")
    with running_gateway(settings) as gateway:
        yield gateway


@pytest.fixture
def to_segment(environment, segment):
    own = {"DATA_PLANE_URL": segment.url, "TARGET": "segment", "DESTINATIONS": "none"}
    return environment | {f"BACKFILL_{name}": value for name, value in own.items()}


@pytest.fixture
def backfill(forked, tmp_path, to_segment):
    """Give what runs a command with Segment as its target."""

    def ran(*arguments, **changes):
        return forked(*arguments, folder=tmp_path, environment=to_segment | changes)

    return ran


def asked(gateway, what):
    return requests.get(f"{gateway.url}/sandbox/{what}", timeout=10).json()


@pytest.mark.parametrize(("target", "size", "events"), [("rudderstack", 1_000_000, 2_000), ("segment", 450_000, 2_000)])
def test_batches_fit_the_target_where_nobody_says_how_large_they_are(put, target, size, events):
    put(TARGET=target)

    settings = load_settings()

    assert (settings.target, settings.batch_bytes, settings.batch_events) == (target, size, events)


def test_smaller_batches_than_the_usual_are_kept_to(put):
    put(TARGET="segment", BATCH_BYTES="40000", BATCH_EVENTS="2500")

    assert (load_settings().batch_bytes, load_settings().batch_events) == (40_000, 2_500)


def test_batches_that_segment_would_drop_are_refused_with_the_cure(put):
    put(TARGET="segment", BATCH_BYTES="480001", BATCH_EVENTS="2501")

    with pytest.raises(SettingsInvalid) as refused:
        load_settings()

    cure = "lower it, or leave it out"
    assert refused.value.faults == (
        f"BACKFILL_BATCH_BYTES: is 480,001, and for Segment at most 480,000 are right: {cure}",
        f"BACKFILL_BATCH_EVENTS: is 2,501, and for Segment at most 2,500 are right: {cure}",
    )


ANYTHING = "rules: [{key: any, call: track, event: Anything, status: active, schema: {type: object}}]"


@pytest.mark.parametrize(("target", "kind"), [("rudderstack", bytes), ("segment", Violation)])
def test_a_message_is_held_to_segment_s_demands_only_where_it_goes_there(put, tmp_path, target, kind):
    (tmp_path / "plan.yaml").write_text(ANYTHING)
    put(TARGET=target, PLAN=str(tmp_path / "plan.yaml"))

    rule = plan_for(load_settings()).rules["any"]

    assert isinstance(encoded(rule, {"type": "track", "event": "Anything", "messageId": "m1"}), kind)


def test_a_check_holds_and_says_what_segment_does_not_tell(backfill):
    ran = backfill("check", "--rows", "50")

    assert ran.returncode == 0, ran.stderr
    assert "Segment says yes to every write key" in ran.stdout


def test_a_run_a_night_and_a_verification(backfill, segment, tmp_path):
    def summary(*arguments):
        ran = backfill(*arguments, "--json", tmp_path / "summary.json", "--no-prefect")
        return ran, json.loads((tmp_path / "summary.json").read_text())

    first, run = summary("run", "--max-dead", "100%")
    night, nothing = summary("nightly", "--max-dead", "100%")
    replayed, _ = summary("replay", "--max-dead", "100%")
    verified, compared = summary("verify")

    assert [one.returncode for one in (first, night, replayed, verified)] == [0] * 4, first.stderr + verified.stdout
    assert run["delivered"] > 1_000
    assert (nothing["delivered"], compared["missing"], compared["different"]) == (0, 0, 0)
    assert asked(segment, "counts")["distinct_message_ids"] == run["delivered"]
    assert asked(segment, "dropped")["by_reason"] == {}


def test_a_message_by_hand(backfill, segment):
    at = "2024-01-31T18:00:00.123Z"
    ran = backfill("send", "track", "--user-id", "42", "--event", "User Signed In", "--timestamp", at)

    assert ran.returncode == 0, ran.stderr
    (event,) = asked(segment, "events")["events"]
    assert (event["message"]["timestamp"], event["message"]["originalTimestamp"]) == (at, at)


def test_verify_reads_no_warehouse_of_segment(backfill):
    ran = backfill("verify", BACKFILL_WAREHOUSE_URL="postgresql://reader@db.example.com/warehouse")

    assert ran.returncode == 2
    assert "compare with its Delivery Overview" in ran.stderr


def test_a_rudderstack_is_refused_as_a_segment(backfill, plane, held):
    before = held()

    ran = backfill("run", BACKFILL_DATA_PLANE_URL=plane.url)

    assert ran.returncode != 0
    assert "400 empty batch payload" in ran.stderr
    assert held() == before


def test_a_connection_may_be_a_segment(segment, plane):
    RudderStackConnection(data_plane_url=segment.url, write_key=WRITE_KEY, target="segment").test_connection()
    with pytest.raises(DataPlaneStopped):
        RudderStackConnection(data_plane_url=plane.url, write_key=WRITE_KEY, target="segment").test_connection()


def test_the_command_serves_a_segment(tmp_path):
    command = [sys.executable, "-m", "flows.cli", "gateway", "--port", "0", "--store", tmp_path / "s.db"]
    own = {name: value for name, value in os.environ.items() if not name.startswith("BACKFILL_")}
    own["PYTHONPATH"] = str(ROOT)
    with subprocess.Popen([*command, "--target", "segment"], stdout=subprocess.PIPE, text=True, env=own) as served:
        url = served.stdout.readline().split()[-1]
        answer = requests.post(f"{url}/v1/batch", data='{"batch":[]}', auth=("any", ""), timeout=10)
        served.send_signal(signal.SIGTERM)

    assert (answer.status_code, answer.json()) == (200, {"success": True})
