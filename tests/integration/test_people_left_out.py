"""People who must not be sent: nothing of them leaves, nothing of them is kept, and the others are told as ever."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import requests
from deliveries import ROOT, ground
from hypothesis import given, settings
from hypothesis import strategies as st
from listed import SAMPLE, crowd
from nights import local
from test_compared import ACCOUNTS, ORDERS

from extractors.pages import Axis
from extractors.people import NO_CONSENT, SUPPRESSED, Listed, People
from flows.cutting import everything, first_users
from flows.following import since_watermarks
from flows.job import open_job
from flows.options import Options
from flows.outcome import MaxDead
from flows.pipeline import run_here
from flows.reading_through import read_through
from flows.sealing import NO_IMPORT, sealer
from flows.tally import FILTERED, LEFT_OUT, READ, by, total
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample

LISTED = 500
BY_MODEL = (
    "SELECT NULL AS user_id, session_id AS anonymous_id FROM unwelcome UNION SELECT account_id, NULL FROM unwelcome"
)
RUN = (sys.executable, "-m", "flows.cli", "run", "--no-prefect", "--max-dead", "20%", "--json", "summary.json")


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    """Give a platform, those of it who must not be sent, and what lists them: a file, and a model for the visitors."""
    folder = tmp_path_factory.mktemp("listed")
    people = crowd(folder / "platform.db", 2000, LISTED)
    by_model = people.users[::5]
    with closing(sqlite3.connect(people.source)) as connection, connection:
        spoilt = "UPDATE order_lines SET quantity = 'many' WHERE line_no = 1 AND order_id = ?"
        connection.executemany(spoilt, ((one,) for one in people.orders[::3]))
        connection.execute("CREATE TABLE unwelcome (account_id TEXT, session_id TEXT)")
        connection.executemany("INSERT INTO unwelcome VALUES (?, NULL)", ((one,) for one in by_model))
        connection.executemany("INSERT INTO unwelcome VALUES (NULL, ?)", ((one,) for one in people.visitors))
    models = folder / "models"
    shutil.copytree(SAMPLE, models)
    (models / "suppressed.sql").write_text(BY_MODEL)
    by_file = [one for one in people.users if one not in by_model]
    (folder / "suppressed.txt").write_text("\ufeff" + "\r\n\n".join(f"  {one} " for one in by_file))
    return people, {"MODELS": str(models), "SUPPRESSED": str(folder / "suppressed.txt")}


@pytest.fixture
def alone(tmp_path):
    """Give a data plane of the test's own, whose store is searched."""
    store = tmp_path / "plane"
    store.mkdir()
    settings_ = GatewaySettings(store=store / "events.db", write_keys=("integration-write-key",))
    with running_gateway(settings_) as gateway:
        yield gateway


def run(place, what=everything, **options):
    outcome = run_here(place.settings, Options(**options), 1, MaxDead(share=0.2), what)
    assert outcome.summary.balanced, outcome.words
    return outcome


def counts_of(folder):
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        query = "SELECT counts FROM shards WHERE run_id = (SELECT run_id FROM runs ORDER BY started_at DESC LIMIT 1)"
        return sum((Counter(json.loads(row)) for (row,) in connection.execute(query)), Counter())


def dead_in(folder):
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        found = [row_id for (row_id,) in connection.execute("SELECT row_id FROM dead_letters")]
    assert len(found) > 50
    return found


