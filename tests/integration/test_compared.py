"""Tables that do not tell when their rows changed: a night finds the changes by comparing, and dates them once."""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing

import pytest
from deliveries import ROOT, ground

from flows.cutting import everything
from flows.following import since_watermarks
from flows.options import Options
from flows.outcome import MaxDead
from flows.pipeline import finish, prepared, run_here
from sandbox.platform.sample import SampleOptions, write_sample

SAMPLE = ROOT / "extractors" / "models" / "sample"
ACCOUNTS = """-- backfill: snapshot
SELECT account_id AS row_id, account_id AS user_id, email, first_name, last_name, username, job_title FROM accounts
WHERE deleted_at IS NULL
"""
ORDERS = "-- backfill: snapshot\n" + (SAMPLE / "orders.sql").read_text().replace("updated_at AS changed_at,", "")


@pytest.fixture
def place(tmp_path, plane):
    """Give a ground whose accounts and orders do not tell when they changed, with everything imported."""
    source, models = tmp_path / "platform.db", tmp_path / "models"
    write_sample(f"sqlite:///{source}", SampleOptions(users=40, hostile=False))
    models.mkdir()
    (models / "accounts.sql").write_text(ACCOUNTS)
    (models / "orders.sql").write_text(ORDERS)
    shutil.copy(SAMPLE / "order_lines.sql", models)
    place = ground(source, plane, tmp_path, MODELS=str(models), SAFETY_LAG_SECONDS="0")
    assert night(place, what=everything).exit == 0
    return place


def night(place, what=None):
    return run_here(place.settings, Options(shards=2), 1, MaxDead(), what or since_watermarks(0))


def change(place, statement):
    path = place.settings.source_url.get_secret_value().removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def title(place, words):
    change(place, f"UPDATE accounts SET job_title = '{words}' WHERE account_id = 7")  # noqa: S608


def titles(place):
    """Return what was told of the account's title, in the order of arrival."""
    query = (
        "SELECT seq, message_id, timestamp, raw FROM events WHERE type = 'identify' AND user_id = '7' AND seq > ?"
        " ORDER BY seq"
    )
    with closing(sqlite3.connect(place.store)) as connection:
        rows = connection.execute(query.replace("seq, message_id, timestamp, raw", "raw"), (0,)).fetchall()
    import json  # noqa: PLC0415

    return [json.loads(raw)["traits"].get("title") for (raw,) in rows][-4:]


def test_a_night_without_a_change_sends_nothing(place):
    outcome = night(place)
    assert (outcome.summary.delivered, outcome.summary.rows_read) == (0, 0)
    assert night(place, what=everything).summary.delivered == 0


def test_a_change_there_and_back_is_two_changes(place):
    before = titles(place)[-1]
    for words in ("one", "two", "one"):
        title(place, words)
        summary = night(place).summary
        assert summary.events == {"Identify": 1}
        assert night(place).summary.delivered == 0
    assert titles(place) == [before, "one", "two", "one"]


def test_an_order_that_changes_is_told_once_and_a_new_one_is_found(place):
    change(place, "UPDATE orders SET affiliation = 'edited' WHERE status = 'completed'")
    summary = night(place).summary
    assert summary.delivered == 0
    assert summary.already_delivered > 10
    change(
        place,
        "INSERT INTO orders (order_id, account_id, status, is_test, completed_at, total, currency)"
        " VALUES (900001, 7, 'completed', 0, '2026-07-01 10:00:00.000000', 10, 'USD')",
    )
    line = "INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price) VALUES (900001, 1, 3, 2, 5)"
    change(place, line)
    assert night(place).summary.events == {"Order Completed": 1}


def test_a_night_that_dies_is_told_again_under_the_same_ids(place):
    """The change is dated before anything of it is sent: what arrived of a night that failed is not sent again."""
    title(place, "three")
    with prepared(place.settings, Options(shards=1), since_watermarks(0)) as run:
        finish(place.settings, run.run_id, RuntimeError())  # nothing was worked
    first = _seen(place)
    assert night(place).summary.events == {"Identify": 1}
    assert _seen(place) == first
    assert night(place).summary.delivered == 0


def test_what_is_gone_is_no_change(place):
    change(place, "DELETE FROM accounts WHERE account_id IN (7, 8)")
    assert night(place).summary.delivered == 0


def _seen(place):
    path = place.settings.ledger_url.get_secret_value().removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        return Counter(connection.execute("SELECT seen_at FROM observed WHERE row_id = '7' AND stream = 'accounts'"))
