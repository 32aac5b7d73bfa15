"""A night costs what changed, not what there is: the same change on half a million rows of history, and on five."""

import os
import sqlite3
from contextlib import closing

import pytest
from deliveries import ground
from sqlalchemy import event

from flows import job
from flows.following import since_watermarks
from flows.options import Options
from flows.outcome import MaxDead
from flows.pipeline import run_here
from loaders.ledger.ids import array, distinct
from loaders.ledger.opening import open_ledger, writing
from loaders.ledger.schema import watermarks
from loaders.ledger.segments import add_generation
from sandbox.platform.sample import SampleOptions, write_sample

USERS, CHANGES = 20_000, 10_000
HISTORY = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
INSERT INTO sign_in_log (log_id, account_id, signed_in_at)
SELECT i, 1 + (i * 7919) % {users}, datetime('2019-01-01', '+' || (i * 200000000 / {rows}) || ' seconds') || '.000000'
FROM n
"""
ACCOUNTS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {users})
INSERT OR IGNORE INTO accounts (account_id, email, first_name, last_name, created_at, updated_at)
SELECT i, 'user' || i || '@example.org', 'Nora', 'Night', '2019-01-01 00:00:00.000000', '2019-01-01 00:00:00.000000'
FROM n
"""
CHANGED = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {changes})
INSERT INTO sign_in_log (log_id, account_id, signed_in_at)
SELECT 100000000 + i, 1 + (i * 104729) % {users}, '2026-10-01 12:00:' || printf('%09.6f', i * 59.0 / {changes})
FROM n
"""


def a_night(folder, plane, rows):
    """Build so long a history, of which all was sent, and count what a night on it costs."""
    source = folder / "platform.db"
    write_sample(f"sqlite:///{source}", SampleOptions(users=40, hostile=False))
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for statement in (HISTORY, ACCOUNTS, CHANGED):
            connection.execute(statement.format(rows=rows, users=USERS, changes=CHANGES))
        connection.commit()
    settings = ground(source, plane, folder).settings
    ledger = open_ledger(settings.ledger_url.get_secret_value())
    sent = distinct(array(os.urandom(16 * rows)))
    with writing(ledger) as connection:
        add_generation(connection, iter([sent]))
        streams = [f"{path.stem} (current)" for path in settings.models.glob("*.sql")]
        streams.append("licenses of accounts (current)")
        at = {"at": "2026-09-30T00:00:00.000000Z", "run_id": "import"}
        connection.execute(watermarks.insert(), [{"name": name, **at} for name in streams])
    ledger.dispose()
    return count(settings)


def count(settings):
    """Run a night, and count the rows it read, the bytes it read of the ledger, and the steps the source took."""
    cost = {"ledger": 0, "steps": 0}

    def steps():
        cost["steps"] += 1

    def watched(engine):
        event.listen(engine, "checkout", lambda connection, *_: connection.set_progress_handler(steps, 1_000))
        return engine

    opened = job.open_source
    with pytest.MonkeyPatch.context() as patch:

        def counted(blob):
            cost["ledger"] += len(blob)
            return array(blob)

        patch.setattr("loaders.ledger.segments.array", counted)
        patch.setattr("flows.job.open_source", lambda *asked: watched(opened(*asked)))
        outcome = run_here(settings, Options(shards=2), 1, MaxDead(), since_watermarks(0), thorough=False)
    assert outcome.exit == 0, outcome.words
    assert outcome.summary.events["User Signed In"] == CHANGES
    return cost | {"rows": outcome.summary.rows_read, "seconds": outcome.summary.seconds}


def test_a_night_costs_what_changed(tmp_path, plane):
    for name in ("young", "old"):
        (tmp_path / name).mkdir()
    young = a_night(tmp_path / "young", plane, 500_000)
    old = a_night(tmp_path / "old", plane, 5_000_000)

    assert old["rows"] == young["rows"]
    assert old["ledger"] == pytest.approx(young["ledger"], rel=0.1)
    assert old["steps"] == pytest.approx(young["steps"], rel=0.1)
