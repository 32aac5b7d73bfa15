"""Batches that hold what is refused, or are too large: cut until every message has an end, in their order."""

import math
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planes import IDS, LOST, OK, REFUSED, TOO_LARGE, Judging, Plane, delivered, states

from loaders.batches import Batch, Message
from loaders.delivery import Delivered, deliver
from loaders.errors import DataPlaneStopped
from loaders.ledger.compaction import compact
from loaders.ledger.doubts import doubtful, supersede
from loaders.way import MOST_IN_A_ROW, Refusals, Way

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 100, 512, 1000])
@pytest.mark.parametrize("place", ["first", "last", "middle", "a third"])
def test_one_culprit_costs_at_most_twice_the_logarithm(batch_of, way, size, place):
    culprit = {"first": 0, "last": size - 1, "middle": size // 2, "a third": size // 3}[place]
    plane = Judging([IDS[culprit]])

    result = delivered(batch_of(IDS[:size]), way(plane))

    assert [message.id for message, _ in result.refused] == [IDS[culprit]]
    assert [message.id for message in result.messages] == [one for one in IDS[:size] if one != IDS[culprit]]
    assert plane.requests - 1 <= 2 * math.ceil(math.log2(size))
    assert result.requests == plane.requests


@settings(deadline=None, max_examples=60)
@given(size=st.integers(1, 200), poison=st.sets(st.integers(0, 199), max_size=9), most=st.integers(200, 60_000))
def test_whatever_is_refused_each_message_has_one_end_and_order_is_kept(size, poison, most):
    plane, mine = Judging([IDS[place] for place in poison], most), _without_a_ledger()
    batch = _batch(size)
    result = Delivered()

    mine(plane, batch, result)

    sent = [one for ids in plane.stored for one in ids]
    good = [one for place, one in enumerate(IDS[:size]) if place not in poison]
    smallest = min(len(message.body) for message in batch.messages) + 12
    if most < smallest:
        assert (sent, len(result.refused)) == ([], size)
    else:
        assert sent == [message.id for message in result.messages] == good
        assert {message.id for message, _ in result.refused} == {IDS[place] for place in poison if place < size}


def _batch(size):
    bodies = [b'{"messageId":"%s"}' % one.encode() for one in IDS[:size]]
    messages = [Message("", IDS[n], "s", str(n), "r", "E", "2020", body) for n, body in enumerate(bodies)]
    return Batch(tuple(messages), continues=False)


def _without_a_ledger():
    """Give what delivers with the ledger left out: what is halved and split does not hang on it."""

    def run(plane, batch, result):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("loaders.attempts.open_receipt", lambda *_: 0)
            patch.setattr("loaders.attempts.settle", lambda *_: None)
            patch.setattr("loaders.attempts.jittered", lambda _: 0.0)
            deliver(batch, Way(plane, None, "run", 0, Event(), refusals=_Patient()), result)

    return run


class _Patient(Refusals):
    def add(self):
        return False


def test_a_data_plane_that_refuses_everything_stops_the_run(batch_of, way):
    plane, result = Judging([""]), Delivered()
    with pytest.raises(DataPlaneStopped, match=f"400.*{MOST_IN_A_ROW} times in a row"):
        deliver(batch_of(IDS[:1000]), way(plane), result)

    assert len(result.refused) == MOST_IN_A_ROW
    assert plane.requests < 4 * MOST_IN_A_ROW


@pytest.mark.parametrize("cut", [REFUSED, TOO_LARGE])
def test_what_was_in_doubt_is_so_no_more_once_each_message_has_another_end(ledger, batch_of, way, cut):
    plane = Plane(ledger, LOST, cut, OK, REFUSED)
    result = delivered(batch_of(IDS[:2]), way(plane))
    compact(ledger)

    assert [message.id for message, _ in result.refused] == [IDS[1]]
    assert states(ledger) == ["in doubt", "rejected", "delivered", "rejected"]
    assert (doubtful(ledger), supersede(ledger)) == (frozenset(), 1)


def test_what_is_too_large_is_split_and_later_batches_are_from_the_start(batch_of, way):
    plane = Judging([], most_bytes=len(batch_of(IDS[:5]).body()))
    mine = way(plane)

    first = delivered(batch_of(IDS[:8]), mine)
    asked = plane.requests
    second = delivered(batch_of(IDS[8:16]), mine)

    assert (len(first.messages), asked) == (8, 3)
    assert (len(second.messages), plane.requests - asked) == (8, 2)
    assert plane.stored == [IDS[0:4], IDS[4:8], IDS[8:12], IDS[12:16]]


def test_one_message_that_is_too_large_is_dead(batch_of, way):
    result = delivered(batch_of(IDS[:1]), way(Judging([], most_bytes=1)))

    assert [(message.id, answer.status) for message, answer in result.refused] == [(IDS[0], 413)]