def change(people, *statements):
    with closing(sqlite3.connect(people.source)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_nothing_of_them_is_sent_or_kept_and_the_balance_shows_their_rows(platform, alone, tmp_path):
    people, listed = platform
    place = ground(people.source, alone, tmp_path / "ledger", DESTINATIONS="none", **listed)
    outcome = run(place, shards=4)

    assert people.traces(tmp_path) == []
    assert {row_id.partition("/")[0] for row_id in dead_in(tmp_path / "ledger")}.isdisjoint(people.orders)
    counts = counts_of(tmp_path / "ledger")
    filtered, theirs = by(counts, FILTERED, 0, 1), people.rows()
    assert filtered["accounts", SUPPRESSED] == LISTED == theirs["accounts"]
    assert filtered["sign_ins", SUPPRESSED] == theirs["sign_in_log"]
    assert filtered["licenses", SUPPRESSED] == theirs["licenses"]
    assert filtered["orders", SUPPRESSED] >= theirs["orders"]
    assert by(counts, LEFT_OUT, 0) == {SUPPRESSED: LISTED + len(people.visitors)}
    assert outcome.summary.rows_filtered == total(counts, FILTERED) > sum(theirs.values()) / 2


def test_nor_by_a_night_or_a_canary_or_of_a_table_that_is_compared(platform, alone, tmp_path):
    people, listed = platform
    source = tmp_path / "platform.db"
    shutil.copy(people.source, source)
    people, own = replace(people, source=source), tmp_path / "own"
    own.mkdir()
    for name, sql in (("accounts", ACCOUNTS), ("orders", ORDERS), ("suppressed", BY_MODEL)):
        (own / f"{name}.sql").write_text(sql)
    for name in ("order_lines", "sign_ins", "cart_events"):
        shutil.copy(SAMPLE / f"{name}.sql", own)
    place = ground(
        source,
        alone,
        tmp_path / "ledger",
        DESTINATIONS="none",
        SAFETY_LAG_SECONDS="0",
        **{**listed, "MODELS": str(own)},
    )
    run(place)
    now = local(datetime.now(UTC))
    signed_in = f"INSERT INTO sign_in_log SELECT 900000 + rowid, account_id, '{now}', NULL, NULL FROM accounts"  # noqa: S608
    change(
        people,
        "UPDATE accounts SET job_title = 'Changed'",
        "UPDATE orders SET affiliation = 'edited'",
        f"{signed_in} WHERE account_id LIKE 'person-%'",
    )
    outcome = run(place, since_watermarks(0))

    assert outcome.summary.events["Identify"] > 1000
    assert by(counts_of(tmp_path / "ledger"), LEFT_OUT, 0) == {SUPPRESSED: LISTED}
    assert total(counts_of(tmp_path / "ledger"), READ) > 1000
    assert people.traces(tmp_path / "ledger", tmp_path / "plane") == []
    with closing(sqlite3.connect(tmp_path / "ledger" / "ledger.db")) as connection:
        assert connection.execute("SELECT count(*) FROM observed").fetchone()[0] > 1000


def test_nor_where_pages_are_parted_and_nobody_is_counted_twice(alone, tmp_path, monkeypatch):
    """Parts end at any key, and a user's time is read in slices: their letters are found again by other keys."""
    people = crowd(tmp_path / "platform.db", 120, 40)
    (tmp_path / "suppressed.txt").write_text("\n".join(people.users))
    people = replace(people, visitors=())
    monkeypatch.setattr("flows.parts.MOST_ROWS", 40)
    monkeypatch.setattr("extractors.parting.PART_ROWS", 20)
    suppressed = str(tmp_path / "suppressed.txt")
    place = ground(people.source, alone, tmp_path / "ledger", DESTINATIONS="none", SUPPRESSED=suppressed)
    run(place)
    assert people.traces(tmp_path / "ledger", tmp_path / "plane") == []
    assert by(counts_of(tmp_path / "ledger"), LEFT_OUT, 0) == {SUPPRESSED: 40}
    assert place.replay().summary.balanced
    assert people.traces(tmp_path / "ledger", tmp_path / "plane") == []


def test_a_canary_is_of_others(platform, alone, tmp_path):
    people, listed = platform
    place = ground(people.source, alone, tmp_path / "ledger", DESTINATIONS="none", **listed)
    outcome = run(place, first_users, canary=300)
    assert outcome.summary.users > 250
    assert people.traces(tmp_path) == []


def test_a_run_that_is_killed_and_resumed_keeps_to_the_list_that_has_grown(platform, tmp_path):
    people, listed = platform
    store = tmp_path / "plane"
    store.mkdir()
    settings_ = GatewaySettings(store=store / "events.db", write_keys=("integration-write-key",), latency_ms=150)
    suppressed = tmp_path / "suppressed.txt"
    shutil.copy(listed["SUPPRESSED"], suppressed)
    with running_gateway(settings_) as slow:
        place = ground(people.source, slow, tmp_path / "ledger", DESTINATIONS="none", **listed)
        environment = {
            "BACKFILL_SOURCE_URL": place.settings.source_url.get_secret_value(),
            "BACKFILL_SOURCE_TIMEZONE": "America/New_York",
            "BACKFILL_DATA_PLANE_URL": slow.url,
            "BACKFILL_WRITE_KEY": "integration-write-key",
            "BACKFILL_LEDGER_URL": place.settings.ledger_url.get_secret_value(),
            "BACKFILL_DESTINATIONS": "none",
            "BACKFILL_MODELS": listed["MODELS"],
            "BACKFILL_SUPPRESSED": str(suppressed),
        }
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "BACKFILL_"))}
        own |= environment | {"PYTHONPATH": str(ROOT), "COLUMNS": "1000"}
        logs = tmp_path / "logs"
        logs.mkdir()
        with (
            (logs / "first").open("w") as log,
            subprocess.Popen(
                [*RUN, "--shards", "12", "--workers", "1"], cwd=logs, env=own, stdout=log, stderr=log
            ) as running,
        ):
            while requests.get(f"{slow.url}/sandbox/counts", timeout=10).json()["events"] < 2_000:
                time.sleep(0.02)
            running.send_signal(signal.SIGKILL)
            running.wait(30)
        last = crowd_of_last(people)
        before = sent_of(slow, last)
        suppressed.write_text(suppressed.read_text() + f"\n{last}\n")
        with (logs / "second").open("w") as log:
            words = [*RUN, "--shards", "12", "--resume"]
            assert (
                subprocess.run(words, cwd=logs, env=own, stdout=log, stderr=log, timeout=120, check=False).returncode
                == 0
            )
        assert (before, sent_of(slow, last)) == (0, 0)
    assert "Went on where run" in (logs / "second").read_text()
    assert people.traces(tmp_path / "ledger", store, logs) == []


