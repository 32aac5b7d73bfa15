"""The local data plane as Segment: what it says yes to, what it drops all the same, and which time an event has."""

import gzip
import json

import pytest

T, LATER = "2022-02-01T19:14:18.381Z", "2022-02-01T19:14:28.381Z"
TRACK = {"type": "track", "event": "User Signed In", "userId": "u7", "messageId": "m1", "timestamp": T}
YES = {"success": True}


@pytest.fixture
def segment(start):
    with start(target="segment", disabled_keys=("a-disabled-key",)) as plane:
        yield plane


def batch(*events, **top):
    return json.dumps({**top, "batch": list(events)}).encode()


def dropped(plane):
    return plane.http.get(f"{plane.url}/sandbox/dropped", timeout=10).json()


def without(*names):
    return {name: value for name, value in TRACK.items() if name not in names}


def test_what_it_takes_is_stored_and_answered_with_its_own_yes(segment):
    answer = segment.post(gzip.compress(batch(TRACK)), headers={"Content-Encoding": "gzip"})

    assert (answer.status_code, answer.json()) == (200, YES)
    assert [event["raw"] for event in segment.events()] == [TRACK]
    assert dropped(segment) == {"by_reason": {}, "dropped": []}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("no object", "not an object"),
        (without("type"), "no type, or one that is none"),
        (TRACK | {"type": "purchase"}, "no type, or one that is none"),
        (without("userId"), "neither userId nor anonymousId"),
        (TRACK | {"userId": " "}, "neither userId nor anonymousId"),
        (without("event"), "a track without an event"),
        (TRACK | {"messageId": "m" * 100}, "a messageId of 100 letters or more"),
        (TRACK | {"properties": {"pad": "x" * 32_768}}, "32 KB or more"),
    ],
)
def test_what_it_does_not_like_is_dropped_with_a_yes_and_costs_no_other(segment, event, reason):
    answer = segment.post(batch(TRACK, event))

    assert (answer.status_code, answer.json()) == (200, YES)
    assert len(segment.events()) == 1
    assert dropped(segment)["by_reason"] == {reason: 1}
    assert dropped(segment)["dropped"][0]["raw"] == event


@pytest.mark.parametrize("count", [2_500, 2_501])
def test_of_a_batch_of_too_many_events_none_is_taken(segment, count):
    assert segment.post(batch(*[{"type": "identify", "userId": "u"}] * count)).json() == YES
    assert segment.counts()["events"] == (count if count == 2_500 else 0)
    assert sum(dropped(segment)["by_reason"].values()) == (0 if count == 2_500 else count)


def padded(size):
    def body(pad):
        return batch(*[TRACK | {"pad": "x" * 30_000}] * 15, TRACK | {"pad": "x" * pad}, pad="x" * 30_000)

    return body(size - len(body(0)))


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/v1/batch", b'{"batch":[', "malformed JSON"),
        ("/v1/batch", b"[]", "malformed JSON"),
        ("/v1/batch", b'{"batch":[%s1%s]}' % (b'{"a":' * 300, b"}" * 300), "malformed JSON"),
        ("/v1/batch", padded(500_001), "Exceed payload limit"),
        ("/v1/track", json.dumps(TRACK | {"pad": "x" * 32_768}).encode(), "Exceed payload limit"),
    ],
)
def test_what_is_too_large_or_no_json_is_refused(segment, path, body, words):
    answer = segment.post(body, path)

    assert (answer.status_code, answer.json()["message"]) == (400, words)
    assert (segment.counts()["events"], dropped(segment)["by_reason"]) == (0, {})


def test_a_batch_of_exactly_the_limit_passes(segment):
    assert segment.post(padded(500_000)).status_code == 200
    assert segment.counts()["events"] == 16


@pytest.mark.parametrize("key", ["another-key", "a-disabled-key"])
def test_a_wrong_key_gets_a_yes_and_stores_nothing(segment, key):
    assert segment.post(batch(TRACK), key=key).json() == YES
    assert segment.counts()["events"] == 0
    assert sum(dropped(segment)["by_reason"].values()) == 1


def test_no_key_is_refused_and_one_in_the_body_is_taken(segment):
    refused = segment.post(batch(TRACK), key=None)

    assert (refused.status_code, refused.json()["message"]) == (400, "An invalid write key was provided")
    assert segment.post(batch(TRACK, writeKey="a-write-key"), key=None).json() == YES
    assert segment.post(json.dumps(TRACK | {"writeKey": "a-write-key"}), "/v1/track", key=None).json() == YES
    assert [event["raw"] for event in segment.events()] == [TRACK, TRACK]


def test_a_batch_s_context_and_integrations_stand_in_each_of_its_events(segment):
    own = TRACK | {"context": {"ip": "192.0.2.1"}, "integrations": {"Mixpanel": True}}
    segment.post(batch(own, TRACK, context={"ip": "192.0.2.9", "locale": "en"}, integrations={"All": False}))

    first, second = (event["message"] for event in segment.events())
    assert (first["context"], first["integrations"]) == (
        {"ip": "192.0.2.1", "locale": "en"}, {"All": False, "Mixpanel": True},
    )  # fmt: skip
    assert (second["context"], second["integrations"]) == ({"ip": "192.0.2.9", "locale": "en"}, {"All": False})


def test_without_sent_at_the_time_is_what_was_sent_to_the_millisecond(segment):
    segment.post(batch(TRACK, TRACK | {"originalTimestamp": T}, without("timestamp") | {"originalTimestamp": T}))

    messages = [event["message"] for event in segment.events()]
    assert [(one["timestamp"], one["originalTimestamp"]) for one in messages] == [(T, T)] * 3


@pytest.mark.parametrize(("top", "own"), [({"sentAt": LATER}, {}), ({}, {"sentAt": LATER})], ids=["batch", "event"])
def test_with_sent_at_history_becomes_the_present(segment, top, own):
    segment.post(batch(TRACK | own, **top))

    (event,) = segment.events()
    message = event["message"]
    assert message["originalTimestamp"] == T
    assert message["timestamp"] != T
    assert message["timestamp"][:4] == message["receivedAt"][:4]


def test_its_rate_is_of_requests_and_says_when_to_come_again(start):
    with start(target="segment", rate_limit=1, rate_window_seconds=5) as plane:
        assert plane.post(batch(*[TRACK] * 50)).status_code == 200
        answer = plane.post(batch(TRACK))

        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == answer.headers["X-RateLimit-Reset"] == "5"
        assert plane.counts()["events"] == 50


def test_emptying_forgets_what_was_dropped(segment):
    segment.post(batch(without("type")))
    segment.empty()

    assert dropped(segment) == {"by_reason": {}, "dropped": []}


def test_another_target_is_refused(start):
    with pytest.raises(ValueError, match="neither rudderstack nor segment"), start(target="mixpanel"):
        pass
