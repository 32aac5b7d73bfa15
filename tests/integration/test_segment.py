"""The same history to Segment as to RudderStack, event by event, and nothing of it dropped behind a yes."""

from collections import Counter
from dataclasses import replace

import orjson
import pytest
import requests
from deliveries import ground

from loaders.answers import Target
from loaders.client import DataPlane
from sandbox.gateway.segment import MAX_BATCH_EVENTS
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample

WRITE_KEY = "integration-write-key"
SEGMENT = {"TARGET": "segment", "DESTINATIONS": "none"}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("platform") / "platform.db"
    write_sample(f"sqlite:///{path}", SampleOptions(users=150))
    return path


@pytest.fixture
def segment(tmp_path):
    settings = GatewaySettings(store=tmp_path / "segment.db", write_keys=(WRITE_KEY,), target="segment")
    with running_gateway(settings) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def to_rudderstack(source, tmp_path_factory, plane):
    return ground(source, plane, tmp_path_factory.mktemp("rudderstack"), DESTINATIONS="none").run()


def asked(gateway, what):
    with requests.Session() as http:
        http.trust_env = False
        return http.get(f"{gateway.url}/sandbox/{what}", timeout=10).json()


def told(delivery):
    """Return what identifies an event: its id, what it is, whose, and when, to the millisecond."""
    return Counter(
        (one.message_id, one.event.type, one.event.name, one.who, one.at_destination) for one in delivery.events
    )


def test_segment_holds_what_rudderstack_does_and_a_second_run_sends_nothing(source, segment, tmp_path, to_rudderstack):
    place = ground(source, segment, tmp_path, **SEGMENT)

    first, second = place.run(), place.run()

    assert first.summary.delivered == len(first.events) == sum(told(to_rudderstack).values()) > 1_000
    assert told(first) == told(to_rudderstack)
    assert all(one.at_destination == one.message["timestamp"] for one in first.events)
    assert not [one for one in first.events if "sentAt" in one.message]
    assert asked(segment, "dropped")["by_reason"] == {}
    assert second.summary.delivered == second.requests == 0


def test_what_is_too_large_is_refused_and_cut_until_all_of_it_arrives(source, segment, tmp_path, to_rudderstack):
    place = ground(source, segment, tmp_path, **SEGMENT)
    careless = place.settings.model_copy(update={"batch_bytes": 2_000_000})

    delivery = replace(place, settings=careless).run()

    assert delivery.summary.requests > delivery.requests
    assert told(delivery) == told(to_rudderstack)
    assert asked(segment, "dropped")["by_reason"] == {}


def test_a_batch_of_too_many_events_would_be_dropped_behind_a_yes(segment):
    event = {"type": "track", "event": "User Signed In", "userId": "u7"}
    batch = {"batch": [event] * (MAX_BATCH_EVENTS + 1)}

    with DataPlane(segment.url, WRITE_KEY, target=Target.SEGMENT) as data_plane:
        assert data_plane.post(orjson.dumps(batch)).status == 200

    assert asked(segment, "counts")["events"] == 0
    assert sum(asked(segment, "dropped")["by_reason"].values()) == MAX_BATCH_EVENTS + 1


def test_a_limit_of_its_rate_is_waited_for(source, tmp_path, to_rudderstack):
    settings = GatewaySettings(
        store=tmp_path / "segment.db", write_keys=(WRITE_KEY,), target="segment", rate_limit=4, rate_window_seconds=1
    )
    with running_gateway(settings) as gateway:
        delivery = ground(source, gateway, tmp_path, **SEGMENT, BATCH_EVENTS="800").run()

        assert delivery.summary.requests > delivery.requests > 4
        assert told(delivery) == told(to_rudderstack)
        assert asked(gateway, "dropped")["by_reason"] == {}
