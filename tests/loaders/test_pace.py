"""How fast batches may go: a bucket that owes, slowed by refusals, and what several processes share."""

import time
from threading import Event, Thread

import pytest

from loaders.errors import Interrupted
from loaders.pace import Pace


@pytest.fixture
def stopping(monkeypatch):
    """Give an event that notes how long it was waited for, and does not wait."""
    event, waits = Event(), []

    def wait(seconds):
        waits.append(seconds)
        return event.is_set()

    monkeypatch.setattr(event, "wait", wait)
    event.waits = waits
    return event


def test_without_a_limit_nothing_waits(stopping):
    pace = Pace()
    for _ in range(9):
        pace.take(10_000, stopping)

    assert stopping.waits == []


def test_each_batch_waits_for_what_those_before_it_took(stopping):
    pace = Pace(most=100)
    for events in (50, 200, 1):
        pace.take(events, stopping)

    assert stopping.waits == [pytest.approx(0.5, abs=0.1), pytest.approx(2.5, abs=0.1)]


def test_the_rate_holds_over_threads():
    pace, started = Pace(most=1000), time.monotonic()
    threads = [Thread(target=lambda: [pace.take(25, Event()) for _ in range(5)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 0.45 <= time.monotonic() - started < 2  # 500 events, of which the last batch need not be waited off


def test_refusals_halve_the_rate_and_deliveries_bring_it_back(stopping):
    pace = Pace(most=1000)
    pace.slow(2000)
    pace.take(500, stopping)
    pace.take(1, stopping)
    for _ in range(20):
        pace.quicken()
    pace.take(1000, stopping)
    pace.take(1, stopping)

    assert stopping.waits[0] == pytest.approx(1.0, abs=0.1)  # 500 a second
    assert stopping.waits[-1] - stopping.waits[-2] == pytest.approx(1.0, abs=0.1)  # 1000 again


def test_without_a_limit_a_refusal_finds_one_and_deliveries_lift_it(stopping):
    pace = Pace()
    pace.slow(1000)
    pace.take(500, stopping)
    pace.take(1, stopping)
    assert stopping.waits == [pytest.approx(1.0, abs=0.1)]
    for _ in range(200):
        pace.quicken()
    pace.take(10**9, stopping)
    count = len(stopping.waits)
    pace.take(1, stopping)

    assert len(stopping.waits) <= count + 1
    assert pace.events > 10**9


def test_it_never_slows_below_one_event_a_second(stopping):
    pace = Pace(most=2)
    for _ in range(50):
        pace.slow(1)
    pace.take(3, stopping)
    pace.take(1, stopping)

    assert stopping.waits == [pytest.approx(3.0, abs=0.1)]


def test_a_stop_ends_the_waiting():
    pace, stopping = Pace(most=1), Event()
    pace.take(1000, stopping)
    Thread(target=lambda: (time.sleep(0.1), stopping.set())).start()

    started = time.monotonic()
    with pytest.raises(Interrupted):
        pace.take(1, stopping)
    assert time.monotonic() - started < 5


def test_what_processes_share_is_taken_for_every_batch(stopping):
    taken = []
    pace = Pace(shared=taken.append)
    pace.take(3, stopping)
    pace.take(4, stopping)

    assert taken == [3, 4]
