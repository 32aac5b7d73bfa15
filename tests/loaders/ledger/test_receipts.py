"""The life of a batch: sending, and then what became of it."""

import uuid

import pytest

from loaders.answers import Answer, Receipt
from loaders.errors import LedgerStopped
from loaders.ledger.receipts import doubt_unsettled, events_by_state, open_receipt, settle

OK = Answer(200, "ok")
LOST = Answer(None, "the connection broke")


def test_a_receipt_is_opened_as_sending_with_its_ids_and_figures(ledger, batch_of, ids, batch_rows):
    message_ids = ids(1, 2**128 - 1)
    batch_id = open_receipt(ledger, "run-1", 3, batch_of(message_ids).messages, 1234)

    (row,) = batch_rows(ledger)
    assert (row["batch_id"], row["run_id"], row["shard"], row["state"]) == (batch_id, "run-1", 3, "sending")
    assert (row["events"], row["bytes"], row["answer"], row["settled_at"]) == (2, 1234, None, None)
    assert row["ids"] == b"".join(uuid.UUID(one).bytes for one in message_ids)
    assert len(row["sent_at"]) == 27


ANSWERS = {
    OK: (Receipt.DELIVERED, "200"),
    Answer(400, "invalid json"): (Receipt.REJECTED, "400"),
    Answer(500, "INSERT failed: (ada@example.org)"): (Receipt.IN_DOUBT, "500"),
    LOST: (Receipt.IN_DOUBT, "the connection broke"),
    Answer(None, "no connection", reached=False): (Receipt.REJECTED, "no connection"),
}


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_a_receipt_is_settled_by_the_answer_and_never_quotes_a_server(ledger, send, answer, ids, batch_rows):
    became, said = ANSWERS[answer]
    batch_id = send(ids(1), answer=None)

    settle(ledger, batch_id, became, answer)
    (row,) = batch_rows(ledger)
    assert (row["state"], row["answer"]) == (became.value, said)
    assert (row["ids"] is None) == (became is Receipt.REJECTED and answer.status != 400)
    assert row["sent_at"] <= row["settled_at"]


def test_what_is_rejected_keeps_the_id_of_a_message_refused_alone(ledger, send, ids, batch_rows):
    for message_ids, status in ((ids(1), 400), (ids(2), 413), (ids(3), 429), (ids(4), 401), (ids(5, 6), 400)):
        send(message_ids, Answer(status, ""))

    assert [row["state"] for row in batch_rows(ledger)] == ["rejected"] * 5
    assert [bool(row["ids"]) for row in batch_rows(ledger)] == [True, True, False, False, False]


def test_settling_one_batch_leaves_the_others_alone(ledger, send, ids, batch_rows):
    first, second = send(ids(1), answer=None), send(ids(2), answer=None)

    settle(ledger, second, Receipt.DELIVERED, OK)

    assert {row["batch_id"]: row["state"] for row in batch_rows(ledger)} == {first: "sending", second: "delivered"}


def test_what_an_ended_run_left_as_sending_is_named_in_doubt(ledger, send, ids, batch_rows):
    send(ids(1), answer=None)
    send(ids(2), OK)
    send(ids(3), answer=None)

    assert doubt_unsettled(ledger) == 2
    assert doubt_unsettled(ledger) == 0
    assert [row["state"] for row in batch_rows(ledger)] == ["in doubt", "delivered", "in doubt"]
    assert batch_rows(ledger)[0]["answer"] == "the run ended before the answer"


def test_a_run_names_no_other_s_batches_in_doubt(ledger, send, ids, batch_rows):
    send(ids(1), answer=None)
    send(ids(2), answer=None, run_id="run-2")

    assert doubt_unsettled(ledger, "run-2") == 1
    assert [row["state"] for row in batch_rows(ledger)] == ["sending", "in doubt"]


def test_events_are_counted_by_state_within_a_run(ledger, send, ids):
    send(ids(1, 2, 3))
    send(ids(4))
    send(ids(5, 6), LOST)
    send(ids(7), run_id="run-2")

    assert events_by_state(ledger, "run-1") == {"delivered": 4, "in doubt": 2}
    assert events_by_state(ledger, "nobody's") == {}


def test_a_run_that_does_not_hold_the_ledger_sends_nothing(ledger, batch_of, ids, batch_rows):
    with pytest.raises(LedgerStopped, match="Another run has taken the ledger over"):
        open_receipt(ledger, "a run that was taken over", 0, batch_of(ids(1)).messages, 100)

    assert batch_rows(ledger) == []


def test_a_late_answer_does_not_undo_what_another_run_named_in_doubt(ledger, send, ids, batch_rows):
    batch_id = send(ids(1), answer=None)
    doubt_unsettled(ledger)

    with pytest.raises(LedgerStopped, match="stays in doubt"):
        settle(ledger, batch_id, Receipt.DELIVERED, OK)
    assert [row["state"] for row in batch_rows(ledger)] == ["in doubt"]
