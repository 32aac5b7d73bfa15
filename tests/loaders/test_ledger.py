"""The ledger, in real SQLite files: receipts, what was delivered, dead letters, runs, and what is refused."""

import hashlib
import random
import sqlite3
import tempfile
import uuid
from collections import Counter
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, update

from loaders.answers import Answer, Receipt
from loaders.errors import LedgerUnusable
from loaders.ledger import schema
from loaders.ledger.dead_letters import DeadLetter, Noted, keep
from loaders.ledger.receipts import doubt_unsettled, events_by_state, open_receipt, settle
from loaders.ledger.runs import (
    Shard,
    advance,
    end_run,
    last_runs,
    progress,
    run_parameters,
    run_shards,
    start_run,
)
from loaders.ledger.schema import open_ledger
from loaders.ledger.segments import compact, delivered, supersede

OK = Answer(200, "ok")
LOST = Answer(None, "the connection broke")


def ids(*numbers):
    return [str(uuid.UUID(int=number)) for number in numbers]


def batch_rows(ledger):
    with ledger.connect() as connection:
        return connection.execute(select(schema.batches).order_by(schema.batches.c.batch_id)).mappings().all()


@pytest.fixture
def send(ledger, batch_of):
    """Give what sends a batch of those ids and settles it so."""

    def sent(message_ids, answer=OK, run_id="run-1"):
        batch_id = open_receipt(ledger, run_id, 0, batch_of(message_ids), 100)
        if answer:
            settle(ledger, batch_id, answer)
        return batch_id

    return sent


# --- the life of a batch


def test_a_receipt_is_opened_as_sending_with_its_ids_and_figures(ledger, batch_of):
    message_ids = ids(1, 2**128 - 1)
    batch_id = open_receipt(ledger, "run-1", 3, batch_of(message_ids), 1234)

    (row,) = batch_rows(ledger)
    assert (row["batch_id"], row["run_id"], row["shard"], row["state"]) == (batch_id, "run-1", 3, "sending")
    assert (row["events"], row["bytes"], row["answer"], row["settled_at"]) == (2, 1234, None, None)
    assert row["ids"] == b"".join(uuid.UUID(one).bytes for one in message_ids)
    assert len(row["sent_at"]) == 27


@pytest.mark.parametrize(
    ("answer", "became", "said"),
    [
        (OK, Receipt.DELIVERED, "200"),
        (Answer(400, "invalid json"), Receipt.REJECTED, "400"),
        (Answer(500, "INSERT failed: (ada@example.org)"), Receipt.IN_DOUBT, "500"),
        (LOST, Receipt.IN_DOUBT, "the connection broke"),
        (Answer(None, "no connection", reached=False), Receipt.REJECTED, "no connection"),
    ],
    ids=str,
)
def test_a_receipt_is_settled_by_the_answer_and_never_quotes_a_server(ledger, send, answer, became, said):
    batch_id = send(ids(1), answer=None)

    assert became is settle(ledger, batch_id, answer)
    (row,) = batch_rows(ledger)
    assert (row["state"], row["answer"]) == (became.value, said)
    assert row["sent_at"] <= row["settled_at"]


def test_settling_one_batch_leaves_the_others_alone(ledger, send):
    first, second = send(ids(1), answer=None), send(ids(2), answer=None)

    settle(ledger, second, OK)

    assert {row["batch_id"]: row["state"] for row in batch_rows(ledger)} == {first: "sending", second: "delivered"}


def test_what_an_ended_run_left_as_sending_is_named_in_doubt(ledger, send):
    send(ids(1), answer=None)
    send(ids(2), OK)
    send(ids(3), answer=None)

    assert doubt_unsettled(ledger) == 2
    assert doubt_unsettled(ledger) == 0
    assert [row["state"] for row in batch_rows(ledger)] == ["in doubt", "delivered", "in doubt"]
    assert batch_rows(ledger)[0]["answer"] == "the run ended before the answer"


def test_events_are_counted_by_state_within_a_run(ledger, send):
    send(ids(1, 2, 3))
    send(ids(4))
    send(ids(5, 6), LOST)
    send(ids(7), run_id="run-2")

    assert events_by_state(ledger, "run-1") == {"delivered": 4, "in doubt": 2}
    assert events_by_state(ledger, "nobody's") == {}


# --- what was delivered


def test_only_what_was_delivered_and_compacted_is_covered(ledger, send):
    for number, answer in enumerate([OK, LOST, Answer(400, ""), None], 1):
        send(ids(number), answer)

    assert delivered(ledger, ids(1, 2, 3, 4)) == set()
    assert compact(ledger) == 1
    assert delivered(ledger, ids(1, 2, 3, 4)) == set(ids(1))
    assert [row["ids"] is None for row in batch_rows(ledger)] == [True, False, False, False]


