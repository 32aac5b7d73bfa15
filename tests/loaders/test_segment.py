"""What Segment would drop is refused before it is sent; and what can be known of it is found out."""

from pathlib import Path

import orjson
import pytest
import requests
from planes import IDS, LIMITED, Plane, delivered

from loaders.answers import Answer, Target
from loaders.check import MAX_EVENT_BYTES, Violation, encoded
from loaders.client import DataPlane
from loaders.errors import DataPlaneStopped
from loaders.pace import Pace
from loaders.plan import load_plan
from loaders.segment import MOST, USUAL, demanding
from sandbox.gateway.segment import EVENT_BYTES, MAX_BATCH_BYTES, MAX_BATCH_EVENTS, fault
from sandbox.gateway.server import GatewaySettings, running_gateway

WRITE_KEY = "an-invented-write-key"
MESSAGE = {
    "messageId": "9f2f2f70-5d5f-5a6e-9d0a-0d9f6c1f0a11",
    "userId": "u7",
    "timestamp": "2020-01-01T00:00:00.000Z",
    "originalTimestamp": "2020-01-01T00:00:00.000Z",
    "channel": "server",
    "context": {"library": {"name": "relias-backfill", "version": "1.0.0"}},
    "integrations": {"All": False},
}
ORDER = MESSAGE | {
    "type": "track",
    "event": "Order Completed",
    "properties": {"order_id": "8000", "total": 1.0, "revenue": 1.0, "products": []},
}
IDENTIFY = MESSAGE | {"type": "identify", "traits": {"email": "ada@example.org", "first_name": "Ada", "last_name": "E"}}
BARE = """
name: asks for nothing
version: "1"
rules:
  - {key: any_track, call: track, event: Anything, status: active, schema: {type: object}}
"""
PLAN = Path(__file__).parents[2] / "data" / "tracking_plan.yaml"


@pytest.fixture
def bare(plan_file):
    """Give the one rule of a plan that asks for nothing of itself."""
    return demanding(load_plan(plan_file(BARE))).rules["any_track"]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    store = tmp_path_factory.mktemp("segment") / "events.db"
    with running_gateway(GatewaySettings(store=store, write_keys=(WRITE_KEY,), target="segment")) as running:
        yield running


def plane(url, key=WRITE_KEY):
    return DataPlane(url, key, target=Target.SEGMENT)


def without(name):
    return {other: value for other, value in ORDER.items() if other != name}


DROPPED = [
    without("type"),
    ORDER | {"type": "purchase"},
    without("userId"),
    ORDER | {"userId": " "},
    without("userId") | {"anonymousId": ""},
    without("event"),
    ORDER | {"event": ""},
    ORDER | {"messageId": "m" * 100},
    ORDER | {"properties": {"pad": "x" * MAX_EVENT_BYTES}},
]


@pytest.mark.parametrize("message", DROPPED, ids=fault)
def test_what_it_would_drop_is_refused_whatever_the_plan_allows(bare, message):
    assert fault(message)
    assert isinstance(encoded(bare, message), Violation)


@pytest.mark.parametrize(
    "message",
    [without("messageId"), ORDER | {"type": "group"}, ORDER | {"type": "group", "groupId": ""}, ORDER | {"sentAt": ""}],
    ids=["no id", "a group without its id", "an empty group id", "a time that would move history"],
)
def test_what_it_would_take_wrongly_is_refused_too(bare, message):
    assert isinstance(encoded(bare, message), Violation)


@pytest.mark.parametrize("message", [ORDER, MESSAGE | {"type": "group", "groupId": "g1"}, IDENTIFY])
def test_what_it_takes_goes_out_as_it_is(bare, message):
    assert fault(message) == ""
    assert orjson.loads(encoded(bare, message)) == message


def test_the_plan_s_own_demands_stay_and_so_does_the_plan():
    plan = load_plan(PLAN)
    held = demanding(plan)

    assert (held.digest, list(held.rules)) == (plan.digest, list(plan.rules))
    for message, key in ((ORDER, "order_completed"), (IDENTIFY, "identify_current")):
        assert encoded(held.rules[key], message) == encoded(plan.rules[key], message)
        assert encoded(held.rules[key], message | {"more": 1}) == encoded(plan.rules[key], message | {"more": 1})


def test_batches_stay_under_what_it_takes():
    assert USUAL.bytes <= MOST.bytes < MAX_BATCH_BYTES
    assert USUAL.events <= MOST.events <= MAX_BATCH_EVENTS
    assert MAX_EVENT_BYTES <= EVENT_BYTES


def test_a_check_says_what_cannot_be_known_and_stores_nothing(gateway):
    said = plane(gateway.url).check()

    assert "only Segment shows" in said
    assert said == plane(gateway.url, "a-key-of-nobody").check()
    with requests.Session() as http:
        http.trust_env = False
        assert http.get(f"{gateway.url}/sandbox/counts", timeout=10).json()["events"] == 0
        assert http.get(f"{gateway.url}/sandbox/dropped", timeout=10).json()["dropped"] == []


def test_a_key_that_it_refuses_stops_the_run_with_the_cure(gateway):
    with pytest.raises(DataPlaneStopped, match=r"An invalid write key was provided\. Cure: set BACKFILL_WRITE_KEY"):
        plane(gateway.url, "").check()


def test_a_rudderstack_is_no_segment_nor_a_segment_a_rudderstack(gateway, tmp_path):
    with running_gateway(GatewaySettings(store=tmp_path / "events.db", write_keys=(WRITE_KEY,))) as rudderstack:
        with pytest.raises(DataPlaneStopped, match="400 empty batch payload"):
            plane(rudderstack.url).check()
        with pytest.raises(DataPlaneStopped, match="no RudderStack data plane"):
            DataPlane(gateway.url, WRITE_KEY).check()


def test_nobody_is_no_segment(no_listener):
    with pytest.raises(DataPlaneStopped, match="gave no answer"):
        plane(no_listener).check()


def test_it_answers_as_it_does_to_a_batch(gateway):
    answer = plane(gateway.url).post(b'{"batch":[' + orjson.dumps(ORDER) + b"]}")
    assert (answer.status, orjson.loads(answer.text)) == (200, {"success": True})
    assert plane(gateway.url).post(b'{"batch":[').status == Answer(400, "").status


@pytest.mark.usefixtures("no_waiting")
def test_its_rate_is_of_requests_so_that_a_batch_is_not_split_for_it(ledger, batch_of, way):
    limiting = Plane(ledger, LIMITED, LIMITED, LIMITED, Answer(200, '{"success": true}'))
    limiting.target = Target.SEGMENT

    result = delivered(batch_of(IDS[:4]), way(limiting, pace=Pace(most=1e6)))

    assert [body.count(b"messageId") for body in limiting.bodies] == [4] * 4
    assert len(result.messages) == 4
