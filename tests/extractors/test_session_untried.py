"""Oracle, SQL Server and MySQL, of which no machine of ours has one: what they are told."""

import builtins
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine

from extractors.errors import SourceRefused
from extractors.session import keep_to_reading, mysql_limit, timed_out
from extractors.source import open_source

ERRORS = ("Error", "DatabaseError", "OperationalError", "InterfaceError", "IntegrityError", "ProgrammingError")


class Cursor:
    description, rowcount, arraysize = None, 0, 1

    def __init__(self, connection):
        self.connection = connection

    def execute(self, statement, _parameters=()):
        self.connection.said.append(statement)

    def fetchone(self):
        return self.connection.answer

    def close(self):
        pass


class Connection:
    outputtypehandler = None

    def __init__(self, answer):
        self.answer, self.said = answer, []

    def cursor(self):
        return Cursor(self)

    def autocommit(self, on):
        assert not on

    def commit(self):
        self.said.append("COMMIT")

    def rollback(self):
        self.said.append("ROLLBACK")

    def close(self):
        pass


class Driver(SimpleNamespace):
    def __getattr__(self, name):
        if name.isupper():  # a type of the driver's
            return name
        raise AttributeError(name)


@pytest.fixture
def listen():
    """Give what connects to a listening driver and begins a page; it returns connection and arguments."""

    def begun(url, answer=None):
        connection, given = Connection(answer), {}
        driver = Driver(
            paramstyle="named",
            version="3.3.0",
            __version__="2.3.0",
            Binary=bytes,
            Cursor=Cursor,
            version_info=(5, 0),
            makedsn=lambda *_, **__: "dsn",
            connect=lambda *_, **parameters: given.update(parameters) or connection,
            **{name: type(name, (builtins.Exception,), {}) for name in ERRORS},
        )
        engine = create_engine(url, module=driver, _initialize=False)
        keep_to_reading(engine, 2.5)
        with engine.connect() as page, page.begin():
            page.exec_driver_sql("SELECT 1")
        return connection, given

    return begun


def test_oracle_begins_every_page_read_only_and_bounds_every_call(listen):
    connection, _ = listen("oracle+oracledb://ada@db/x")
    assert connection.said[:2] == [
        "ALTER SESSION SET TIME_ZONE = '+00:00'",
        "ALTER SESSION SET NLS_SORT = BINARY NLS_COMP = BINARY",
    ]
    assert connection.said[2:4] == ["SET TRANSACTION READ ONLY", "SELECT 1"]
    assert connection.call_timeout == 2500


def test_sql_server_reads_by_snapshot_where_it_may_and_bounds_every_statement(listen):
    connection, given = listen("mssql+pymssql://ada@db/x", (1, "READ_WRITE"))
    asked, *rest = connection.said
    assert "snapshot_isolation_state" in asked
    assert rest[:3] == ["SET TRANSACTION ISOLATION LEVEL SNAPSHOT", "COMMIT", "SELECT 1"]
    assert given["timeout"] == 3


def test_odbc_has_its_own_way_to_bound_a_statement(listen):
    connection, given = listen("mssql+pyodbc://ada@db/x?driver=any", (1, "READ_WRITE"))
    assert connection.timeout == 3
    assert "timeout" not in given


def test_a_readable_secondary_of_sql_server_needs_no_more(listen):
    connection, _ = listen("mssql+pymssql://ada@db/x", (0, "READ_ONLY"))
    assert connection.said[1] == "SELECT 1"


def test_a_sql_server_without_snapshots_is_refused_with_the_cure(listen):
    with pytest.raises(SourceRefused, match="ALLOW_SNAPSHOT_ISOLATION ON"):
        listen("mssql+pymssql://ada@db/x", (0, "READ_WRITE"))


@pytest.mark.parametrize(
    "error",
    [
        SimpleNamespace(args=("canceling statement due to statement timeout",), sqlstate="57014"),
        SimpleNamespace(args=(1969, "Query execution was interrupted (max_statement_time exceeded)")),
        SimpleNamespace(args=(3024, "Query execution was interrupted, maximum statement execution time exceeded")),
        SimpleNamespace(args=(20003, b"DB-Lib error message 20003: Adaptive Server connection timed out")),
        SimpleNamespace(args=(SimpleNamespace(full_code="DPY-4024", message="call timeout of 2500 ms exceeded"),)),
    ],
)
def test_every_drivers_word_for_too_long_is_known(error):
    assert timed_out(error)


@pytest.mark.parametrize("arguments", [(), ("57014",), (1064, "1969"), (None,), ("no such table: u",), (["a list"],)])
def test_nothing_else_is_taken_for_it(arguments):
    assert not timed_out(Exception(*arguments))


@pytest.mark.parametrize(("dialect", "driver"), [("oracle", "oracledb"), ("mssql", "pymssql")])
def test_the_driver_of_the_extra_is_the_one_that_is_used(monkeypatch, dialect, driver):
    imported = []
    genuine = builtins.__import__

    def noting(name, *rest):
        if name in ("cx_Oracle", "oracledb", "pyodbc", "pymssql"):
            imported.append(name)
            raise ModuleNotFoundError(name)
        return genuine(name, *rest)

    monkeypatch.setattr(builtins, "__import__", noting)
    with pytest.raises(SourceRefused, match="driver is not installed"):
        open_source(f"{dialect}://ada@db/x")
    assert imported == [driver]


@pytest.mark.parametrize(
    ("maria", "version", "wanted"),
    [
        (False, (8, 4, 0), "SET SESSION max_execution_time = 2500"),
        (False, (5, 7, 8), "SET SESSION max_execution_time = 2500"),
        (False, (5, 6, 51), None),
        (True, (10, 11, 6), "SET SESSION max_statement_time = 2.500"),
    ],
)
def test_mysql_and_mariadb_bound_a_statement_each_in_their_words(maria, version, wanted):
    dialect = SimpleNamespace(is_mariadb=maria, server_version_info=version)
    assert mysql_limit(dialect, 2.5) == wanted


def test_no_limit_is_so_short_that_it_is_none():
    limits = [mysql_limit(SimpleNamespace(is_mariadb=maria, server_version_info=(9,)), 1e-9) for maria in (True, False)]
    assert limits == ["SET SESSION max_statement_time = 0.001", "SET SESSION max_execution_time = 1"]


def test_a_mysql_driver_that_gives_no_instants_is_refused(monkeypatch):
    driver = SimpleNamespace(paramstyle="format", version_info=(2, 0), Error=Exception)
    monkeypatch.setattr("sqlalchemy.dialects.mysql.mysqldb.MySQLDialect_mysqldb.import_dbapi", lambda: driver)
    with pytest.raises(SourceRefused, match="names mysqldb, which gives no instants; leave it out, as mysql://"):
        open_source("mysql+mysqldb://ada@db/x")