def test_compacting_again_does_nothing(ledger, send):
    send(ids(1, 2))

    assert (compact(ledger), compact(ledger)) == (2, 0)
    assert delivered(ledger, ids(1, 2, 3)) == set(ids(1, 2))


def test_an_empty_ledger_and_an_empty_question_have_empty_answers(ledger):
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


def compare_with_a_set(ledger, batch_of, generations_of_ids, asked):
    """Deliver generation after generation, and ask after each what a plain set would know."""
    known = set()
    for generation in generations_of_ids:
        message_ids = ids(*generation)
        if message_ids:
            batch_id = open_receipt(ledger, "run", 0, batch_of(message_ids), 0)
            settle(ledger, batch_id, OK)
        assert compact(ledger) == len(set(message_ids))
        known.update(message_ids)
        questions = ids(*asked)
        assert delivered(ledger, questions) == known.intersection(questions)
        assert delivered(ledger, questions + questions) == known.intersection(questions)


@PATHS
@pytest.mark.parametrize("seed", range(6))
def test_look_ups_agree_with_a_plain_set(ledger, batch_of, monkeypatch, seek_cost, seed):
    monkeypatch.setattr("loaders.ledger.segments._SEEK_COST", seek_cost)
    monkeypatch.setattr("loaders.ledger.segments._SCAN_SEGMENTS", 2)
    draw = random.Random(seed)  # noqa: S311  # the same ids in every run of the test
    pool = EXTREMES + [draw.getrandbits(128) for _ in range(700)] + [draw.getrandbits(8) << 120 for _ in range(60)]
    sizes = [0, 1, 2, 127, 128, 129, 256, 300, 500]
    chosen = [draw.sample(pool, draw.choice(sizes)) for _ in range(5)]
    asked = draw.sample(pool, draw.choice([1, 5, 400, len(pool)])) + [draw.getrandbits(128) for _ in range(20)]

    compare_with_a_set(ledger, batch_of, chosen, [*asked, *EXTREMES])


@PATHS
@settings(max_examples=20, deadline=None)
@given(
    chosen=st.lists(st.lists(st.sampled_from(EXTREMES) | st.integers(0, 2**128 - 1), max_size=12), max_size=4),
    asked=st.lists(st.sampled_from(EXTREMES) | st.integers(0, 2**128 - 1), min_size=1, max_size=12),
)
def test_look_ups_agree_with_a_plain_set_at_the_edges(batch_of, seek_cost, chosen, asked):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("loaders.ledger.segments._SEEK_COST", seek_cost)
        patch.setattr("loaders.ledger.segments._SEGMENT_IDS", 3)
        patch.setattr("loaders.ledger.segments._SCAN_SEGMENTS", 2)
        engine = open_ledger(f"sqlite:///{folder}/ledger.db")
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
        try:
            compare_with_a_set(engine, batch_of, chosen, asked + [number for one in chosen for number in one])
        finally:
            engine.dispose()


def test_segments_are_sorted_and_of_an_even_size(ledger, send):
    send(ids(*range(300, 0, -1)))
    send(ids(*range(250, 350)))
    compact(ledger)

    with ledger.connect() as connection:
        blobs = connection.execute(select(schema.segments.c.ids).order_by(schema.segments.c.first_id)).scalars().all()
        (known,) = connection.execute(select(schema.generations)).mappings().all()
    assert [len(blob) // 16 for blob in blobs] == [128, 128, 93]
    assert b"".join(blobs) == b"".join(number.to_bytes(16, "big") for number in range(1, 350))
    assert known["segments"] == 3


# --- batches in doubt


def test_a_batch_in_doubt_is_superseded_once_all_its_ids_were_delivered(ledger, send):
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
        ("superseded", True),
        ("in doubt", False),
    ]


def test_a_batch_that_was_rejected_is_never_superseded(ledger, send):
    send(ids(1), Answer(400, ""))
    send(ids(1))
    compact(ledger)

    assert supersede(ledger) == 0


# --- dead letters and findings


def letter(**changed):
    return DeadLetter("orders", "8007", "", "Missing-Time", "occurred_at is null", None)._replace(**changed)


def dead_letters(ledger):
    with ledger.connect() as connection:
        return (
            connection.execute(select(schema.dead_letters).order_by(*schema.dead_letters.primary_key)).mappings().all()
        )


