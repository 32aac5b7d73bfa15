"""Sessions with real servers: nothing is written, nothing lasts too long, and values come as they are."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, make_url, text

from extractors.convert import convert
from extractors.errors import SourceStopped
from extractors.instants import Zone, read_instants
from extractors.source import open_source, reading
from mappers.kinds import Day

NOW = "2026-01-01T00:00:00.000000Z"
SLEEPS = {"postgres": "SELECT pg_sleep(5)", "mariadb": "SELECT SLEEP(5)"}
TABLE = "CREATE TABLE t (a int)"


def execute(url, *statements):
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def opened():
    """Give what opens a source, and closes it in the end."""
    engines = []

    def one(*url):
        engines.append(open_source(*url))
        return engines[-1]

    yield one
    for engine in engines:
        engine.dispose()


@pytest.fixture(params=["postgres", "mariadb"])
def server(request):
    return request.param


@pytest.fixture
def url(request, server):
    return request.getfixturevalue(server).fresh_database()


def one(engine, query, **values):
    with reading(engine) as connection:
        return connection.execute(text(query), values).scalar()


def column(engine, query):
    with reading(engine) as connection:
        return connection.execute(text(query)).scalars().all()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t VALUES (2)",
        "DELETE FROM t",
        "CREATE TABLE u (a int)",
        "CREATE TEMPORARY TABLE u (a int)",
        "DROP TABLE t",
    ],
)
def test_nothing_can_be_written(url, opened, statement):
    execute(url, TABLE, "INSERT INTO t VALUES (1)")
    engine = opened(url)
    with pytest.raises(SourceStopped, match=r"(?i)read.only transaction"), reading(engine) as connection:
        connection.execute(text(statement))

    assert one(engine, "SELECT count(*) FROM t") == 1


def test_a_statement_that_takes_too_long_is_stopped_and_the_cure_is_named(server, url, opened):
    engine = opened(url, 1.0)
    with pytest.raises(SourceStopped) as raised:
        one(engine, SLEEPS[server])

    said = {"postgres": "canceling statement due to statement timeout", "mariadb": "exceeded) (1969)"}
    assert said[server] in str(raised.value)
    assert str(raised.value).endswith("; raise BACKFILL_STATEMENT_SECONDS, or let the models read by an index")
    assert not raised.value.passing
    assert one(engine, "SELECT 7") == 7


def test_a_page_may_take_longer_than_each_of_its_statements(server, url, opened):
    short = SLEEPS[server].replace("5", "0.6")
    with reading(opened(url, 1.0)) as connection, connection.begin():
        for _ in range(2):
            connection.execute(text(short))


def test_every_query_of_a_page_sees_one_state(url, opened):
    execute(url, TABLE, "INSERT INTO t VALUES (1)")
    engine, count = opened(url), text("SELECT count(*) FROM t")
    with reading(engine) as connection, connection.begin():
        before = connection.execute(count).scalar()
        execute(url, "INSERT INTO t VALUES (2)")
        assert connection.execute(count).scalar() == before == 1
    assert one(engine, "SELECT count(*) FROM t") == 2


def test_a_mariadb_that_reads_what_is_committed_gives_a_snapshot_all_the_same(mariadb, mariadb_url, opened):
    execute(mariadb.url(), "SET GLOBAL TRANSACTION ISOLATION LEVEL READ COMMITTED")
    try:
        test_every_query_of_a_page_sees_one_state(mariadb_url, opened)
    finally:
        execute(mariadb.url(), "SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ")


SEAM = ["2021-11-07 05:30:00.123456", "2021-11-07 06:30:00.123456"]  # both are 01:30 in New York


def seam_rows(url, kind, offset):
    rows = ", ".join(f"('{at}{offset}')" for at in SEAM)
    zone = ["SET time_zone = '+00:00'"] if kind == "TIMESTAMP(6) NULL" else []
    execute(url, *zone, f"CREATE TABLE s (moment {kind})", f"INSERT INTO s VALUES {rows}")  # noqa: S608


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Kathmandu"])
def set_to_a_zone(request, server, url):
    """Let new sessions of the server be in a zone, as its owner may have set it."""
    zone = {"UTC": "+00:00", "America/New_York": "-05:00", "Asia/Kathmandu": "+05:45"}[request.param]
    database = make_url(url).database
    says = {
        "mariadb": [f"SET GLOBAL time_zone = '{zone}'", "SET GLOBAL time_zone = '+05:45'"],
        "postgres": [f"ALTER DATABASE \"{database}\" SET TimeZone = '{request.param}'", "SELECT 1"],
    }
    execute(url, says[server][0])
    yield
    execute(url, says[server][1])


@pytest.mark.usefixtures("set_to_a_zone")
def test_an_instant_comes_as_it_is_whatever_the_servers_zone(server, url, opened):
    if server == "mariadb":
        seam_rows(url, "TIMESTAMP(6) NULL", "")
    else:
        seam_rows(url, "timestamptz", "+00")
    engine = opened(url)
    read = read_instants(column(engine, "SELECT moment FROM s ORDER BY moment"), Zone("America/New_York"), NOW)

    assert read.values == [f"{at.replace(' ', 'T')}Z" for at in SEAM]
    assert (read.faults, +read.seams) == ({}, {})
    for bound in (datetime(2021, 11, 7, 6), datetime(2021, 11, 7, 6, tzinfo=UTC)):  # noqa: DTZ001
        assert one(engine, "SELECT count(*) FROM s WHERE moment >= :bound", bound=bound) == 1


def test_a_naive_time_comes_as_it_was_written(server, url, opened):
    seam_rows(url, "datetime(6)" if server == "mariadb" else "timestamp", "")
    values = column(opened(url), "SELECT moment FROM s")
    assert sorted(values) == [datetime.fromisoformat(at) for at in SEAM]


def test_seconds_of_unix_are_exact_when_they_say_their_zone(mariadb_url, opened):
    execute(mariadb_url, "CREATE TABLE s (made int)", "INSERT INTO s VALUES (1636263000), (1636266600)")
    values = column(opened(mariadb_url), "SELECT CONCAT(FROM_UNIXTIME(made), 'Z') FROM s ORDER BY made")
    read = read_instants(values, Zone("America/New_York"), NOW)
    assert read.values == ["2021-11-07T05:30:00.000000Z", "2021-11-07T06:30:00.000000Z"]
    assert (read.faults, +read.seams) == ({}, {})


def test_a_time_of_noughts_is_a_fault_and_no_time(mariadb_url, opened):
    execute(
        mariadb_url,
        "SET sql_mode = ''",
        "CREATE TABLE z (a datetime, b timestamp(3) NULL, c date)",
        "INSERT INTO z VALUES ('0000-00-00 00:00:00', '0000-00-00 00:00:00', '0000-00-00')",
        "INSERT INTO z VALUES ('2020-02-00 10:00:00', '2020-02-01 10:00:00', '2020-00-00')",
    )
    engine = opened(mariadb_url)
    zone = Zone("UTC")
    nought, mixed = (column(engine, f"SELECT {name} FROM z ORDER BY {name}") for name in ("a", "b"))  # noqa: S608
    assert read_instants(nought, zone, NOW).faults == {0: "Unparseable-Time", 1: "Unparseable-Time"}
    assert read_instants(mixed, zone, NOW).faults == {0: "Unparseable-Time"}
    faults = {}
    assert list(convert(column(engine, "SELECT c FROM z"), Day, faults)) == [None, None]
    assert set(faults.values()) == {"Unparseable-Day"}


def test_bits_numbers_and_texts_come_as_their_kind(mariadb_url, opened):
    execute(
        mariadb_url,
        "SET sql_mode = 'PAD_CHAR_TO_FULL_LENGTH'",
        "CREATE TABLE k (yes bit(1), no bit(1), bits bit(9), flag tinyint(1), large bigint unsigned,"
        " price decimal(12, 2), rate double, code char(5), words varchar(20) CHARACTER SET utf8mb4)",
        "INSERT INTO k VALUES (1, 0, 257, 1, 18446744073709551615, 9999999999.90, 0.1, 'ab', 'Zoë 🎓')",
        "SET GLOBAL sql_mode = CONCAT(@@GLOBAL.sql_mode, ',PAD_CHAR_TO_FULL_LENGTH')",
    )
    try:
        engine = opened(f"{mariadb_url}?charset=latin1")
        with reading(engine) as connection:
            row = tuple(connection.execute(text("SELECT * FROM k")).one())
    finally:
        execute(mariadb_url, "SET GLOBAL sql_mode = REPLACE(@@GLOBAL.sql_mode, 'PAD_CHAR_TO_FULL_LENGTH', '')")
    assert row == (1, 0, 257, 1, 2**64 - 1, Decimal("9999999999.90"), 0.1, "ab", "Zoë 🎓")
    assert list(convert(row[:2], bool, {})) == [True, False]
