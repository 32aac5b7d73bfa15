"""Lanes: several batches at once, a user's one after the other, and none after one that failed."""

from threading import Event

from planes import IDS, OK, Plane, states

from loaders.answers import Answer
from loaders.errors import DataPlaneStopped, Interrupted
from loaders.sender import sending


def test_batches_that_go_on_with_a_user_wait_for_the_one_before(ledger, batch_of, way):
    chain = [batch_of([one], continues=place > 0) for place, one in enumerate(IDS[:9])]
    plane = Plane(ledger)

    with sending(way(plane), 4) as sender:
        sent = [sender.send(batch) for batch in chain]

    assert [one.end.exception() for one in sent] == [None] * 9
    assert plane.bodies == [batch.body() for batch in chain]
    assert plane.seen == [["delivered"] * number + ["sending"] for number in range(9)]


def test_several_batches_are_on_their_way_at_once(ledger, batch_of, way):
    both, plane = Event(), Plane(ledger)
    plane.answers = [lambda _: (both.wait(10), OK)[1], lambda _: (both.set(), OK)[1]]

    with sending(way(plane), 2) as sender:
        sent = [sender.send(batch_of([one])) for one in IDS[:2]]

    assert [one.end.exception() for one in sent] == [None, None]
    assert both.is_set()


def test_after_one_that_failed_none_is_begun_and_all_are_stopped(ledger, batch_of, way):
    stopping = Event()
    plane = Plane(ledger, OK, Answer(401, ""))

    with sending(way(plane, stopping=stopping), 1) as sender:
        first, second, third = (sender.send(batch_of([one])) for one in IDS[:3])

    assert first.end.exception() is None
    assert len(first.delivered.messages) == 1
    assert isinstance(second.end.exception(), DataPlaneStopped)
    assert isinstance(third.end.exception(), Interrupted)
    assert states(ledger) == ["delivered", "rejected"]
    assert stopping.is_set()


def test_a_long_convoy_takes_one_lane_and_the_others_go_on(ledger, batch_of, way):
    others, plane = Event(), Plane(ledger)
    convoy = [batch_of([one], continues=place > 0) for place, one in enumerate(IDS[:6])]
    plane.answers = [lambda _: (others.wait(10), OK)[1]]

    with sending(way(plane), 2) as sender:
        first = [sender.send(batch) for batch in convoy]
        sent = sender.send(batch_of(IDS[6:7]))
        assert sent.end.exception(10) is None
        assert not any(one.end.done() for one in first)
        others.set()

    assert [one.end.exception() for one in first] == [None] * 6
    assert plane.bodies == [convoy[0].body(), sent.batch.body(), *(batch.body() for batch in convoy[1:])]


def test_a_batch_that_goes_on_after_its_convoy_is_over_is_sent_too(ledger, batch_of, way):
    plane = Plane(ledger)
    with sending(way(plane), 2) as sender:
        assert sender.send(batch_of(IDS[:1])).end.exception(10) is None
        assert sender.send(batch_of(IDS[1:2], continues=True)).end.exception(10) is None

    assert len(plane.bodies) == 2


def test_what_a_lane_cannot_foresee_reaches_whoever_waits(ledger, batch_of, way):
    with sending(way(Plane(ledger, MemoryError())), 1) as sender:
        sent = sender.send(batch_of(IDS[:1]))

    assert isinstance(sent.end.exception(), MemoryError)
