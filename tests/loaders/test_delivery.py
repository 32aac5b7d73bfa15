"""A batch on its way: what the ledger says before and after, and what is tried again."""

import time
from threading import Event

import pytest
from planes import IDS, LIMITED, LOST, OK, Plane, delivered, states

from loaders.answers import Answer, Receipt
from loaders.attempts import Attempts, jittered
from loaders.errors import DataPlaneStopped, Interrupted
from loaders.pace import Pace
from loaders.way import MOST_IN_A_ROW, Persistence

pytestmark = pytest.mark.usefixtures("no_waiting")


def test_a_batch_is_written_before_it_is_sent_and_settled_after(ledger, batch_of, way):
    plane, batch = Plane(ledger, OK), batch_of(IDS[:2])

    result = delivered(batch, way(plane))

    assert (tuple(result.messages), result.refused) == (batch.messages, [])
    assert (result.requests, result.bytes) == (1, len(batch.body()))
    assert plane.bodies == [batch.body()]
    assert plane.seen == [["sending"]]
    assert states(ledger) == ["delivered"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(401, "invalid write key"), Receipt.REJECTED),
        (Answer(200, "<html>"), Receipt.IN_DOUBT),
        (Answer(None, "its TLS certificate does not hold", reached=False), Receipt.REJECTED),
    ],
    ids=str,
)
def test_some_answers_stop_the_run_after_they_stand_in_the_ledger(ledger, batch_of, way, answer, state):
    with pytest.raises(DataPlaneStopped):
        delivered(batch_of(IDS[:1]), way(Plane(ledger, answer)))

    assert states(ledger) == [state.value]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(503, "Service Unavailable"), "rejected"),
        (Answer(500, "pq: no more room"), "in doubt"),
        (Answer(504, "gateway timeout"), "in doubt"),
        (LOST, "in doubt"),
        (Answer(None, "no connection", reached=False), "rejected"),
    ],
    ids=str,
)
def test_what_may_pass_is_tried_again_with_a_receipt_for_each_attempt(ledger, batch_of, way, answer, state):
    plane, batch = Plane(ledger, answer, answer, OK), batch_of(IDS[:3])

    result = delivered(batch, way(plane))

    assert plane.bodies == [batch.body()] * 3
    assert states(ledger) == [state, state, "delivered"]
    assert (len(result.messages), result.requests, result.bytes) == (3, 3, 3 * len(batch.body()))


def test_when_patience_is_at_its_end_the_run_stops(ledger, batch_of, way):
    plane = Plane(ledger, *[LOST] * 9)
    with pytest.raises(DataPlaneStopped, match="the connection broke"):
        delivered(batch_of(IDS[:1]), way(plane, persistence=Persistence(seconds=-1)))

    assert states(ledger) == ["in doubt"]


def test_what_is_waited_for_the_pace_does_not_eat_patience(ledger, batch_of, way):
    plane = Plane(ledger, LOST, Answer(503, "Service Unavailable"), LOST, OK)
    slow = Pace(shared=lambda _: time.sleep(0.25))
    result = delivered(batch_of(IDS[:1]), way(plane, pace=slow, persistence=Persistence(seconds=0.5)))

    assert len(result.messages) == 1


@pytest.mark.parametrize("after", [3600.0, 30.1])
def test_who_asks_to_come_back_later_than_patience_lasts_stops_the_run(ledger, batch_of, way, after):
    plane = Plane(ledger, Answer(429, "", retry_after=after))
    with pytest.raises(DataPlaneStopped, match="429"):
        delivered(batch_of(IDS[:1]), way(plane, persistence=Persistence(seconds=30)))


def test_the_wait_that_is_asked_for_is_kept(ledger, batch_of, way, monkeypatch):
    waits = []
    stopping = Event()
    monkeypatch.setattr(stopping, "wait", waits.append)
    plane = Plane(ledger, Answer(429, "", retry_after=7.0), Answer(503, "", retry_after=2.0), OK)

    delivered(batch_of(IDS[:1]), way(plane, stopping=stopping))

    assert [wait for wait in waits if wait in (7.0, 2.0)] == [7.0, 2.0]