@pytest.fixture
def clock(monkeypatch):
    """Give the hands of the clock."""

    def set_to(day):
        monkeypatch.setattr("loaders.ledger.dead_letters.utc_now", lambda: f"2024-01-{day:02}T00:00:00.000000Z")

    return set_to


def test_a_dead_letter_seen_again_keeps_when_it_was_first_seen(ledger, clock):
    clock(1)
    keep(ledger, "run-1", [letter()], [])
    clock(2)
    keep(ledger, "run-2", [letter(detail="other words", message_id=ids(7)[0])], [])

    (row,) = dead_letters(ledger)
    assert (row["first_seen"][:10], row["last_seen"][:10], row["run_id"]) == ("2024-01-01", "2024-01-02", "run-2")
    assert (row["detail"], row["message_id"], row["status"]) == ("other words", ids(7)[0], "open")


def test_a_dead_letter_seen_again_is_open_again(ledger):
    keep(ledger, "run-1", [letter()], [])
    with ledger.begin() as connection:
        connection.execute(update(schema.dead_letters).values(status="closed"))

    keep(ledger, "run-2", [letter()], [])

    assert [row["status"] for row in dead_letters(ledger)] == ["open"]


def test_dead_letters_are_told_apart_by_stream_row_rule_and_reason(ledger):
    others = [{"stream": "carts"}, {"row_id": "8008"}, {"rule": "order_completed"}, {"reason": "Required-Missing"}]
    keep(ledger, "run-1", [letter(), *(letter(**other) for other in others), letter()], [])

    assert len(dead_letters(ledger)) == 5


def test_findings_are_kept_once(ledger):
    noted = Noted("orders", "8002", "total disagrees with lines")
    keep(ledger, "run-1", [], [noted, noted])
    keep(ledger, "run-2", [], [noted])

    with ledger.connect() as connection:
        rows = connection.execute(select(schema.findings)).mappings().all()
    assert [(row["stream"], row["row_id"], row["kind"], row["run_id"]) for row in rows] == [(*noted, "run-2")]


def test_nothing_to_keep_writes_nothing(ledger):
    keep(ledger, "run-1", [], [])

    assert dead_letters(ledger) == []


# --- runs and shards


def test_a_run_and_its_shards_are_found_as_they_were_written(ledger):
    cut = [Shard("users", (None, 5, "ß", None)), Shard("visitors", (None, None))]
    start_run(ledger, "run-1", {"shards": 2, "since": None}, {"code": "1.0.0"}, cut)

    started_at, parameters = run_parameters(ledger, "run-1")
    assert (len(started_at), parameters) == (27, {"shards": 2, "since": None})
    assert cut == run_shards(ledger, "run-1")
    assert progress(ledger, "run-1") == (4, 0, Counter())


def test_progress_is_that_of_all_shards(ledger):
    start_run(ledger, "run-1", {}, {}, [Shard("users", (None, 5, None)), Shard("visitors", (None, None))])
    start_run(ledger, "run-2", {}, {}, [Shard("users", (None, 5, None))])
    advance(ledger, "run-1", 0, 1, Counter({"rows_read|orders": 3}))
    advance(ledger, "run-1", 0, 2, Counter({"rows_read|orders": 5}))
    advance(ledger, "run-1", 1, 1, Counter({"rows_read|orders": 1, "rows_read|carts": 2}))

    assert progress(ledger, "run-1") == (3, 3, Counter({"rows_read|orders": 6, "rows_read|carts": 2}))
    assert progress(ledger, "run-2") == (2, 0, Counter())


def test_the_latest_runs_come_first_with_how_they_ended(ledger, monkeypatch):
    for day in (1, 3, 2):
        monkeypatch.setattr("loaders.ledger.runs.utc_now", lambda day=day: f"2024-01-0{day}T00:00:00.000000Z")
        start_run(ledger, f"run-{day}", {}, {}, [Shard("nobody", (None, None))])
    end_run(ledger, "run-3", "done", {"balanced": True})

    latest = last_runs(ledger, 2)

    assert [(run["run_id"], run["state"], run["summary"]) for run in latest] == [
        ("run-3", "done", {"balanced": True}),
        ("run-2", "running", None),
    ]


# --- opening


def test_a_ledger_is_made_where_there_is_none_and_found_again(tmp_path, batch_of):
    url = f"sqlite:///{tmp_path}/deep/down/ledger.db"
    first = open_ledger(url)
    open_receipt(first, "run", 0, batch_of(ids(1)), 1)
    first.dispose()

    second = open_ledger(url)

    assert len(batch_rows(second)) == 1
    second.dispose()


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def refused(tmp_path):
    """Give what opens a file as a ledger, and says how it was refused and whether it stayed as it was."""

    def opened(path):
        before = digest(path)
        with pytest.raises(LedgerUnusable) as error:
            open_ledger(f"sqlite:///{path}")
        beside = sorted(one.name for one in tmp_path.iterdir())
        return str(error.value), before == digest(path), beside

    return opened


