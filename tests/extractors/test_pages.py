"""Pages and windows around a model: together they are every row once, at the edges too, and found by an index."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from extractors.boundaries import boundaries
from extractors.check import check_models
from extractors.instants import Zone
from extractors.models import Model
from extractors.pages import Axis, Page, Shape, Window
from extractors.query import page_query

CARTS = (
    "SELECT n AS row_id, who AS user_id, visit AS anonymous_id, at AS occurred_at, 'add' AS action, 1 AS cart_id,"
    " 1 AS product_id FROM carts"
)
VISITS = "SELECT n AS row_id, who AS user_id, at AS occurred_at FROM carts"
AT = "2020-05-01 10:00:00.000000"
EVER = Window()
UTC_TEXT = "%Y-%m-%dT%H:%M:%S.%fZ"
INTEGERS = st.one_of(st.integers(1, 40), st.integers(2**53 - 2, 2**53 + 20), st.integers(-3, 0))
STRINGS = st.one_of(st.text("aAbB", min_size=1, max_size=3), st.text(min_size=1, max_size=4))


def in_memory(rows, people, kind):
    """Give a platform in memory, with keys of that type, whose own order is that of SQLite."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.executescript(
        f"CREATE TABLE people (id {kind}); CREATE TABLE carts (n INTEGER, who {kind}, visit TEXT, at TEXT);"
    )
    connection.executemany("INSERT INTO people VALUES (?)", [(key,) for key in people])
    connection.executemany("INSERT INTO carts VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    return create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)


def ids_on(connection, contract, sql, page):
    names = frozenset(part.split(" AS ")[1].split()[0] for part in sql.split(","))
    query = page_query(Model(contract.name, sql), contract, names, page.shape)
    return [row[0] for row in connection.execute(query, page.bounds)]


def pages_of(axis, edges):
    return [Page(axis, low, high) for low, high in pairwise([None, *edges, None])]


@st.composite
def platforms(draw):
    keys, kind = draw(st.sampled_from([(INTEGERS, "INTEGER"), (STRINGS, "TEXT")]))
    owners = st.tuples(st.one_of(st.none(), keys), st.one_of(st.none(), STRINGS))
    rows = [(number, *owner, AT) for number, owner in enumerate(draw(st.lists(owners, max_size=60)))]
    return rows, draw(st.lists(keys, max_size=40)), kind


@settings(deadline=None, max_examples=200)
@given(platform=platforms(), every=st.integers(1, 9), data=st.data())
def test_the_pages_of_all_axes_are_every_row_once(contracts, platform, every, data):
    """Whatever the keys, the number of them on a page, and how ranges are joined; orphans and strangers too."""
    rows, people, kind = platform
    engine = in_memory(rows, people, kind)
    carts = contracts["cart_events"]
    with pytest.MonkeyPatch.context() as patch, engine.connect() as connection:
        patch.setattr("extractors.boundaries.PAGE_KEYS", every)
        users = boundaries(connection, Model("accounts", "SELECT id AS user_id FROM people"), Axis.USERS)
        visitors = boundaries(connection, Model("cart_events", CARTS), Axis.VISITORS)
        kept = data.draw(st.sets(st.sampled_from(users))) if users else set()  # ranges are joined where rows are few
        pages = [
            *pages_of(Axis.USERS, [edge for edge in users if edge in kept]),
            *pages_of(Axis.VISITORS, visitors),
            Page(Axis.NOBODY, None, None),
        ]
        found = {page: ids_on(connection, carts, CARTS, page) for page in pages}
        known = [
            ids_on(connection, contracts["sign_ins"], VISITS, page) for page in pages if page.axis is not Axis.VISITORS
        ]
    engine.dispose()

    assert sorted(number for ids in found.values() for number in ids) == [number for number, *_ in rows]
    assert sorted(number for ids in known for number in ids) == [number for number, *_ in rows]
    axes = {number: page.axis for page, ids in found.items() for number in ids}
    for number, user, visitor, _ in rows:
        assert axes[number] is (
            Axis.USERS if user is not None else Axis.VISITORS if visitor is not None else Axis.NOBODY
        )


@settings(deadline=None)
@given(platform=platforms(), every=st.integers(1, 5))
def test_a_user_is_on_one_page(contracts, platform, every):
    rows, people, kind = platform
    engine = in_memory(rows, people, kind)
    with pytest.MonkeyPatch.context() as patch, engine.connect() as connection:
        patch.setattr("extractors.boundaries.PAGE_KEYS", every)
        users = boundaries(connection, Model("accounts", "SELECT id AS user_id FROM people"), Axis.USERS)
        found = [ids_on(connection, contracts["cart_events"], CARTS, page) for page in pages_of(Axis.USERS, users)]
    engine.dispose()

    owners = {number: user for number, user, *_ in rows}
    sets = [{owners[number] for number in ids} for ids in found]
    assert sum(map(len, sets)) == len(set().union(*sets))


def test_on_the_axis_of_users_a_row_is_the_users_alone(source, contracts, read):
    engine = source("CREATE TABLE carts (n, who, visit, at)", carts=[(1, 7, "s1", AT)])
    (row,) = read(engine, contracts["cart_events"], CARTS).rows
    assert (row.user_id, row.anonymous_id) == ("7", None)


EDGES = [
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(hours=1),
    timedelta(hours=13, minutes=59),
    timedelta(hours=26),
]
ZONES = ["America/New_York", "Pacific/Kiritimati", "Asia/Kathmandu", "UTC", "Pacific/Pago_Pago"]


@settings(deadline=None, max_examples=60)
@given(
    zone=st.sampled_from(ZONES),
    since=st.datetimes(datetime(2015, 1, 2), datetime(2020, 1, 1)),  # noqa: DTZ001  # they become UTC below
    length=st.one_of(st.sampled_from(EDGES[1:]), st.timedeltas(timedelta(seconds=1), timedelta(days=3))),
    form=st.sampled_from(["T", " "]),
    offsets=st.lists(st.one_of(st.sampled_from(EDGES), st.timedeltas(timedelta(0), timedelta(days=2))), max_size=8),
)
def test_a_window_loses_no_row_at_its_edges(  # noqa: PLR0913, PLR0917  # it is what a window is made of
    read, contracts, tmp_path_factory, zone, since, length, form, offsets
):
    since, until = since.replace(tzinfo=UTC), (since + length).replace(tzinfo=UTC)
    moments = sorted(
        {edge + sign * offset for edge in (since, until) for offset in [*offsets, *EDGES] for sign in (1, -1)}
    )
    rows = [(n, 7, None, f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d{form}%H:%M:%S.%f}") for n, at in enumerate(moments)]
    wanted = [at.strftime(UTC_TEXT) for at in moments if since <= at < until]

    path = tmp_path_factory.mktemp("window") / "platform.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE carts (n, who, visit, at)")
        connection.executemany("INSERT INTO carts VALUES (?, ?, ?, ?)", rows)
    engine = create_engine(f"sqlite:///{path}")
    window = Window(since.strftime(UTC_TEXT), until.strftime(UTC_TEXT))
    result = read(engine, contracts["sign_ins"], VISITS, window=window, zone=zone)
    engine.dispose()

    assert sorted(row.occurred_at for row in result.rows) == wanted
    assert result.read == len(wanted)


@pytest.mark.parametrize(
    "window", [Window(), Window("2020-01-01T00:00:00.000000Z", None), Window(None, "2020-01-01T00:00:00.000000Z")]
)
def test_a_row_without_a_moment_is_read_in_every_window(source, contracts, read, window):
    engine = source("CREATE TABLE carts (n, who, visit, at)", carts=[(1, 7, None, None)])
    result = read(engine, contracts["sign_ins"], VISITS, window=window)
    assert [(letter.row_id, letter.reason) for letter in result.dead] == [("1", "Missing-Time")]


def test_a_row_whose_moment_is_no_time_is_read_where_the_database_finds_it(source, contracts, read):
    engine = source("CREATE TABLE carts (n, who, visit, at)", carts=[(1, 7, None, "soon"), (2, 7, None, AT)])
    result = read(engine, contracts["sign_ins"], VISITS)
    assert [(letter.row_id, letter.reason) for letter in result.dead] == [("1", "Unparseable-Time")]


@pytest.mark.parametrize(
    "bounds",
    [
        ("0001-01-02T00:00:00.000000Z", None),
        ("0001-01-01T00:00:00.000000Z", None),
        (None, "9999-12-31T05:00:00.000000Z"),
    ],
)
def test_a_window_to_the_ends_of_the_calendar_is_one(source, contracts, read, bounds):
    engine = source("CREATE TABLE carts (n, who, visit, at)", carts=[(1, 7, None, AT)])
    assert len(read(engine, contracts["sign_ins"], VISITS, window=Window(*bounds)).rows) == 1


def test_states_are_read_whole_in_every_window(source, contracts, read):
    engine = source("CREATE TABLE people (n, at)", people=[(1, AT)])
    sql = "SELECT n AS row_id, n AS user_id, at AS changed_at FROM people"
    assert len(read(engine, contracts["accounts"], sql, window=Window("2024-01-01T00:00:00.000000Z", None)).rows) == 1


@pytest.mark.parametrize("axis", [Axis.USERS, Axis.VISITORS])
def test_the_query_of_a_page_uses_an_index(sample, sample_models, contracts, axis):
    """No page of any sample model reads a whole table, however it is bounded."""
    present = check_models(sample, "sample", sample_models, contracts, Zone("America/New_York"))
    names = [name for name in sample_models if axis is Axis.USERS or contracts[name].anonymous]
    with sample.connect() as connection:
        for name in names:
            for cut in ((True, True), (True, False), (False, True)):
                query = page_query(sample_models[name], contracts[name], present[name], Shape(axis, *cut))
                compiled = query.compile(connection)
                keys = {"low": "5", "high": "6"} if axis is Axis.VISITORS else {"low": 5, "high": 6}
                values = compiled.construct_params({side: keys[side] for side in keys if side in compiled.params})
                asked = tuple(values[side] for side in compiled.positiontup)
                plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", asked)]
                assert not [line for line in plan if line.startswith("SCAN")], (name, cut, plan)
                assert any("account_id" in line or "session_id" in line for line in plan), (name, cut, plan)
