"""Memory hangs neither on how long a history is nor on how much of it is of one user."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from deliveries import ROOT

from benchmarks.sink import running_sink
from sandbox.platform.sample import SampleOptions, write_sample

USERS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {users})
INSERT OR IGNORE INTO accounts (account_id, email, first_name, last_name, username, created_at, updated_at)
SELECT i, 'user' || i || '@example.org', 'Nora', 'Night', 'user' || i, '2019-01-01 00:00:00.000000',
       '2019-01-01 00:00:00.000000' FROM n
"""
SIGN_INS = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
INSERT INTO sign_in_log (log_id, account_id, signed_in_at, user_agent)
SELECT 10000000 + i, {who}, datetime('2019-01-01', '+' || (i * 200000000 / {rows}) || ' seconds') || '.000000',
       'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/100.0' FROM n
"""
ANSWER_MS = 100  # as a data plane takes, so that as much is on its way at once as ever is, in a short run too
SHORT, LONG = (200_000, 800_000, 500_000), (300_000, 3_000_000, 2_000_000)


def peak(folder, rows, *, users, who):
    """Import a history of so many sign-ins, and return the run's peak memory in MB."""
    folder.mkdir()
    source, summary = folder / "platform.db", folder / "summary.json"
    write_sample(f"sqlite:///{source}", SampleOptions(users=40, hostile=False))
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(USERS.format(users=users))
        connection.execute(SIGN_INS.format(rows=rows, who=who.format(users=users)))
        connection.commit()
    with running_sink() as sink:
        sink.wait(ANSWER_MS)
        settings = {
            "SOURCE_URL": f"sqlite:///{source}",
            "SOURCE_TIMEZONE": "America/New_York",
            "MODELS": str(ROOT / "extractors" / "models" / "sample"),
            "DATA_PLANE_URL": sink.url,
            "WRITE_KEY": "k",
            "DESTINATIONS": "none",
            "LEDGER_URL": f"sqlite:///{folder}/ledger.db",
        }
        command = [sys.executable, "-m", "flows.cli", "run", "--workers", "1", "--json", str(summary)]
        environment = os.environ | {f"BACKFILL_{name}": value for name, value in settings.items()}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as run:
            _, status, usage = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
        received = sink.received()
    source.unlink()
    assert run.returncode == 0
    told = json.loads(Path(summary).read_text())
    assert told["events"]["User Signed In"] > rows
    assert (received.events, received.ids, received.out_of_order) == (told["delivered"], told["delivered"], 0)
    assert max(users, 40) <= told["users"] < max(users, 40) + 10  # and some visitors
    return usage.ru_maxrss / 1024


@pytest.mark.parametrize("sizes", [SHORT, pytest.param(LONG, marks=pytest.mark.long)])
def test_memory_is_bounded(tmp_path, sizes):
    few, many, heavy = sizes
    base = peak(tmp_path / "few", few, users=few // 10, who="1 + (i * 7919) % {users}")
    assert peak(tmp_path / "many", many, users=many // 10, who="1 + (i * 7919) % {users}") < 1.1 * base
    assert peak(tmp_path / "heavy", heavy, users=40, who="7") < 1.1 * base
