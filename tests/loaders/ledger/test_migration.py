"""A ledger of an older shape is migrated with all that it holds; one of a newer shape is refused; damage is seen."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text, update

from loaders.errors import LedgerUnusable
from loaders.ledger import migration, schema
from loaders.ledger.dead_letters import LetterKey, open_letters
from loaders.ledger.doubts import doubtful
from loaders.ledger.opening import check_whole, open_ledger, writing
from loaders.ledger.runs import Shard, last_runs, run_shards
from loaders.ledger.segments import delivered

FIRST = Path(__file__).with_name("first_ledger.sql")


@pytest.fixture
def first(tmp_path):
    """Give the path of a ledger as the first version of this program left it."""
    path = tmp_path / "first.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST.read_text())
    return path


@pytest.fixture
def opened(first):
    """Give that ledger, opened by today's program."""
    engine = open_ledger(f"sqlite:///{first}")
    yield engine
    engine.dispose()


def test_a_first_ledger_keeps_all_that_it_holds(opened, ids):
    assert delivered(opened, ids(1, 2, 3)) == set(ids(1, 2))
    assert doubtful(opened) == set(ids(3))
    assert run_shards(opened, "run-1") == [
        Shard("users", ((None, 5), (5, "ß"), ("ß", None)), 2),
        Shard("nobody", ((None, None),)),
    ]
    (run,) = last_runs(opened, 5)
    assert (run["kind"], run["state"], run["summary"]) == ("import", "stopped", {"rows_read": 3})


def test_of_a_row_that_was_dead_for_two_reasons_the_later_is_kept(opened):
    assert open_letters(opened) == [LetterKey("orders", "8007", ""), LetterKey("orders", "8008", "order_completed")]
    with opened.connect() as connection:
        reasons = connection.execute(select(schema.dead_letters.c.reason).order_by(schema.dead_letters.c.row_id))
        assert list(reasons.scalars()) == ["Future-Time", "Required-Missing"]


@pytest.mark.parametrize("made", ["migrated", "new"])
def test_the_migrations_leave_what_the_schema_says(opened, ledger, made):
    engine = opened if made == "migrated" else ledger
    with engine.connect() as connection:
        options = {"version_table": migration.MARK, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, schema.tables) == []


def test_the_newest_migration_is_the_one_that_is_asked_for():
    config = Config()
    config.set_main_option("script_location", str(Path(migration.__file__).with_name("migrations")))

    assert ScriptDirectory.from_config(config).get_heads() == [migration.NEWEST]


def test_a_newer_ledger_is_refused_and_left_as_it_is(ledger, tmp_path):
    with writing(ledger) as connection:
        connection.execute(text(f"UPDATE {migration.MARK} SET version_num = '9999'"))  # noqa: S608  # our own name

    with pytest.raises(LedgerUnusable, match=r"has revision 9999, this program knows up to .*newer"):
        open_ledger(f"sqlite:///{tmp_path}/ledger.db")


def test_a_first_ledger_of_a_version_that_never_was_is_refused(first):
    with closing(sqlite3.connect(first)) as connection:
        connection.execute("UPDATE backfill_ledger SET version = 99")
        connection.commit()

    with pytest.raises(LedgerUnusable, match="has revision None"):
        open_ledger(f"sqlite:///{first}")


def test_a_damaged_ledger_is_refused_and_untouched(ledger, tmp_path, send, ids):
    for number in range(0, 3000, 300):
        send(ids(*range(number, number + 300)))
    check_whole(ledger)
    with ledger.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.dispose()
    path = tmp_path / "ledger.db"
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8192] = b"\xff" * 8192
    path.write_bytes(content)
    damaged = open_ledger(f"sqlite:///{path}")

    with pytest.raises(LedgerUnusable, match=r"is damaged: .*Restore it from a copy"):
        check_whole(damaged)
    damaged.dispose()
    assert path.read_bytes() == content


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(first, monkeypatch):
    monkeypatch.setattr("alembic.op.drop_table", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_ledger(f"sqlite:///{first}")

    with closing(sqlite3.connect(first)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert connection.execute("SELECT version FROM backfill_ledger").fetchall() == [(1,)]
        assert connection.execute("SELECT count(*) FROM dead_letters").fetchall() == [(3,)]
    assert tables.isdisjoint({"locks", "chosen", migration.MARK})
    engine = update(schema.runs)  # the ledger still opens once the fault is mended
    monkeypatch.undo()
    opened = open_ledger(f"sqlite:///{first}")
    with writing(opened) as connection:
        assert connection.execute(engine.values(state="stopped")).rowcount == 1
    opened.dispose()
