"""A wrong zone shows in its missing hour, and in the hours at which people rest."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

TABLE = "CREATE TABLE visits (id INTEGER, who INTEGER, at moment)"
MODEL = "SELECT id AS row_id, who AS user_id, at AS occurred_at FROM visits"
DIALECTS = ["sqlite", "postgresql", "mariadb"]
WAKING = [0, 0, 0, 0, 0, 1, 2, 4, 7, 9, 10, 10, 9, 10, 10, 9, 8, 7, 7, 8, 8, 6, 3, 1]


def life(count, stored_in):
    """Return times as people in New York make them, written by a clock of another zone."""
    chance, here, there = random.Random(7), ZoneInfo("America/New_York"), ZoneInfo(stored_in)  # noqa: S311  # the same each time
    begin = datetime(2021, 1, 1, tzinfo=UTC)
    moments = []
    while len(moments) < count:
        moment = (begin + timedelta(minutes=chance.randrange(700 * 24 * 60))).astimezone(here)
        if chance.random() * 10 < WAKING[moment.hour]:
            moments.append(f"{moment.astimezone(there):%Y-%m-%d %H:%M:00}")
    return [(number, number, moment) for number, moment in enumerate(moments)]


def said(survey):
    return [finding.what for finding in survey.findings if "zone" in finding.what or "UTC" in finding.what]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_time_in_the_missing_hour_is_told_with_its_share(written, look, dialect):
    rows = [(1, 1, "2021-03-14 02:30:00"), (2, 2, "2021-03-14 03:30:00"), (3, 3, "2021-03-14 01:30:00")]
    engine = written(dialect, TABLE, visits=rows)

    (finding,) = look(engine, sign_ins=MODEL).findings
    assert (finding.rows, finding.of, str(finding.level)) == (1, 3, "warning")
    assert "the hour that America/New_York leaves out in spring" in finding.what
    assert look(engine, zone="UTC", sign_ins=MODEL).findings == ()


def test_times_of_utc_said_to_be_local_are_noticed(written, look):
    survey = look(written("sqlite", TABLE, visits=life(2000, "UTC")), sign_ins=MODEL)
    assert any(what.startswith("the times look like UTC") for what in said(survey))
    assert all(str(finding.level) == "warning" for finding in survey.findings)


@pytest.mark.parametrize("stored_in", ["America/New_York", "America/Chicago", "Europe/Berlin"])
def test_times_of_people_who_sleep_at_night_are_not(written, look, stored_in):
    engine = written("sqlite", TABLE, visits=life(2000, stored_in))
    assert not any("look like UTC" in what for what in said(look(engine, zone=stored_in, sign_ins=MODEL)))


def test_too_few_times_say_nothing(written, look):
    engine = written("sqlite", TABLE, visits=life(400, "UTC"))
    assert not any("look like UTC" in what for what in said(look(engine, sign_ins=MODEL)))


@pytest.mark.parametrize("hour", [None, 2, 8])
def test_machines_that_never_sleep_or_run_at_one_hour_say_nothing(written, look, times, hour):
    rows = [(n, n, at if hour is None else f"{at[:10]} {hour:02}:10:00") for n, at in enumerate(times(900))]
    engine = written("sqlite", TABLE, visits=rows)
    assert not any("look like UTC" in what for what in said(look(engine, sign_ins=MODEL)))


def test_times_with_an_offset_are_taken_at_their_word(written, look):
    rows = [(number, who, f"{at}+00:00") for number, who, at in life(900, "UTC")]
    assert look(written("sqlite", TABLE, visits=rows), sign_ins=MODEL).findings == ()