def crowd_of_last(people):
    """Return the last user in key order who is on no list."""
    with closing(sqlite3.connect(people.source)) as connection:
        keys = [key for (key,) in connection.execute("SELECT account_id FROM accounts ORDER BY 1 DESC")]
    return next(key for key in keys if key not in people.users and key.startswith("person-"))


def sent_of(gateway, user):
    with closing(sqlite3.connect(gateway.store)) as connection:
        return connection.execute("SELECT count(*) FROM events WHERE user_id = ?", (user,)).fetchone()[0]


@pytest.fixture(scope="module")
def small(tmp_path_factory, plane):
    """Give a small platform, opened to be read, and what it makes: each person's messages, and the counts."""
    folder = tmp_path_factory.mktemp("small")
    write_sample(f"sqlite:///{folder}/platform.db", SampleOptions(users=120, keys="string"))
    job = open_job(ground(folder / "platform.db", plane, folder, DESTINATIONS="none").settings, Options(shards=2))
    yield job, read(job, People())
    job.close()


def read(job, people):
    """Return what the platform makes when those people are left out: messages by person, and the counts."""
    cleaning = replace(job.source.cleaning, people=people)
    job = replace(job, source=replace(job.source, cleaning=cleaning, queries={}, ids={}))
    made, counts = {}, Counter()
    for _, _, part in read_through(job, everything(job).shards, sealer(job, NO_IMPORT)):
        for who, messages in part.read.users.items():
            made.setdefault((part.page.axis, who), []).extend((message.id, message.body) for message in messages)
        counts.update(part.read.counts)
    return {person: sorted(ids) for person, ids in made.items()}, counts


@settings(max_examples=12, deadline=None)
@given(chances=st.randoms(use_true_random=False), share=st.floats(0, 1), by_consent=st.booleans())
def test_the_others_are_told_as_if_nobody_were_left_out(small, chances, share, by_consent):
    job, (everyone, counts) = small
    persons = sorted(everyone)
    left_out = {person for person in persons if chances.random() < share}
    if by_consent and len(left_out) == len(persons):
        left_out.pop()
    chosen = [person for person in persons if (person in left_out) is not by_consent]
    listed = Listed(*(frozenset(key for axis, key in chosen if axis is of) for of in (Axis.USERS, Axis.VISITORS)))
    people = People(consented=listed) if by_consent else People(listed)

    made, own = read(job, people)

    assert made == {person: ids for person, ids in everyone.items() if person not in left_out}
    assert by(own, READ, 0) == by(counts, READ, 0)
    for measure in (READ, "rows_mapped", FILTERED, "rows_dead"):
        assert total(own, measure) >= 0
    assert total(own, READ) == total(own, "rows_mapped") + total(own, FILTERED) + total(own, "rows_dead")
    gone = (
        total(counts, "rows_mapped") + total(counts, "rows_dead") - total(own, "rows_mapped") - total(own, "rows_dead")
    )
    assert total(own, FILTERED) - total(counts, FILTERED) == gone
    reason = NO_CONSENT if by_consent else SUPPRESSED
    assert (sum(count for (_, why), count in by(own, FILTERED, 0, 1).items() if why == reason) > 0) == bool(left_out)
