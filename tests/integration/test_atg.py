"""A store like those on Oracle ATG Commerce, from SQLite and from PostgreSQL, against a truth of its own."""

import re
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from atg_truth import store_truth
from sqlalchemy import create_engine, text
from sqlalchemy.dialects.mssql import base as mssql
from sqlalchemy.dialects.oracle import base as oracle
from sqlalchemy.dialects.postgresql import base as postgresql
from terminal import ROOT, place

from sandbox.atg.dirt import NEVER_STORED, TWICE
from sandbox.atg.write import store_rows, write_store

PROFILE = ROOT / "extractors" / "models" / "atg"
MODELS = {path.stem: path.read_text() for path in PROFILE.glob("*.sql")}
DATABASES = ["sqlite", "postgresql"]
RUN = ("run", "--no-prefect", "--max-dead", "30")


@pytest.fixture(scope="module")
def stores(tmp_path_factory, postgres):
    """Give the same store in both databases, by URL."""
    urls = {"sqlite": f"sqlite:///{tmp_path_factory.mktemp('atg')}/store.db", "postgresql": postgres.fresh_database()}
    for url in urls.values():
        write_store(url)
    return urls


@pytest.fixture(scope="module")
def imported(stores, tmp_path_factory):
    """Give for each database a check, a run, another one, a verification, and what arrived."""

    def in_turn(name):
        with place(folders[name], stores[name], PROFILE, "America/New_York") as own:
            checked = own.backfill("check")
            first, events = own.summary(*RUN), own.arrived()
            again, verified = own.summary(*RUN, "--shards", 3), own.backfill("verify", "--no-prefect")
            letters = Counter((stream, reason) for stream, _, reason in own.letters())
        named = {"checked": checked, "first": first, "events": events, "again": again, "verified": verified}
        return SimpleNamespace(**named, letters=letters, held=len(own.arrived()))

    folders = {name: tmp_path_factory.mktemp(name) for name in DATABASES}
    with ThreadPoolExecutor(len(DATABASES)) as both:
        return dict(zip(DATABASES, both.map(in_turn, DATABASES), strict=True))


@pytest.fixture(params=DATABASES)
def done(request, imported):
    return imported[request.param]


def test_the_check_holds_and_says_what_such_a_store_lacks(done):
    assert (done.checked.returncode, done.checked.stderr) == (0, "")
    assert re.search(r"orders +│ orders.sql, order_lines.sql +│ Order Completed", done.checked.stdout)
    for stream in ("memberships", "profile_updates", "license_changes", "checkouts", "web_log"):
        assert re.search(rf"{stream} +│ {stream} absent", done.checked.stdout)


def test_everything_is_delivered_that_must_be_and_nothing_else(done):
    truth, received = store_truth(), Counter(one.event for one in done.events)
    assert (list((truth - received).elements())[:3], list((received - truth).elements())[:3]) == ([], [])
    assert done.first["balanced"]
    assert sum(truth.values()) == done.first["delivered"] > 800


def test_both_databases_give_the_same_messages(imported):
    lite, server = (Counter((one.message_id, one.event) for one in imported[name].events) for name in DATABASES)
    assert lite == server
    assert max(lite.values()) == 1


def test_visitors_are_anonymous_and_members_are_not(done):
    members = {row["id"] for row in store_rows()["dps_user"] if row["member"]}
    visits = [one.event for one in done.events if one.event.user_id is None]
    assert {event.name for event in visits} == {"Product Added", "Product Removed", "Order Completed"}
    assert NEVER_STORED in {event.anonymous_id for event in visits}
    assert not members & {event.anonymous_id for event in visits}
    assert all("userId" not in one.message for one in done.events if one.event.user_id is None)
    assert all("anonymousId" not in one.message for one in done.events if one.event.user_id in members)


def test_two_equal_rows_of_the_cart_log_are_two_events(done):
    twice = [one for one in done.events if one.message.get("properties", {}).get("cart_id") == TWICE]
    assert len(twice) == len({one.message_id for one in twice}) == 2