def test_a_run_that_is_being_stopped_sends_nothing_more(ledger, batch_of, way):
    stopping = Event()
    stopping.set()
    plane = Plane(ledger)
    with pytest.raises(Interrupted):
        delivered(batch_of(IDS[:1]), way(plane, stopping=stopping))
    assert (plane.bodies, states(ledger)) == ([], [])


def test_a_stop_ends_the_waiting_for_the_next_attempt(ledger, batch_of, way, monkeypatch):
    monkeypatch.setattr("loaders.attempts.jittered", lambda _: 300.0)
    stopping = Event()

    def answer(_):
        stopping.set()
        return LOST

    with pytest.raises(Interrupted):
        delivered(batch_of(IDS[:1]), way(Plane(ledger, answer), stopping=stopping))
    assert states(ledger) == ["in doubt"]


def test_what_is_in_doubt_is_left_so_where_it_is_to_be_skipped(ledger, batch_of, way):
    plane = Plane(ledger, LOST, OK)
    result = delivered(batch_of(IDS[:2]), way(plane, persistence=Persistence(skip_doubt=True)))

    assert (result.messages, result.refused, result.requests) == ([], [], 1)
    assert states(ledger) == ["in doubt"]


def test_what_is_surely_not_stored_is_tried_again_even_so(ledger, batch_of, way):
    plane = Plane(ledger, Answer(503, "Service Unavailable"), Answer(None, "no connection", reached=False), OK)
    result = delivered(batch_of(IDS[:2]), way(plane, persistence=Persistence(skip_doubt=True)))

    assert (len(result.messages), states(ledger)) == (2, ["rejected", "rejected", "delivered"])


def test_a_run_of_doubts_stops_the_run(ledger, batch_of, way):
    plane = Plane(ledger, *[LOST] * 99)
    mine = way(plane, persistence=Persistence(skip_doubt=True))
    for one in IDS[1:MOST_IN_A_ROW]:
        delivered(batch_of([one]), mine)
    with pytest.raises(DataPlaneStopped, match=f"{MOST_IN_A_ROW} times in a row"):
        delivered(batch_of(IDS[:1]), mine)
    assert states(ledger) == ["in doubt"] * MOST_IN_A_ROW


def test_a_batch_that_is_limited_again_and_again_is_split_and_slowed(ledger, batch_of, way):
    pace = Pace(most=1e6)
    plane = Plane(ledger, LIMITED, LIMITED, LIMITED, OK, OK, OK)

    result = delivered(batch_of(IDS[:4]), way(plane, pace=pace))

    assert [body.count(b"messageId") for body in plane.bodies] == [4, 4, 2, 2, 2]
    assert len(result.messages) == 4
    assert 2 <= pace.events < 4


def test_only_refusals_in_a_row_are_too_much_for_a_batch(ledger, batch_of, way):
    unread = Answer(503, "Service Unavailable")
    plane = Plane(ledger, unread, LIMITED, unread, LIMITED, OK)

    result = delivered(batch_of(IDS[:4]), way(plane))

    assert [body.count(b"messageId") for body in plane.bodies] == [4] * 5
    assert len(result.messages) == 4


def test_a_run_that_dies_on_the_way_leaves_the_batch_as_sending(ledger, batch_of, way):
    with pytest.raises(MemoryError):
        delivered(batch_of(IDS[:1]), way(Plane(ledger, MemoryError())))

    assert states(ledger) == ["sending"]


def test_waits_double_at_random_up_to_a_minute():
    longest = [jittered(attempts, lambda _, most: most) for attempts in range(1, 12)]

    assert longest == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]
    assert {jittered(3, lambda least, _: least)} == {0}
    assert all(0 <= jittered(4) <= 8 for _ in range(100))


def test_the_attempts_are_counted_whatever_stops_them(ledger, batch_of, way):
    attempts = Attempts(batch_of(IDS[:2]).messages, way(Plane(ledger, LOST, Answer(401, ""))))
    with pytest.raises(DataPlaneStopped):
        attempts.until_final()

    assert (attempts.made, attempts.size) == (2, len(batch_of(IDS[:2]).body()))
