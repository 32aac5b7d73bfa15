"""Which request meets which fault, what is counted, and what a test is told."""

import gzip
from collections import Counter
from contextlib import suppress

import pytest
from through import body_of, wait_until

from sandbox.faults import catalog
from sandbox.faults.fault import Fault
from sandbox.faults.plan import FaultPlan, StageHookError
from sandbox.faults.plane import running_faults
from sandbox.faults.record import Seen


def test_only_posts_of_events_are_counted_and_meet_the_script(faults):
    with faults(catalog.UNAVAILABLE) as through:
        preflights = [through.post(b'{"batch":[]}'), through.post_gzip(b'{"batch": []}')]
        assert [(answer.status_code, answer.text) for answer in preflights] == [(400, "empty batch payload\n")] * 2
        assert through.http.get(f"{through.plane.url}/health", timeout=5).json()["server"] == "UP"
        assert through.http.post(f"{through.plane.url}/v1/track", data="{}", timeout=5).status_code == 401
        assert through.plane.requests == 0

        assert through.post(b'{"batch":[{"userId":"u"}]}').status_code == 503
        assert through.plane.requests == 1


def test_the_log_tells_what_was_done(faults):
    plain, small = body_of("u"), gzip.compress(body_of("u"))
    with faults(None, catalog.LIMITED, catalog.SERVER_ERROR_STORED, poison=(b"bad",)) as through:
        for body in (plain, plain, plain, body_of("bad"), b"{"):
            through.post(body)
        through.post_gzip(plain)
        assert through.plane.log == [
            Seen(1, None, 200, len(plain)),
            Seen(2, "429 max requests limit reached", None, len(plain)),
            Seen(3, "stored, 500 pq: the database system is shutting down", 200, len(plain)),
            Seen(4, None, 400, len(body_of("bad"))),
            Seen(5, None, 400, 1),
            Seen(6, None, 200, pytest.approx(len(small), abs=9)),
        ]
        assert through.plane.requests == 6


def test_poison_spoils_the_whole_batch(faults):
    with faults(poison=(b"mallory", b"trudy")) as through:
        answers = [through.post_gzip(body_of(*users)) for users in ("ab", ("a", "trudy", "b"), ("mallory",))]
        assert [(answer.status_code, answer.text) for answer in answers] == [
            (200, "ok"),
            *[(400, "request neither has anonymousId nor userId\n")] * 2,
        ]
        assert through.stored == 1


def test_the_size_counts_decompressed(faults):
    body = body_of("u", padding="x" * 5000)
    with faults(max_bytes=len(body)) as through:
        assert through.post_gzip(body).text == "ok"
        answer = through.post_gzip(body + b" ")
        assert (answer.status_code, answer.text) == (413, "request size exceeds max limit\n")
        assert through.stored == 1


def test_poison_does_not_shield_from_a_fault(faults):
    with faults(catalog.UNAVAILABLE, catalog.SERVER_ERROR_STORED, poison=(b"u",)) as through:
        assert [through.post().status_code for _ in range(3)] == [503, 500, 400]
        assert [seen.status for seen in through.plane.log] == [None, 400, 400]
        assert through.stored == 0


def test_chance_is_of_the_seed_and_the_number_alone():
    plan = FaultPlan(rate=0.25, kinds=catalog.TRANSIENT, seed=3)
    drawn = [plan.fault_of(number).name for number in range(1, 4001)]
    assert drawn == [FaultPlan(rate=0.25, kinds=catalog.TRANSIENT, seed=3).fault_of(n).name for n in range(1, 4001)]
    assert drawn != [FaultPlan(rate=0.25, kinds=catalog.TRANSIENT, seed=4).fault_of(n).name for n in range(1, 4001)]
    counts = Counter(drawn)
    assert 0.2 < 1 - counts.pop("") / 4000 < 0.3
    assert set(counts) == {fault.name for fault in catalog.TRANSIENT}


def test_the_script_comes_before_chance():
    plan = FaultPlan(script=(None, catalog.LIMITED), rate=1, kinds=(catalog.REDIRECT,))
    assert [plan.fault_of(number).name for number in (1, 2, 3, 4)] == ["", catalog.LIMITED.name, "302", "302"]


def test_a_client_that_tries_again_gets_through_chance(faults):
    with faults(rate=0.5, kinds=catalog.LOST_REQUESTS, seed=1) as through:
        for _ in range(30):
            while True:
                try:
                    if through.post().text == "ok":
                        break
                except OSError:
                    continue
        assert through.stored == 30
        assert sum(seen.status == 200 for seen in through.plane.log) == 30
        assert through.plane.requests == len(through.plane.log) > 40


@pytest.mark.parametrize(
    ("fault", "stages"),
    [
        (None, ["arrived", "stored", "answered"]),
        (catalog.LIMITED, ["arrived", "answered"]),
        (catalog.RESET_STORED, ["arrived", "stored"]),
        (catalog.RESET_UNREAD, []),
    ],
    ids=["none", "refused", "lost", "unread"],
)
def test_the_hook_is_told_each_stage_while_the_plane_stands_still(faults, fault, stages):
    told = []

    def hear(stage, number):
        told.append((stage, number, through.stored))

    with faults(None, fault, on_stage=hear) as through:
        through.post()
        wait_until(lambda: len(told) == 3)
        assert told == [("arrived", 1, 0), ("stored", 1, 1), ("answered", 1, 1)]
        with suppress(OSError):
            through.post()
        wait_until(lambda: len(told) == 3 + len(stages))
        assert [stage for stage, number, _ in told if number == 2] == stages


def test_a_hook_that_fails_is_heard_of(faults):
    def fail(stage, _):
        raise ProcessLookupError(stage)

    with pytest.raises(StageHookError) as raised, faults(on_stage=fail) as through, pytest.raises(OSError):  # noqa: PT011
        through.post()
    assert isinstance(raised.value.__cause__, ProcessLookupError)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"rate": 2}, "rate"), ({"rate": 0.1}, "kinds"), ({"poison": (b"",)}, "poison")],
    ids=["rate", "kinds", "poison"],
)
def test_a_plan_that_says_nothing_is_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        FaultPlan(**changes)


def test_a_fault_that_cannot_be_done_is_refused():
    with pytest.raises(ValueError, match="not read"):
        Fault(name="f", reads=False, answer=b"")
    with pytest.raises(ValueError, match="not stored"):
        Fault(name="f", stores=False)


def test_a_port_that_is_taken_is_an_error(gateway):
    with (
        running_faults(gateway.url) as plane,
        pytest.raises(OSError, match="in use"),
        running_faults(gateway.url, port=plane.port),
    ):
        pass
