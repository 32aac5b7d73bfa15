"""How a ledger is opened, what is refused, and who may read and write at once."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import update

from loaders.answers import Answer, Receipt
from loaders.errors import LedgerUnusable
from loaders.ledger import schema
from loaders.ledger.compaction import compact
from loaders.ledger.migration import MARK, NEWEST
from loaders.ledger.opening import open_ledger, writing
from loaders.ledger.receipts import events_by_state, open_receipt, settle
from loaders.ledger.segments import delivered

OK = Answer(200, "ok")
LOST = Answer(None, "the connection broke")


def test_a_ledger_is_made_where_there_is_none_and_found_again(tmp_path, batch_of, ids, batch_rows, hold):
    url = f"sqlite:///{tmp_path}/deep/down/ledger.db"
    first = hold(open_ledger(url), "run")
    open_receipt(first, "run", 0, batch_of(ids(1)).messages, 1)
    first.dispose()

    second = open_ledger(url)

    assert len(batch_rows(second)) == 1
    second.dispose()


def test_several_may_make_the_ledger_at_once(tmp_path):
    url, opened, faults = f"sqlite:///{tmp_path}/ledger.db", [], []

    def make():
        try:
            opened.append(open_ledger(url))
        except LedgerUnusable as error:
            faults.append(str(error))

    threads = [Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    with opened[0].connect() as connection:
        assert connection.exec_driver_sql(f"SELECT version_num FROM {MARK}").scalars().all() == [NEWEST]  # noqa: S608
    for engine in opened:
        engine.dispose()


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
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE customers (name TEXT)")
        connection.commit()

    _, untouched, beside = refused(path)

    assert untouched
    assert beside == ["shop.db"]


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
    with pytest.raises(LedgerUnusable) as refusal:
        open_ledger(url)

    assert "CRET" not in str(refusal.value)


def test_a_second_connection_can_read_while_one_writes(ledger, send, tmp_path, ids):
    send(ids(1))
    compact(ledger)
    other = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    read, found = Event(), []

    def look_up():
        found.append(delivered(other, ids(1, 2)))
        found.append(events_by_state(other, "run-1"))
        read.set()

    reader = Thread(target=look_up)
    with writing(ledger) as connection:
        connection.execute(update(schema.batches).values(state="rejected"))
        reader.start()
        in_time = read.wait(2)
    reader.join()
    other.dispose()

    assert found == [set(ids(1)), {"delivered": 1}]
    assert in_time


def test_two_writers_wait_for_each_other(ledger, batch_of, tmp_path, ids):
    other = open_ledger(f"sqlite:///{tmp_path}/ledger.db")

    def deliver(engine, start):
        for number in range(start, start + 10):
            batch_id = open_receipt(engine, "run-1", 0, batch_of(ids(number)).messages, 1)
            settle(engine, batch_id, Receipt.DELIVERED, OK)

    threads = [
        Thread(target=deliver, args=(engine, start)) for start, engine in enumerate([ledger, other, ledger, other])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.dispose()

    assert events_by_state(ledger, "run-1") == {"delivered": 40}


def test_what_is_written_survives_a_hard_stop(ledger, send, tmp_path, ids, batch_rows):
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
