"""Size, rate, latency."""

import gzip
import json
import time

import pytest

from sandbox.gateway import answers
from sandbox.gateway.answers import RefusedError
from sandbox.gateway.intake import Request, take_in
from sandbox.gateway.throttle import Throttle
from sandbox.gateway.times import now

LIMIT = 4_096_000
EVENT = {"userId": "u", "type": "track"}


def body_of(size, event=EVENT):
    empty = json.dumps({"batch": [event | {"pad": ""}]})
    return json.dumps({"batch": [event | {"pad": "x" * (size - len(empty))}]}).encode()


def test_a_body_of_exactly_the_limit_passes(plane):
    assert plane.post(body_of(LIMIT)).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}], ids=["plain", "gzip gives no extra room"])
def test_a_byte_more_is_too_large(plane, headers):
    body = body_of(LIMIT + 1)

    answer = plane.post(gzip.compress(body, 1) if headers else body, headers=headers)

    assert (answer.status_code, answer.text) == (413, "request size exceeds max limit\n")
    assert plane.counts()["events"] == 0


def test_identity_is_checked_before_size(plane):
    assert plane.post(body_of(LIMIT + 1, {"type": "track"})).status_code == 400


def refusal(body, route="batch", max_bytes=LIMIT, admit=lambda _: True):
    with pytest.raises(RefusedError) as refused:
        take_in(Request(route, body, now(), "127.0.0.1"), max_bytes, admit)
    return refused.value.answer


def test_the_rate_is_checked_after_identity_and_before_size():
    assert refusal(b'{"batch":[{}]}', admit=lambda _: False) == answers.NOT_IDENTIFIABLE
    assert refusal(body_of(200), max_bytes=100, admit=lambda _: False) == answers.TOO_MANY_EVENTS


def test_the_size_is_checked_before_emptiness():
    assert refusal(b'{"batch":[]}', max_bytes=5) == answers.TOO_LARGE


@pytest.mark.parametrize(
    ("body", "size"),
    [
        (b'{"userId":"u"}', 14 + 23 + 15),
        (b'{"userId":"u","type":"track"}', 29 + 23),
        (b'{"userId":"u","type":1}', 29 + 23),
    ],
    ids=["type added", "type kept", "type replaced"],
)
def test_a_single_endpoint_counts_what_it_adds(body, size):
    request = Request("track", body, now(), "127.0.0.1")

    assert take_in(request, size, lambda _: True)
    assert refusal(body, "track", size - 1) == answers.TOO_LARGE


def test_the_rate_limit_answers_429(start):
    with start(rate_limit=3, rate_window_seconds=3600) as plane:
        two = json.dumps({"batch": [EVENT, EVENT]})
        first, second = plane.post(two), plane.post(two)
        of_a_job_run = plane.post(two, headers={"X-Rudder-Job-Run-Id": "r"})

        assert (first.status_code, of_a_job_run.status_code) == (200, 200)
        assert (second.status_code, second.text) == (429, "max requests limit reached\n")
        assert "Retry-After" not in second.headers
        assert plane.counts() == plane.counts() | {"events": 4, "requests": 2}


def test_a_job_run_in_the_first_event_skips_the_rate_limit():
    event = EVENT | {"context": {"sources": {"job_run_id": "r"}}}
    body = json.dumps({"batch": [event, EVENT]}).encode()

    assert len(take_in(Request("batch", body, now(), "127.0.0.1"), LIMIT, lambda _: False)) == 2


def test_the_throttle_admits_a_burst_then_a_steady_flow():
    seconds = 0.0
    throttle = Throttle(10, 5.0, clock=lambda: seconds)

    assert not throttle.admit(11)
    assert throttle.admit(10)
    assert not throttle.admit(1)
    seconds = 1.0
    assert throttle.admit(2)
    assert not throttle.admit(1)
    seconds = 100.0
    assert throttle.admit(10)
    assert not throttle.admit(1)


def test_no_limit_admits_all():
    assert Throttle(None, 60).admit(10**9)


def test_latency_is_waited(start):
    with start(latency_ms=150) as plane:
        began = time.monotonic()
        plane.post(json.dumps({"batch": [EVENT]}))

        assert time.monotonic() - began >= 0.15
