"""A batch on its way: what the ledger says before and after, for every kind of answer."""

import pytest
from sqlalchemy import select

from loaders.answers import Answer, Receipt
from loaders.delivery import Delivered, deliver
from loaders.errors import DataPlaneStopped
from loaders.ledger.schema import batches
from loaders.sender import sending

IDS = [f"00000000-0000-5000-8000-{number:012x}" for number in range(9)]


class Plane:
    """A data plane at the one seam: it notes what the ledger held when it was asked, and answers as told."""

    url = "http://127.0.0.1:1"

    def __init__(self, ledger, *answers):
        self.ledger, self.answers, self.bodies, self.seen = ledger, list(answers), [], []

    def post(self, body):
        self.bodies.append(body)
        self.seen.append(states(self.ledger))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def states(ledger):
    with ledger.connect() as connection:
        return list(connection.execute(select(batches.c.state).order_by(batches.c.batch_id)).scalars())


def test_a_batch_is_written_before_it_is_sent_and_settled_after(ledger, batch_of):
    plane, batch = Plane(ledger, Answer(200, "ok")), batch_of(IDS[:2])

    assert deliver(batch, plane, ledger, "run", 0) == Delivered(len(batch.body()))
    assert plane.bodies == [batch.body()]
    assert plane.seen == [["sending"]]
    assert states(ledger) == ["delivered"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(401, "invalid write key"), Receipt.REJECTED),
        (Answer(400, "invalid json"), Receipt.REJECTED),
        (Answer(503, "Service Unavailable"), Receipt.IN_DOUBT),
        (Answer(None, "the connection broke"), Receipt.IN_DOUBT),
        (Answer(None, "no connection", reached=False), Receipt.REJECTED),
    ],
    ids=str,
)
def test_any_other_answer_stops_the_run_after_it_stands_in_the_ledger(ledger, batch_of, answer, state):
    with pytest.raises(DataPlaneStopped):
        deliver(batch_of(IDS[:1]), Plane(ledger, answer), ledger, "run", 0)

    assert states(ledger) == [state.value]


def test_a_run_that_dies_on_the_way_leaves_the_batch_as_sending(ledger, batch_of):
    with pytest.raises(MemoryError):
        deliver(batch_of(IDS[:1]), Plane(ledger, MemoryError()), ledger, "run", 0)

    assert states(ledger) == ["sending"]


def test_batches_go_one_after_the_other_in_their_order(ledger, batch_of):
    sent = [batch_of([one]) for one in IDS]
    plane = Plane(ledger, *[Answer(200, "ok")] * len(IDS))

    with sending(plane, ledger, "run", 0) as sender:
        receipts = [sender.send(batch) for batch in sent]

    assert [one.result() for one in receipts] == [Delivered(len(batch.body())) for batch in sent]
    assert plane.bodies == [batch.body() for batch in sent]
    assert plane.seen == [["delivered"] * number + ["sending"] for number in range(len(IDS))]


def test_after_one_that_failed_none_is_sent(ledger, batch_of):
    plane = Plane(ledger, Answer(200, "ok"), Answer(503, ""), Answer(200, "ok"))

    with sending(plane, ledger, "run", 0) as sender:
        first, second, third = (sender.send(batch_of([one])) for one in IDS[:3])

    assert isinstance(first.result(), Delivered)
    for failed in (second, third):
        with pytest.raises(DataPlaneStopped, match="503"):
            failed.result()
    assert states(ledger) == ["delivered", "in doubt"]
    assert len(plane.bodies) == 2
