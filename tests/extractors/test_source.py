"""The way to the platform: read-only, with one clear word where it does not hold, and never a password in it."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import make_url, text

from extractors.errors import SourceRefused, SourceStopped
from extractors.source import open_source, reading, shown

SECRET = "s3cr3t-w0rd"  # noqa: S105  # invented


def refusal(url, kind=SourceRefused):
    with pytest.raises(kind) as raised:
        open_source(url)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
    return str(raised.value)


def test_a_database_that_is_there_is_read(source):
    engine = source("CREATE TABLE t (a)", t=[(1,)])
    with reading(engine) as connection:
        assert connection.execute(text("SELECT a FROM t")).scalar() == 1


@pytest.mark.parametrize("name", ["absent.db", "no folder/absent.db", "odd ?#%20.db"])
def test_a_file_that_is_not_there_is_named_and_not_made(tmp_path, name):
    words = refusal(f"sqlite:///{tmp_path}/{name}", SourceStopped)

    assert words.startswith(f"There is no SQLite database at {tmp_path}/{name.partition('?')[0]}")
    assert "BACKFILL_SOURCE_URL" in words
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_sqlite_without_a_file_is_refused(url):
    assert "BACKFILL_SOURCE_URL" in refusal(url, SourceStopped)


@pytest.mark.parametrize("url", ["", "platform.db", f"host/{SECRET}", f"postgresql:/ada:{SECRET}@db", "://", " "])
def test_what_is_no_url_is_refused_with_how_to_write_one(url):
    assert "write it as dialect://user:password@host/database" in refusal(url)


@pytest.mark.parametrize("url", [f"postgresql://ada:{SECRET}@db:port/x", f"mysql://ada:x@db:{SECRET}/x"])
def test_a_port_that_is_no_number_is_refused(url):
    assert "BACKFILL_SOURCE_URL" in refusal(url)


@pytest.mark.parametrize(
    ("url", "cure"),
    [
        (f"oracle+nothing://ada:{SECRET}@db/x", "pip install -c constraints.txt -e '.[oracle]'"),
        (f"sqlite+nothing:///{SECRET}.db", "use a dialect that SQLAlchemy knows"),
        (f"mssql+nothing://ada:{SECRET}@db/x", "-e '.[mssql]'"),
    ],
)
def test_a_driver_that_is_not_there_is_named_with_the_cure(url, cure):
    words = refusal(url)
    assert f"names {url.partition('://')[0].partition('+')[0]}, whose driver is not installed" in words
    assert cure in words


@pytest.mark.parametrize("dialect", ["postgres", "nothing"])
def test_a_dialect_that_nobody_knows_is_named_with_the_cure(dialect):
    words = refusal(f"{dialect}://ada:{SECRET}@db/x")
    assert f"BACKFILL_SOURCE_URL names {dialect}" in words
    assert "use a dialect that SQLAlchemy knows" in words


def test_a_way_that_needs_another_kind_of_program_is_refused():
    pytest.importorskip("asyncpg")
    assert "asyncpg" in refusal(f"postgresql+asyncpg://ada:{SECRET}@127.0.0.1:1/x")


@pytest.mark.parametrize(
    "statement", ["INSERT INTO t VALUES (2)", "DELETE FROM t", "CREATE TABLE u (a)", "DROP TABLE t", "VACUUM"]
)
def test_nothing_can_be_written(source, statement):
    engine = source("CREATE TABLE t (a)", t=[(1,)])
    with pytest.raises(SourceStopped, match=r"readonly|VACUUM"), reading(engine) as connection:
        connection.execute(text(statement))

    with reading(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM t")).scalar() == 1


def test_a_source_that_fails_while_it_is_read_says_where_and_why(source):
    engine = source("CREATE TABLE t (a)")
    words = r"The source sqlite:///.*platform-0\.db failed: no such table: u"
    with pytest.raises(SourceStopped, match=words), reading(engine) as connection:
        connection.execute(text("SELECT * FROM u"))


def test_its_words_never_hold_a_value(source):
    engine = source("CREATE TABLE t (a); INSERT INTO t VALUES (CAST(x'4a6f73e9' AS TEXT))")
    try:
        with reading(engine) as connection:
            connection.execute(text("SELECT a FROM t")).all()
    except SourceStopped as error:
        assert "Jos" not in str(error)  # noqa: PT017  # reading such a text as it is would do as well


def test_its_words_are_one_line_without_the_statement_and_its_values(source):
    engine = source("CREATE TABLE t (a)")
    with pytest.raises(SourceStopped) as raised, reading(engine) as connection:
        connection.execute(text("SELECT * FROM u WHERE a = :mail"), {"mail": "ada@example.org"})
    assert "\n" not in str(raised.value)
    assert "ada" not in str(raised.value)


def test_every_query_of_a_page_sees_one_state(source):
    engine = source("PRAGMA journal_mode = WAL; CREATE TABLE t (a)", t=[(1,)])
    count = text("SELECT count(*) FROM t")
    with reading(engine) as connection, connection.begin():
        before = connection.execute(count).scalar()
        with closing(sqlite3.connect(engine.url.database)) as other, other:
            other.execute("INSERT INTO t VALUES (2)")
        assert connection.execute(count).scalar() == before == 1
    with reading(engine) as connection:
        assert connection.execute(count).scalar() == 2


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ada:{SECRET}@db:5432/x",
        f"postgresql://ada@db:5432/x?password={SECRET}",
        "postgresql://ada@db:5432/x",
    ],
)
def test_what_people_see_of_a_url_has_neither_user_nor_password(url):
    assert shown(make_url(url)) == "postgresql://db:5432/x"


def test_sqlite_with_its_driver_named_is_read_only_too_and_not_made(source, tmp_path):
    url = source("CREATE TABLE t (a)", t=[(1,)]).url.set(drivername="sqlite+pysqlite")
    engine = open_source(url.render_as_string())
    with pytest.raises(SourceStopped, match="readonly"), reading(engine) as connection:
        connection.execute(text("DELETE FROM t"))
    engine.dispose()

    refusal(f"sqlite+pysqlite:///{tmp_path}/absent.db", SourceStopped)
    assert not (tmp_path / "absent.db").exists()
