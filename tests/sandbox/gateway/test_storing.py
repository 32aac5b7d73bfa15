"""What is stored, and what destinations would see of it."""

import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.gateway.sanitize import rudder_id

BIG = 9_007_199_254_740_993
UUID4 = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
T = "2022-02-01T19:14:18.381Z"


def batch(*events, **top):
    return json.dumps({**top, "batch": list(events)})


def delivered(plane, event, path="/v1/batch", headers=None):
    body = json.dumps(event) if path != "/v1/batch" else batch(event)
    assert plane.post(body, path, headers=headers).text == "ok"
    return plane.events()[-1]["message"]


def test_one_bad_event_costs_the_whole_batch(plane):
    good = [{"userId": f"u{i}"} for i in range(500)]

    assert plane.post(batch(*good[:250], {"type": "track"}, *good[250:])).status_code == 400
    assert plane.counts() == {
        "events": 0, "distinct_message_ids": 0, "users": 0, "requests": 0, "by_type": {}, "by_event": {},
    }  # fmt: skip


def test_events_keep_their_order(plane):
    plane.post(batch(*({"userId": "u", "messageId": f"m{i}"} for i in range(100))))
    plane.post(batch(*({"userId": "u", "messageId": f"m{i}"} for i in range(100, 150))))

    events = plane.events()

    assert [event["message"]["messageId"] for event in events] == [f"m{i}" for i in range(150)]
    assert [event["seq"] for event in events] == list(range(1, 151))


def test_many_threads_store_every_event_once(plane):
    def send(lane):
        for request in range(10):
            events = [{"userId": f"u{lane}", "messageId": f"{lane}-{request}-{i}"} for i in range(40)]
            assert plane.post(batch(*events)).text == "ok"

    with ThreadPoolExecutor(8) as lanes:
        list(lanes.map(send, range(8)))

    counts = plane.counts()
    assert (counts["events"], counts["distinct_message_ids"], counts["requests"]) == (3200, 3200, 80)
    for lane in range(8):
        ids = [event["message"]["messageId"] for event in plane.events(user=f"u{lane}")]
        assert ids == [f"{lane}-{request}-{i}" for request in range(10) for i in range(40)]


