"""A million events from the form: the run's page stays as readable as that of a thousand."""

import os
import sqlite3
from contextlib import closing

import pytest
from pages import choose_block, fill, open_deployment_form, run_id, submit, wait_for_state
from screenshots import take

from benchmarks.sink import running_sink
from sandbox.platform.sample import SampleOptions, write_sample

pytestmark = pytest.mark.e2e

SIGN_INS, USERS, SHARDS = 940_000, 30_000, 24
PEOPLE = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {users})
INSERT OR IGNORE INTO accounts (account_id, email, first_name, last_name, username, created_at, updated_at)
SELECT i, 'm' || i || '@million.example.org', 'Nora', 'Millionaire', 'm' || i, '2019-01-01 00:00:00.000000',
       '2019-01-01 00:00:00.000000' FROM n
"""
LOG = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {sign_ins})
INSERT INTO sign_in_log (log_id, account_id, signed_in_at, user_agent)
SELECT 10000000 + i, 1 + (i * 7919) % {users}, datetime('2019-01-01', '+' || (i * 200) || ' seconds') || '.000000',
       'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/100.0' FROM n
"""
MOST_TASKS, MOST_LINES = 100, 500


@pytest.fixture
def source(tmp_path):
    """Give the URL of a platform with a million sign-ins, roughly, and few other rows."""
    path = tmp_path / "million.db"
    write_sample(f"sqlite:///{path}", SampleOptions(users=40, hostile=False))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(PEOPLE.format(users=USERS))
        connection.execute(LOG.format(users=USERS, sign_ins=SIGN_INS))
    yield f"sqlite:///{path}"
    path.unlink()


def lines_of(operated, run):
    """Count the lines that the run's log has."""
    lines = 0
    while page := operated.served.ask(
        "POST", "/logs/filter", logs={"flow_run_id": {"any_": [run]}}, offset=lines, limit=200
    ):
        lines += len(page)
    return lines


def test_a_million_events_are_few_tasks_and_few_lines(page, anew, source):
    with running_sink() as sink:
        anew.make_block("rudderstack-connection", "sink", "live", data_plane_url=sink.url)
        anew.make_block("platform-database", "million", "store", url=source)
        open_deployment_form(page, "import")
        choose_block(page, "Platform database", "PlatformDatabase", "million")
        choose_block(page, "RudderStack connection", "RudderStackConnection", "sink")
        for title, value in {"Destinations": "none", "Shards": SHARDS}.items():
            fill(page, title, value)
        submit(page)
        run = run_id(page)
        state = wait_for_state(page, "Completed", "Failed", "Crashed")
        assert state == "Completed", anew.message(run)
        received = sink.received()
    assert received.events == received.ids == anew.delivered() >= 1_000_000
    assert f"{received.events:,} delivered" in anew.message(run)

    tasks = anew.served.ask("POST", "/task_runs/count", flow_runs={"id": {"any_": [run]}})
    assert SHARDS <= tasks <= MOST_TASKS
    assert 0 < lines_of(anew, run) <= MOST_LINES
    page.reload()
    page.get_by_text(f"{tasks} Task runs").wait_for()
    if "BACKFILL_SCREENSHOTS" in os.environ:
        take(page, "million")
