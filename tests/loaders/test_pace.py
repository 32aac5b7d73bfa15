"""How fast batches may go: a bucket that owes, slowed by refusals, and what several processes share."""

import time
from threading import Event, Thread

import pytest

from loaders.errors import Interrupted
from loaders.pace import Pace


class Clock:
    """A clock that only waiting moves."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds
        return False

    def is_set(self):
        return False


@pytest.fixture
def clock(monkeypatch):
    """Give the clock that the pace goes by, which is the event to wait on too."""
    clock = Clock()
    monkeypatch.setattr("loaders.pace.time", clock)
    return clock


@pytest.fixture
def waited(clock):
    """Give what takes events and tells how long that took."""

    def taken(pace, events):
        begun = clock.now
        pace.take(events, clock)
        return pytest.approx(clock.now - begun, abs=0.02)

    return taken


def test_without_a_limit_nothing_waits(waited):
    pace = Pace()
    assert [waited(pace, 10_000) for _ in range(9)] == [0] * 9


def test_each_batch_waits_for_what_those_before_it_took(waited):
    pace = Pace(most=100)
    assert [waited(pace, events) for events in (50, 200, 1)] == [0, 0.5, 2]


def test_what_is_not_taken_is_not_saved_up(waited, clock):
    pace = Pace(most=100)
    waited(pace, 100)
    clock.now += 1000
    assert [waited(pace, 100), waited(pace, 100)] == [0, 1]


def test_the_rate_holds_over_threads():
    pace, started = Pace(most=1000), time.monotonic()
    threads = [Thread(target=lambda: [pace.take(25, Event()) for _ in range(5)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 0.45 <= time.monotonic() - started < 2  # 500 events, of which the last batch need not be waited off


def test_refusals_halve_the_rate_and_deliveries_bring_it_back(waited):
    pace = Pace(most=1000)
    pace.slow()
    assert [waited(pace, 500), waited(pace, 1)] == [0, 1]
    for _ in range(20):
        pace.quicken()
    assert [waited(pace, 1000), waited(pace, 1)] == [0, 1]


def test_refusals_of_batches_that_were_on_their_way_together_are_one(waited, clock):
    pace = Pace(most=1000)
    for _ in range(8):
        pace.slow()
    assert [waited(pace, 500), waited(pace, 1)] == [0, 1]
    pace.slow()
    clock.now += 2
    assert [waited(pace, 500), waited(pace, 1)] == [0, 2]


def test_who_waits_goes_by_the_rate_as_it_is_now(clock):
    pace = Pace(most=1000)
    for _ in range(8):
        pace.slow()
        clock.now += 2
    pace.take(1000, clock)
    begun = clock.now
    clock.wait = lambda seconds: (pace.quicken(), setattr(clock, "now", clock.now + seconds), False)[2]
    pace.take(1, clock)
    assert clock.now - begun < 60  # of the 256 seconds that it would have been


def test_without_a_limit_a_refusal_finds_one_and_deliveries_lift_it(waited):
    pace = Pace()
    pace.take(1000, Event())
    pace.slow()
    assert [waited(pace, 500), waited(pace, 1)] == [0, 1]
    pace.fewer(10)
    for _ in range(200):
        pace.quicken()
    assert [waited(pace, 10**9), waited(pace, 1)] == [0, 0]
    assert pace.events > 10**9


def test_the_refusal_of_a_small_batch_slows_no_more_than_that_of_a_large_one(waited):
    pace = Pace(most=10_000)
    waited(pace, 3)
    pace.slow()
    assert [waited(pace, 5000), waited(pace, 1)] == [pytest.approx(0, abs=0.1), 1]


@pytest.mark.parametrize("latency", [0, 0.9, 4])
def test_without_a_limit_it_slows_to_half_of_what_was_taken_lately(waited, clock, latency):
    pace = Pace()
    for _ in range(40):
        waited(pace, 500)
        clock.now += 0.25
    waited(pace, 3)
    clock.now += latency
    pace.slow()
    waited(pace, 1000)
    assert 0.7 <= waited(pace, 1).expected <= 2  # of 2,000 a second, or of what of that the last ten seconds had


def test_what_was_taken_long_ago_does_not_count(waited, clock):
    pace = Pace()
    waited(pace, 10**9)
    clock.now += 60
    waited(pace, 2000)
    pace.slow()
    assert [waited(pace, 1000), waited(pace, 1)] == [0, 1]


def test_it_never_slows_below_one_event_a_second(waited, clock):
    pace = Pace(most=2)
    for _ in range(50):
        pace.slow()
        clock.now += 2
    assert [waited(pace, 3), waited(pace, 1)] == [0, 3]


def test_a_stop_ends_the_waiting():
    pace, stopping = Pace(most=1), Event()
    pace.take(1000, stopping)
    Thread(target=lambda: (time.sleep(0.1), stopping.set())).start()

    started = time.monotonic()
    with pytest.raises(Interrupted):
        pace.take(1, stopping)
    assert time.monotonic() - started < 5


def test_what_processes_share_is_taken_for_every_batch():
    taken = []
    pace = Pace(shared=taken.append)
    pace.take(3, Event())
    pace.take(4, Event())

    assert taken == [3, 4]