def test_what_is_set_aside_has_its_reason(done):
    assert done.letters == {
        ("accounts", "Missing-Time"): 1,
        ("accounts", "Required-Missing"): 1,
        ("sign_ups", "Missing-Time"): 2,
        ("sign_ins", "No-Identity"): 1,
        ("cart_events", "No-Identity"): 1,
        ("cart_events", "Unknown-Value"): 1,
        ("cart_events", "Missing-Time"): 1,
        ("cart_events", "Missing-Value"): 1,
        ("orders", "No-Identity"): 1,
        ("orders", "Missing-Time"): 1,
        ("orders", "Sentinel-Time"): 1,
        ("orders", "Broken-Detail"): 1,
        ("orders", "Required-Missing"): 1,
        ("order_lines", "No-Identity"): 1,
        ("order_lines", "Missing-Value"): 1,
        ("order_lines", "Owner-Dead"): 2,
    }


def test_a_second_run_sends_nothing_and_the_account_is_clean(done):
    assert (done.again["delivered"], done.again["already_delivered"]) == (0, done.first["delivered"])
    assert done.held == len(done.events)
    assert (done.verified.returncode, done.verified.stderr) == (0, "")


def test_an_order_that_is_approved_long_after_is_told_by_the_next_night(tmp_path):
    write_store(f"sqlite:///{tmp_path}/store.db")
    with place(tmp_path, f"sqlite:///{tmp_path}/store.db", PROFILE, "America/New_York") as own:
        before = own.summary(*RUN)["delivered"]
        with closing(sqlite3.connect(tmp_path / "store.db")) as connection, connection:
            waiting = "SELECT min(order_id) FROM dcspp_order WHERE state = 'PENDING_APPROVAL'"
            ((order_id,),) = connection.execute(waiting).fetchall()
            now = datetime.now(ZoneInfo("America/New_York")) - timedelta(minutes=20)  # older than the safety lag
            change = "UPDATE dcspp_order SET state = 'SUBMITTED', last_modified_date = ? WHERE order_id = ?"
            connection.execute(change, (f"{now:%Y-%m-%d %H:%M:%S}.000000", order_id))
        night = own.summary("nightly", "--no-prefect", "--max-dead", "30")
        told = [one.message["properties"]["order_id"] for one in own.arrived()[before:] if one.event.type == "track"]
    assert (told, night["events"]["Order Completed"]) == ([order_id], 1)


@pytest.mark.parametrize("name", MODELS)
def test_a_page_is_read_by_an_index(stores, name):
    visited = "AS anonymous_id" in MODELS[name]
    pages = [PAGE.format("user_id")] + ([f"m.user_id IS NULL AND {PAGE.format('anonymous_id')}"] if visited else [])
    for page in pages:
        query = f"SELECT * FROM ({MODELS[name]}) m WHERE {page}"  # noqa: S608  # our own models
        lite = explained(stores["sqlite"], f"EXPLAIN QUERY PLAN {query}")
        assert "SCAN" not in lite
        server = explained(stores["postgresql"], f"EXPLAIN (COSTS OFF) {query}", "SET enable_seqscan = off")
        assert re.search(r"Index Cond: .*> '10010'.*<= '10014'", server)


PAGE = "m.{0} > '10010' AND m.{0} <= '10014'"


def explained(url, query, first="SELECT 1"):
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text(first))
        plan = "\n".join(str(row[-1]) for row in connection.execute(text(query)))
    engine.dispose()
    return plan


def test_the_models_keep_to_the_sql_that_oracle_and_sql_server_know_too():
    for sql in MODELS.values():
        bare = re.sub(r"--[^\n]*", "", sql)
        assert not re.search(r"(?i)\b(limit|ilike|true|false|using|concat|substr)\b|\|\||::", bare)
        assert not re.search(r"(?i)\b(from|join)\s+\w+\s+as\b", bare)  # Oracle takes no AS before a table's alias
        assert "''" not in bare  # which is null on Oracle alone
        named = re.findall(r"(?i)\bas (\w+)|\b\w+\.(\w+)", bare)
        reserved = {*oracle.RESERVED_WORDS, *mssql.RESERVED_WORDS, *postgresql.RESERVED_WORDS}
        assert not {name.lower() for pair in named for name in pair} & reserved
