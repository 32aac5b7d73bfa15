"""All ids that the ledger knows, wherever they stand, each as often as it was delivered."""

import uuid
from collections import Counter

import pytest

from loaders.answers import Answer, Receipt
from loaders.errors import LedgerStopped
from loaders.ledger.compaction import compact
from loaders.ledger.doubts import supersede
from loaders.ledger.known import known_ids, newest_receipt
from loaders.ledger.opening import open_ledger, writing
from loaders.ledger.receipts import open_receipt, settle

OK, LOST, REFUSED = Answer(200, "ok"), Answer(None, "the connection broke"), Answer(400, "invalid json")


def known(ledger):
    """Give how often each id was delivered, and how often it may have arrived besides."""
    found = {True: Counter(), False: Counter()}
    for delivered, ids in known_ids(ledger):
        found[delivered].update(uuid.UUID(bytes=one).int for one in ids)
    return found[True], found[False]


def test_an_empty_ledger_knows_nothing(ledger):
    assert known(ledger) == (Counter(), Counter())
    assert newest_receipt(ledger) is None


def test_ids_of_batches_and_of_segments_are_known_as_often_as_they_were_delivered(ledger, send, ids):
    send(ids(*range(1000)))
    compact(ledger)
    send(ids(7, 2000))
    compact(ledger)
    send(ids(7, 3000))
    assert known(ledger) == (Counter([*range(1000), 7, 7, 2000, 3000]), Counter())


def test_what_may_have_arrived_is_told_apart_also_when_it_was_delivered_later(ledger, send, ids):
    send(ids(1, 2), LOST)
    send(ids(3), None)
    send(ids(4), REFUSED)
    send(ids(1, 2))
    compact(ledger)
    assert supersede(ledger) == 1
    assert known(ledger) == (Counter([1, 2]), Counter([1, 2, 3]))


def test_ids_that_end_in_zero_bytes_keep_them(ledger, send):
    one = str(uuid.UUID(int=5 << 64))
    send([one])
    compact(ledger)
    ((_, ids),) = known_ids(ledger)
    assert [str(uuid.UUID(bytes=found)) for found in ids] == [one]


def test_the_newest_receipt_is_that_of_a_delivery(ledger, send, ids, batch_rows):
    for number, answer in enumerate((Answer(200, "ok"), LOST), 1):
        send(ids(number), answer)
    assert newest_receipt(ledger) == batch_rows(ledger)[0]["settled_at"]


def test_one_state_of_the_ledger_is_read(ledger, send, ids):
    """Ids that are moved to the segments while they are read are neither lost nor known twice."""
    send(ids(1))
    compact(ledger)
    send(ids(2))
    reading = known_ids(ledger)
    first = next(reading)
    compact(ledger)
    assert [first, *reading] == [(True, [uuid.UUID(int=number).bytes]) for number in (1, 2)]


def test_a_ledger_that_fails_is_said(ledger):
    with writing(ledger) as connection:
        connection.exec_driver_sql("DROP TABLE segments")
    with pytest.raises(LedgerStopped, match="failed: no such table"):
        list(known_ids(ledger))


def test_a_ledger_in_postgresql_is_read_the_same(postgres_url, hold, batch_of, ids):
    ledger = hold(open_ledger(postgres_url), "run-1")
    for numbers in (range(1000), range(990, 1010)):
        settle(ledger, open_receipt(ledger, "run-1", 0, batch_of(ids(*numbers)).messages, 100), Receipt.DELIVERED, OK)
        compact(ledger)
    open_receipt(ledger, "run-1", 0, batch_of(ids(5)).messages, 100)
    found = known(ledger)
    assert newest_receipt(ledger)
    ledger.dispose()
    assert found == (Counter([*range(1000), *range(990, 1010)]), Counter([5]))
