"""What nights must not miss, each case with an import of its own."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from deliveries import ROOT, ground

from flows.cutting import everything
from flows.errors import SettingsInvalid
from flows.following import since_watermarks
from flows.options import Options
from flows.outcome import MaxDead
from flows.pipeline import finish, prepared, run_here, work
from flows.rereading import Letters, replaying
from sandbox.platform.sample import SampleOptions, write_sample

DAY = timedelta(days=1)
START = datetime(2026, 9, 1, 12, tzinfo=UTC)
MANY = MaxDead(10**6)


class Place:
    """A platform and a ledger, at a simulated time that passes day by day."""

    def __init__(self, folder, plane, patch, **environment):
        self.source = folder / "platform.db"
        write_sample(f"sqlite:///{self.source}", SampleOptions(users=60, hostile=False))
        self.ground = ground(self.source, plane, folder, **environment)
        self.settings, self.patch, self.now = self.ground.settings, patch, START

    def change(self, statement, *values):
        with closing(sqlite3.connect(self.source)) as connection, connection:
            connection.execute(statement, values)

    def at(self, now):
        moment = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self.patch.setattr("flows.job.source_clock", lambda _: moment)

    def run(self, what=everything, **options):
        self.at(self.now)
        options = {"shards": 1} | options
        return run_here(self.settings, Options(**options), 1, MANY, what).summary

    def night(self, **options):
        self.now += DAY
        return self.run(since_watermarks(0), **options)


@pytest.fixture
def place(tmp_path, plane, monkeypatch):
    return Place(tmp_path, plane, monkeypatch)


def order(place, key, completed_at, updated_at):
    place.change(
        "INSERT INTO orders (order_id, account_id, status, is_test, completed_at, updated_at, total, currency)"
        " VALUES (?, 7, 'completed', 0, ?, ?, 10, 'USD')",
        *(key, completed_at, updated_at),
    )
    line = "INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price) VALUES (?, 1, 3, 2, 5)"
    place.change(line, key)


def test_a_row_that_was_never_edited_is_found_by_when_it_happened(place):
    place.run()
    order(place, 900_001, "2026-09-01 20:00:00.000000", None)
    assert place.night().events == {"Order Completed": 1}
    assert place.night().delivered == 0


def test_what_is_planned_is_told_when_its_time_has_come(place):
    """Written before the import, and happening after it."""
    order(place, 900_001, "2026-09-02 02:00:00.000000", "2026-08-01 10:00:00.000000")
    place.run()
    assert place.night().events == {"Order Completed": 1}


def test_an_import_that_ends_in_the_past_is_gone_on_from_there(place):
    order(place, 900_001, "2026-08-05 20:00:00.000000", "2026-08-01 10:00:00.000000")
    place.run(until="2026-08-03T00:00:00.000000Z")
    assert place.night().events["Order Completed"] == 1


def test_each_identify_mode_goes_on_from_an_import_of_its_own(place):
    place.run(identify="none")
    with pytest.raises(SettingsInvalid, match=r"no import yet of .*history"):
        place.night(identify="history")


def test_a_night_about_one_stream_takes_nothing_from_the_others(place):
    place.run()
    place.change(
        "UPDATE licenses SET status = 'edited', updated_at = '2026-09-01 20:00:00.000000'"
        " WHERE license_id = (SELECT min(license_id) FROM licenses)"
    )
    place.night(streams=("license_changes", "sign_ins"))
    assert place.night().events["Identify"] == 1


def test_a_visitor_s_letter_of_a_night_is_replayed(place, tmp_path):
    """A cart log has no key, so its row can be found where it was, and nowhere else."""
    place.run()
    place.change(
        "INSERT INTO cart_events (cart_id, session_id, happened_at, action, product_id, quantity, unit_price)"
        " VALUES (77, 'visit-1', '2026-09-01 20:00:00.000000', 'add', 3, 1, 5)"
    )
    plan = tmp_path / "plan.yaml"
    plan.write_text((ROOT / "data" / "tracking_plan.yaml").read_text().replace("Product Added", "Product Added ", 1))
    place.change("UPDATE cart_events SET quantity = 'many' WHERE session_id = 'visit-1'")
    assert place.night().rows_dead == 1
    place.change("UPDATE cart_events SET quantity = 1 WHERE session_id = 'visit-1'")
    place.run(replaying(Letters()))
    assert place.run().events.get("Product Added", 0) + place.night().events.get("Product Added", 0) <= 1
    query = "SELECT count(*) FROM events WHERE anonymous_id = 'visit-1'"
    with closing(sqlite3.connect(place.ground.store)) as connection:
        assert connection.execute(query).fetchone() == (1,)


def test_what_changes_before_a_resume_is_told_by_the_next_night(tmp_path, plane, monkeypatch):
    """The resume passes over the part that was done; what it only observed there is not told yet."""
    models = tmp_path / "models"
    models.mkdir()
    (models / "accounts.sql").write_text(
        "-- backfill: snapshot\nSELECT account_id AS row_id, account_id AS user_id, email, first_name, last_name,"
        " username, job_title FROM accounts WHERE deleted_at IS NULL"
    )
    place = Place(tmp_path, plane, monkeypatch, MODELS=str(models))
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 10)
    place.at(place.now)
    with prepared(place.settings, Options(shards=2)) as run:
        work(place.settings, run.run_id, 0)
        finish(place.settings, run.run_id, RuntimeError())
    place.change("UPDATE accounts SET job_title = 'edited' WHERE account_id IN (7, 41)")
    place.now += DAY
    place.at(place.now)
    run_here(place.settings, Options(shards=2), 1, MANY, everything, resume=True)
    told = place.night().events
    assert told["Identify"] >= 1
    query = "SELECT raw FROM events WHERE type = 'identify' AND user_id IN ('7', '41') ORDER BY seq"
    with closing(sqlite3.connect(place.ground.store)) as connection:
        found = [json.loads(raw) for (raw,) in connection.execute(query)][-4:]
    last = {one["userId"]: one["traits"].get("title") for one in found}
    assert last == {"7": "edited", "41": "edited"}


def test_a_late_copy_in_a_log_without_a_key_is_one_event_more(tmp_path, plane, monkeypatch):
    """Equal rows are told apart by their count, and the copy that comes late must not take the place of the first."""
    models = tmp_path / "models"
    models.mkdir()
    (models / "cart_events.sql").write_text(
        "SELECT who AS user_id, NULL AS anonymous_id, at AS occurred_at, written AS changed_at, 'add' AS action,"
        " 1 AS cart_id, 1 AS product_id FROM clicks"
    )
    place = Place(tmp_path, plane, monkeypatch, MODELS=str(models))
    click = "INSERT INTO clicks VALUES (7, '2026-08-01 10:00:00.000000', ?)"
    place.change("CREATE TABLE clicks (who INTEGER, at TEXT, written TEXT)")
    place.change(click, "2026-08-01 10:00:00.000000")
    assert place.run().events == {"Product Added": 1}
    for written in ("2026-09-01 20:00:00.000000", "2026-09-03 20:00:00.000000"):
        place.change(click, written)
        assert place.night().events == {"Product Added": 1}
        assert place.night().delivered == 0
    assert place.run().delivered == 0


def test_details_are_bounded_at_night(place, monkeypatch):
    """Many orders of one night have many lines: the page is parted."""
    place.run()
    for key in range(900_001, 900_031):
        order(place, key, "2026-09-01 20:00:00.000000", "2026-09-01 20:00:00.000000")
    monkeypatch.setattr("flows.parts.MOST_ROWS", 12)
    monkeypatch.setattr("extractors.parting.PART_ROWS", 6)
    assert place.night().events == {"Order Completed": 30}
    assert place.night().delivered == 0


def test_a_user_beside_a_heavy_one_is_identified(place, monkeypatch):
    """In a window too: who stands alone in the slices is the heavy user only."""
    for number in range(300):
        place.change(
            "INSERT INTO sign_in_log (log_id, account_id, signed_in_at) VALUES (?, 7, ?)",
            *(5_000_000 + number, f"2026-08-{1 + number // 24:02} {number % 24:02}:00:00.000000"),
        )
    for who in (5, 6, 8):
        place.change(
            "INSERT INTO sign_in_log (log_id, account_id, signed_in_at) VALUES (?, ?, '2026-08-20 10:00:00')", who, who
        )
    monkeypatch.setattr("flows.parts.MOST_ROWS", 100)
    monkeypatch.setattr("extractors.parting.PART_ROWS", 50)
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 7)
    place.run(since="2026-08-01T00:00:00.000000Z")
    query = "SELECT DISTINCT user_id FROM events WHERE type = '{}' AND user_id IN ('5', '6', '7', '8')"
    with closing(sqlite3.connect(place.ground.store)) as connection:
        assert len(connection.execute(query.format("identify")).fetchall()) == 4
        assert len(connection.execute(query.format("track")).fetchall()) == 4
