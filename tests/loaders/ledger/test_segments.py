"""What was delivered, against a plain set; and which batches in doubt that closes."""

import random
import tempfile
import uuid

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from loaders.answers import Answer, Receipt
from loaders.ledger import schema
from loaders.ledger.compaction import compact
from loaders.ledger.doubts import doubtful, supersede
from loaders.ledger.opening import open_ledger
from loaders.ledger.receipts import doubt_unsettled, open_receipt, settle
from loaders.ledger.segments import delivered

OK = Answer(200, "ok")
LOST = Answer(None, "the connection broke")
REFUSED, LIMITED = Answer(400, ""), Answer(429, "")


def test_only_what_was_delivered_and_compacted_is_covered(ledger, send, ids, batch_rows):
    for number, answer in enumerate([OK, LOST, LIMITED, None], 1):
        send(ids(number), answer)

    assert delivered(ledger, ids(1, 2, 3, 4)) == set()
    compact(ledger)
    assert delivered(ledger, ids(1, 2, 3, 4)) == set(ids(1))
    assert [row["ids"] is None for row in batch_rows(ledger)] == [True, False, True, False]


def test_compacting_counts_the_ids_that_were_sent_more_than_once(ledger, send, ids):
    send(ids(1, 2, 1))
    send(ids(2, 3, 1))
    send(ids(3), LOST)

    assert (compact(ledger), compact(ledger)) == (3, 0)
    assert delivered(ledger, ids(1, 2, 3, 4)) == set(ids(1, 2, 3))


def test_an_empty_ledger_and_an_empty_question_have_empty_answers(ledger, ids):
    assert compact(ledger) == 0
    assert delivered(ledger, []) == set()
    assert delivered(ledger, ids(1)) == set()


EXTREMES = [
    0,
    1,
    0xFF,
    0x100,
    2**120,
    2**120 - 1,
    2**127,
    0xFF << 120,
    2**128 - 1,
    2**128 - 256,
    1 << 64,
    (1 << 64) - 1,
]
PATHS = pytest.mark.parametrize("seek_cost", [0, 8, 10**9], ids=["seek", "either", "scan"])


def written(numbers):
    return [str(uuid.UUID(int=number)) for number in numbers]


def compare_with_a_set(ledger, batch_of, generations_of_ids, asked):
    """Deliver generation after generation, and ask after each what a plain set would know."""
    known = set()
    for generation in generations_of_ids:
        message_ids = written(generation)
        if message_ids:
            batch_id = open_receipt(ledger, "run", 0, batch_of(message_ids).messages, 0)
            settle(ledger, batch_id, Receipt.DELIVERED, OK)
        assert compact(ledger) == len(message_ids) - len(set(message_ids))
        known.update(message_ids)
        questions = written(asked)
        assert delivered(ledger, questions) == known.intersection(questions)
        assert delivered(ledger, questions + questions) == known.intersection(questions)


@PATHS
@pytest.mark.parametrize("seed", range(6))
def test_look_ups_agree_with_a_plain_set(ledger, batch_of, monkeypatch, seek_cost, seed):
    monkeypatch.setattr("loaders.ledger.segments._SEEK_COST", seek_cost)
    monkeypatch.setattr("loaders.ledger.segments._ROWS_AT_ONCE", 2)
    draw = random.Random(seed)  # noqa: S311  # the same ids in every run of the test
    pool = EXTREMES + [draw.getrandbits(128) for _ in range(700)] + [draw.getrandbits(8) << 120 for _ in range(60)]
    sizes = [0, 1, 2, 127, 128, 129, 256, 300, 500]
    chosen = [draw.sample(pool, draw.choice(sizes)) for _ in range(5)]
    asked = draw.sample(pool, draw.choice([1, 5, 400, len(pool)])) + [draw.getrandbits(128) for _ in range(20)]

    compare_with_a_set(ledger, batch_of, chosen, [*asked, *EXTREMES])


@PATHS
@settings(max_examples=20, deadline=None, phases=set(Phase) - {Phase.explain})
@given(
    chosen=st.lists(st.lists(st.sampled_from(EXTREMES) | st.integers(0, 2**128 - 1), max_size=12), max_size=4),
    asked=st.lists(st.sampled_from(EXTREMES) | st.integers(0, 2**128 - 1), min_size=1, max_size=12),
)
def test_look_ups_agree_with_a_plain_set_at_the_edges(batch_of, hold, seek_cost, chosen, asked):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("loaders.ledger.segments._SEEK_COST", seek_cost)
        patch.setattr("loaders.ledger.segments.SEGMENT_IDS", 3)
        patch.setattr("loaders.ledger.compaction.SEGMENT_IDS", 3)
        patch.setattr("loaders.ledger.compaction._SORTED_AT_ONCE", 6)
        patch.setattr("loaders.ledger.compaction._BATCHES_AT_ONCE", 1)
        patch.setattr("loaders.ledger.segments._ROWS_AT_ONCE", 2)
        engine = open_ledger(f"sqlite:///{folder}/ledger.db")
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        hold(engine, "run")
        try:
            compare_with_a_set(engine, batch_of, chosen, asked + [number for one in chosen for number in one])
        finally:
            engine.dispose()