def test_a_file_that_is_no_database_is_refused_and_untouched(tmp_path, refused):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"these are my notes, and no database\n" * 100)

    words, untouched, beside = refused(path)

    assert "file is not a database" in words
    assert "BACKFILL_LEDGER_URL" in words
    assert untouched
    assert beside == ["notes.txt"]


def test_a_database_that_is_not_ours_is_refused(tmp_path, refused):
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE customers (name TEXT)")
        connection.commit()

    assert "holds other tables and no ledger" in refused(path)[0]


def test_a_database_that_is_not_ours_is_left_untouched(tmp_path, refused):
    # FAULT (schema.py, `_set_pragmas`): journal_mode = WAL is written into the file before it is known to be ours
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE customers (name TEXT)")
        connection.commit()

    _, untouched, beside = refused(path)

    assert untouched
    assert beside == ["shop.db"]


@pytest.mark.parametrize("version", [0, 99])
def test_a_ledger_of_another_version_is_refused(ledger, tmp_path, version):
    with ledger.begin() as connection:
        connection.execute(update(schema.ledger).values(version=version))
    ledger.dispose()

    with pytest.raises(LedgerUnusable, match=f"has version {version}, this program needs {schema.VERSION}"):
        open_ledger(f"sqlite:///{tmp_path}/ledger.db")


def test_a_folder_is_no_ledger(tmp_path):
    with pytest.raises(LedgerUnusable, match="unable to open database file"):
        open_ledger(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_ledger_in_memory_is_refused(url):
    with pytest.raises(LedgerUnusable, match="forgets what was sent"):
        open_ledger(url)


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://u:S3CRET@127.0.0.1/x", "nosuch+driver://u:S3CRET@127.0.0.1/x"]
)
def test_an_address_that_is_no_ledger_s_is_refused_without_its_password(url):
    with pytest.raises(LedgerUnusable) as refusal:
        open_ledger(url)

    assert "S3CRET" not in str(refusal.value)


@pytest.mark.parametrize(
    "url",
    ["postgresql+pg8000://u:S3CRET@127.0.0.1/x", "postgresql://u:p@S3:CRET@127.0.0.1/x"],
    ids=["a driver that is not installed", "a password with an at and a colon"],
)
def test_an_address_that_sqlalchemy_cannot_use_is_refused_without_its_password(url):
    # FAULT (schema.py, `open_ledger` and `_shown`): ImportError and ValueError come through, the latter with the password
    with pytest.raises(LedgerUnusable) as refusal:
        open_ledger(url)

    assert "CRET" not in str(refusal.value)


def test_a_second_connection_can_read_while_one_writes(ledger, send, tmp_path):
    # FAULT (schema.py, `_engine`): reads begin with BEGIN IMMEDIATE too, so they wait for every writer, up to 60 s
    send(ids(1))
    compact(ledger)
    other = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    read, found = Event(), []

    def look_up():
        found.append(delivered(other, ids(1, 2)))
        found.append(events_by_state(other, "run-1"))
        read.set()

    reader = Thread(target=look_up)
    with ledger.begin() as connection:
        connection.execute(update(schema.batches).values(answer="changed"))
        reader.start()
        in_time = read.wait(2)
    reader.join()
    other.dispose()

    assert found == [set(ids(1)), {"delivered": 1}]
    assert in_time


def test_two_writers_wait_for_each_other(ledger, batch_of, tmp_path):
    other = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    threads = [
        Thread(
            target=lambda engine=engine, start=start: [
                settle(engine, open_receipt(engine, "run-1", 0, batch_of(ids(number)), 1), OK)
                for number in range(start, start + 10)
            ]
        )
        for start, engine in enumerate([ledger, other, ledger, other])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.dispose()

    assert events_by_state(ledger, "run-1") == {"delivered": 40}


def test_what_is_written_survives_a_hard_stop(ledger, send, tmp_path):
    send(ids(1), answer=None)

    copy = Path(tmp_path) / "copy"
    copy.mkdir()
    for path in tmp_path.glob("ledger.db*"):
        (copy / path.name).write_bytes(path.read_bytes())

    found = open_ledger(f"sqlite:///{copy}/ledger.db")
    assert [row["state"] for row in batch_rows(found)] == ["sending"]
    found.dispose()
    with ledger.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