def test_a_historical_track_as_destinations_see_it(plane):
    event = {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1", "timestamp": T,
             "originalTimestamp": T, "properties": {"total": 19.99}}  # fmt: skip

    plane.post(batch(event))
    [shown] = plane.events()

    received_at = shown["received_at"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", received_at)
    assert shown["raw"] == event
    assert shown["message"] == event | {
        "rudderId": rudder_id("u1", ""),
        "receivedAt": received_at,
        "sentAt": received_at,
        "request_ip": "127.0.0.1",
    }


def test_the_rudder_id_is_rudderstacks(plane):
    message = delivered(plane, {"userId": " identified_user_id", "anonymousId": "anonymousId_1"})

    assert message["rudderId"] == "e4cab80e-2f0e-4fa2-87e0-3a4af182634c"
    assert message["userId"] == " identified_user_id"


@pytest.mark.parametrize("given", [5, None, "", "  ", "\u200b\ufeff", {"a": 1}, True], ids=repr)
def test_a_message_id_that_is_no_text_becomes_random(plane, given):
    assert UUID4.fullmatch(delivered(plane, {"userId": "u", "messageId": given})["messageId"])


@pytest.mark.parametrize(
    ("given", "stored"),
    [(" m1 ", "m1"), ("m\u200b1\x00\t", "m1"), ("m 1", "m 1"), ("x" * 300, "x" * 300), ("é", "é")],
    ids=["trimmed", "invisibles dropped", "inner space kept", "long", "letters"],
)
def test_a_message_id_is_cleaned(plane, given, stored):
    assert delivered(plane, {"userId": "u", "messageId": given})["messageId"] == stored


def test_only_batch_is_taken_of_the_top_level(plane):
    plane.post(batch({"userId": "u"}, context={"ip": "x"}, sentAt=T, timestamp=T, integrations={"All": False}))
    [shown] = plane.events()

    assert "context" not in shown["message"]
    assert "integrations" not in shown["message"]
    assert shown["message"]["timestamp"] == shown["received_at"]


def test_integers_go_through_float64(plane):
    message = delivered(plane, {"userId": "u", "properties": {"order": BIG, "total": 20.0, "deep": [BIG, -BIG]}})

    assert message["properties"] == {"order": BIG - 1, "total": 20, "deep": [BIG - 1, -BIG + 1]}
    assert plane.events()[0]["raw"]["properties"]["order"] == BIG


def test_nul_characters_are_stripped(plane):
    assert delivered(plane, {"userId": "u", "x\x00": "a\x00b"})["x"] == "ab"


def test_invalid_text_becomes_replacement_characters(plane):
    plane.post(b'{"batch":[{"userId":"u","a":"\xff","b":"\\ud800\\ud83d\\ude00"}]}')

    assert plane.events()[0]["message"].items() >= {"a": "\ufffd", "b": "\ufffd\U0001f600"}.items()


def test_a_single_endpoint_overwrites_the_type(plane):
    assert delivered(plane, {"userId": "u", "type": "track"}, "/v1/identify")["type"] == "identify"
    assert plane.events(type="identify")[0]["raw"]["type"] == "track"


def test_a_client_cannot_set_the_time_of_receipt(plane):
    message = delivered(plane, {"userId": "u", "receivedAt": T, "request_ip": "1.2.3.4"})

    assert message["receivedAt"] != T
    assert message["request_ip"] == "127.0.0.1"


def test_the_client_address_may_be_forwarded(plane):
    message = delivered(plane, {"userId": "u"}, headers={"X-Forwarded-For": "10.0.0.7, 10.0.0.1"})

    assert message["request_ip"] == "10.0.0.7"


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, ["i", "t", "a"]),
        ({"type": "track"}, ["t", "a"]),
        ({"event": "Signed In"}, ["t"]),
        ({"user": "u1", "type": "track"}, ["t"]),
        ({"anonymous": "a1"}, ["a"]),
        ({"message_id": "t"}, ["t"]),
        ({"after": 1}, ["t", "a"]),
        ({"limit": 2}, ["i", "t"]),
        ({"user": "nobody"}, []),
    ],
    ids=str,
)
def test_shows_the_events_asked_for(plane, filters, ids):
    plane.post(
        batch(
            {"type": "identify", "userId": "u1", "messageId": "i"},
            {"type": "track", "event": "Signed In", "userId": "u1", "messageId": "t"},
            {"type": "track", "event": "Signed Out", "anonymousId": "a1", "messageId": "a"},
        )
    )

    assert [event["message"]["messageId"] for event in plane.events(**filters)] == ids


def test_pages_end_where_the_events_end(plane):
    plane.post(batch(*({"userId": "u"} for _ in range(5))))

    def next_after(seq):
        return plane.http.get(f"{plane.url}/sandbox/events", params={"after": seq, "limit": 2}, timeout=10).json()[
            "next"
        ]

    assert [next_after(0), next_after(2), next_after(3)] == [2, 4, None]


@pytest.mark.parametrize("query", ["usr=u1", "after=-1", "limit=x", "limit=10001"])
def test_a_question_not_understood_is_refused(plane, query):
    assert plane.http.get(f"{plane.url}/sandbox/events?{query}", timeout=10).status_code == 400


def test_counts(plane):
    plane.post(batch({"userId": "u1", "type": "identify", "messageId": "m"}, {"userId": "u1", "messageId": "m"}))
    plane.post(json.dumps({"userId": "u2", "event": "Signed In"}), "/v1/track")
    plane.post(b"nonsense")

    assert plane.counts() == {
        "events": 3,
        "distinct_message_ids": 2,
        "users": 2,
        "requests": 2,
        "by_type": {"": 1, "identify": 1, "track": 1},
        "by_event": {"Signed In": 1},
    }


def test_the_store_can_be_read_beside_the_gateway(plane):
    plane.post(batch({"type": "track", "userId": 7, "messageId": "m", "timestamp": "2020-01-02 03:04:05"}))

    connection = sqlite3.connect(plane.store)
    try:
        row = connection.execute(
            "SELECT seq, type, user_id, anonymous_id, message_id, timestamp FROM events"
        ).fetchone()
    finally:
        connection.close()
    assert row == (1, "track", "7", None, "m", "2020-01-02T03:04:05.000Z")


@pytest.mark.parametrize(("depth", "status"), [(250, 200), (300, 400), (2_000, 400), (100_000, 400)])
def test_deep_nesting_is_stored_or_refused(plane, depth, status):
    body = b'{"batch":[{"userId":"u","x":' + b"[" * depth + b"]" * depth + b"}]}"

    assert plane.post(body).status_code == status
    assert len(plane.events()) == plane.counts()["events"] == (status == 200)