def test_segments_are_sorted_and_of_an_even_size(ledger, send, ids):
    send(ids(*range(300, 0, -1)))
    send(ids(*range(250, 350)))
    compact(ledger)

    with ledger.connect() as connection:
        blobs = connection.execute(select(schema.segments.c.ids).order_by(schema.segments.c.first_id)).scalars().all()
        (known,) = connection.execute(select(schema.generations)).mappings().all()
    assert [len(blob) // 16 for blob in blobs] == [64, 64, 64, 64, 64, 29]
    assert b"".join(blobs) == b"".join(number.to_bytes(16, "big") for number in range(1, 350))
    assert known["segments"] == 6


def test_many_nights_leave_few_generations(ledger, send, ids):
    """Each night's ids stand in a generation; those of like size are made one, and nothing is forgotten."""
    send(ids(*range(100_000, 104_000)))
    compact(ledger)
    for night in range(40):
        send(ids(*range(night * 70, night * 70 + 70)))
        compact(ledger)
        with ledger.connect() as connection:
            sizes = connection.execute(select(schema.generations.c.segments)).scalars().all()
        assert len(sizes) <= 5
    assert len(delivered(ledger, ids(*range(40 * 70), *range(100_000, 104_000), 99_999))) == 40 * 70 + 4_000


def test_a_batch_in_doubt_is_superseded_once_all_its_ids_were_delivered(ledger, send, ids, batch_rows):
    send(ids(1, 2, 0), LOST)
    send(ids(3, 4), LOST)
    send(ids(0, 1))
    compact(ledger)
    assert supersede(ledger) == 0

    send(ids(2, 3))
    compact(ledger)

    assert supersede(ledger) == 1
    assert supersede(ledger) == 0
    assert [(row["state"], row["ids"] is None) for row in batch_rows(ledger)][:2] == [
        ("superseded", False),  # they tell where the data plane may hold something twice
        ("in doubt", False),
    ]


def test_a_batch_that_was_rejected_is_never_superseded(ledger, send, ids):
    send(ids(1), Answer(400, ""))
    send(ids(1))
    compact(ledger)

    assert supersede(ledger) == 0


@pytest.mark.parametrize("refused", [REFUSED, Answer(413, "")], ids=["400", "413"])
def test_a_refusal_of_a_message_alone_settles_the_doubt_before_it_and_none_after(ledger, send, ids, refused):
    send(ids(1, 2), LOST)
    send(ids(1), refused)
    send(ids(2))
    compact(ledger)
    assert (doubtful(ledger), supersede(ledger)) == (frozenset(), 1)

    send(ids(1, 3), LOST, run_id="run-2")
    send(ids(3), run_id="run-2")
    compact(ledger)
    assert (doubtful(ledger), doubtful(ledger, "run-2"), supersede(ledger)) == (*[frozenset(ids(1))] * 2, 0)

    send(ids(1), refused, run_id="run-2")
    assert (doubtful(ledger), supersede(ledger)) == (frozenset(), 1)


@pytest.mark.parametrize("answer", [LIMITED, Answer(401, ""), Answer(503, "Service Unavailable")], ids=str)
def test_what_was_not_taken_for_another_reason_stays_in_doubt(ledger, send, ids, answer):
    send(ids(1), LOST)
    send(ids(1), answer)
    assert (doubtful(ledger), supersede(ledger)) == (frozenset(ids(1)), 0)


def test_what_was_refused_with_others_stays_in_doubt(ledger, send, ids):
    send(ids(1, 2), LOST)
    send(ids(1, 2), REFUSED)
    assert (doubtful(ledger), supersede(ledger)) == (frozenset(ids(1, 2)), 0)


def test_a_letter_that_is_sent_again_and_killed_on_its_way_is_in_doubt(ledger, send, ids):
    send(ids(1), REFUSED)
    send(ids(1), None, run_id="run-2")
    doubt_unsettled(ledger)
    assert (doubtful(ledger), supersede(ledger)) == (frozenset(ids(1)), 0)


def test_what_is_in_doubt_is_what_no_delivery_covered_since(ledger, send, ids):
    assert doubtful(ledger) == frozenset()
    send(ids(0, 1, 0x100), LOST)
    send(ids(0x100, 2), LOST, run_id="run-2")
    send(ids(1))
    compact(ledger)

    assert doubtful(ledger) == frozenset(ids(0, 0x100, 2))
    assert doubtful(ledger, "run-2") == frozenset(ids(0x100, 2))
    assert doubtful(ledger, "nobody's") == frozenset()
