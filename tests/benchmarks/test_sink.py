import gzip
import json
import time

import pytest
import requests

from benchmarks.sink import Received, running_sink


@pytest.fixture
def sink():
    with running_sink() as running:
        yield running


def post(sink, *ids):
    body = json.dumps({"batch": [{"type": "track", "messageId": name} for name in ids]}).encode()
    packed = gzip.compress(body)
    with requests.post(f"{sink.url}/any/path", data=packed, timeout=5) as response:
        assert response.text == "ok"
    return len(packed), len(body)


def test_events_and_ids_are_counted_and_empty_batches_are_not(sink):
    assert requests.post(sink.url, data=gzip.compress(b'{"batch":[]}'), timeout=5).status_code == 400
    wire, size = map(sum, zip(post(sink, "a", "b"), post(sink, "b"), strict=True))
    assert sink.received() == Received(2, wire, size, events=3, ids=2, calls={"track": 3})
    sink.clear()
    assert sink.received().events == 0


def test_a_connection_carries_one_request_after_another(sink):
    with requests.Session() as session:
        for _ in range(3):
            assert (
                session.post(sink.url, data=gzip.compress(b'{"batch":[{"messageId":"a"}]}'), timeout=5).status_code
                == 200
            )


def test_messages_are_saved_from_batches_that_lie_apart(sink, tmp_path):
    for batch in (("a", "b"), ("c", "d"), ("e", "f")):
        post(sink, *batch)
    path = tmp_path / "calls.jsonl"
    assert sink.save(path, 3, every=2) == 3
    assert [json.loads(line)["messageId"] for line in path.read_bytes().splitlines()] == ["a", "b", "e"]


def test_what_comes_after_a_later_one_of_its_user_is_counted(sink):
    def message(kind, user, day, number):
        return {"type": kind, "userId": user, "timestamp": f"2020-01-{day:02}", "messageId": f"{user}{number}"}

    batches = [
        [message("identify", "u", 9, 1), message("track", "u", 1, 2), message("track", "v", 5, 1)],
        [
            message("track", "u", 3, 3),
            message("track", "u", 2, 4),
            message("track", "v", 5, 2),
            message("group", "v", 1, 3),
        ],
    ]
    for batch in batches:
        requests.post(sink.url, data=gzip.compress(json.dumps({"batch": batch}).encode()), timeout=5)

    assert sink.received().out_of_order == 2


def test_answers_can_be_waited_for(sink):
    sink.wait(80)
    begun = time.perf_counter()
    post(sink, "a")
    assert time.perf_counter() - begun > 0.08
