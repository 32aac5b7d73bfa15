import gzip
import json

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
