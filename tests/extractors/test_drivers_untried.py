"""What the drivers of Oracle and SQL Server are given and give: the real driver and dialect, and nobody who answers.

No machine of ours has these servers. A connection that we made up stands for theirs; everything else is what runs.
"""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import oracledb
import pytest
from pymssql import _mssql
from sqlalchemy import create_engine

from extractors import locate, reader
from extractors.boundaries import boundaries
from extractors.check import check_models
from extractors.contract import stream_contract
from extractors.errors import ContractBroken, SourceStopped
from extractors.extents import extent
from extractors.instants import Zone, read_instants
from extractors.models import Model
from extractors.pages import Axis, Page, Shape, Window
from extractors.query import page_query
from extractors.session import keep_to_reading
from extractors.source import reading
from flows.following import KEYS_AT_ONCE
from mappers.catalog import STREAMS
from mappers.kinds import Instant

URLS = {"oracle": "oracle+oracledb://ada@db/x", "mssql": "mssql+pymssql://ada@db/x"}
SIGN_INS = Model("sign_ins", "SELECT n AS row_id, who AS user_id, at AS occurred_at FROM visits")
AT = datetime(2020, 2, 1, 10, 0, 0, 123456)  # noqa: DTZ001  # naive, as the column is
NOW = Instant("2026-01-01T00:00:00.000000Z")
CONTRACT = stream_contract(STREAMS["sign_ins"])


class Cursor:
    arraysize, rowcount = 100, -1
    description = None

    def __init__(self, connection):
        self._connection, self._rows = connection, []

    def setinputsizes(self, **sizes):
        self._connection.sizes.update(sizes)

    def execute(self, statement, parameters=()):
        self._connection.said.append((statement, parameters))
        if "snapshot_isolation_state" in statement:
            self._rows = [(1, "READ_WRITE")]
            return
        if self._connection.refusal and statement.endswith("1 = 0"):
            raise self._connection.refusal
        self.description = [(name, None, None, None, None, None, True) for name in self._connection.names]
        self._rows = list(self._connection.rows)

    def fetchone(self):
        return self._rows[0] if self._rows else None

    def fetchmany(self, _size=None):
        rows, self._rows = self._rows, []
        return rows

    def fetchall(self):
        return self.fetchmany()

    def close(self):
        pass


class Connection:
    outputtypehandler, thin = None, True

    def __init__(self, names, rows, refusal):
        self.names, self.rows, self.refusal = names, rows, refusal
        self.said, self.sizes = [], {}

    def cursor(self):
        return Cursor(self)

    def autocommit(self, on):
        assert not on

    def commit(self):
        pass

    def rollback(self):
        pass

    def close(self):
        pass


@pytest.fixture
def answering():
    """Give what opens a source of that dialect, all of whose queries are answered with those columns and rows."""

    def opened(dialect, names=(), rows=(), refusal=None):
        connection = Connection(names, rows, refusal)
        engine = create_engine(URLS[dialect], creator=lambda: connection, _initialize=False)
        if dialect == "oracle":
            engine.dialect.on_connect()(connection)
        keep_to_reading(engine, 60)
        return engine, connection

    return opened


def checked(engine, contracts, model=SIGN_INS):
    return check_models(engine, "models", {"sign_ins": model}, {"sign_ins": contracts["sign_ins"]}, Zone("UTC"))


def test_the_names_that_oracle_gives_in_upper_case_are_the_contracts(answering, contracts):
    """Oracle keeps a name without quotes in upper case; a statement that has it in lower case finds it."""
    engine, connection = answering("oracle", ("ROW_ID", "USER_ID", "OCCURRED_AT", "EMAIL"), [(1, 7, AT, None)])
    present = checked(engine, contracts)
    assert present == {"sign_ins": frozenset({"row_id", "user_id", "occurred_at", "email"})}
    assert '"' not in connection.said[-1][0]


@pytest.mark.parametrize("dialect", URLS)
def test_a_column_that_a_page_would_not_find_is_a_fault_of_the_model(answering, contracts, dialect):
    """As AS "row_id" on Oracle, or a WITH or an ORDER BY in brackets on SQL Server."""
    words = "ORA-00904: M.ROW_ID: invalid identifier"
    refusal = create_engine(URLS[dialect]).dialect.dbapi.DatabaseError(words)
    engine, _ = answering(dialect, ("row_id", "user_id", "occurred_at"), [(1, 7, AT)], refusal)
    with pytest.raises(ContractBroken) as raised:
        checked(engine, contracts)
    (fault,) = raised.value.faults
    assert fault == f"sign_ins.sql: cannot be read as a part of a larger SELECT: {words}"


class Asked:
    """A cursor that says which variable it was asked for."""

    arraysize = 100

    def var(self, kind, *_size, outconverter=None, **_sizes):
        return kind, outconverter


def comes_as(answering, kind, precision=0, scale=0):
    engine, connection = answering("oracle")
    with engine.connect():
        return connection.outputtypehandler(Asked(), "A", kind, 0, precision, scale)


def test_no_number_of_oracles_comes_as_a_float(answering):
    """Pages are read past SQLAlchemy's results, but its choice of a variable lies below them, in the driver."""
    assert comes_as(answering, oracledb.DB_TYPE_NUMBER, 19, 7)[0] is Decimal
    assert comes_as(answering, oracledb.DB_TYPE_NUMBER, 38, 0) is None  # which the driver gives as an int
    kind, converted = comes_as(answering, oracledb.DB_TYPE_NUMBER, 0, -127)  # an expression, or NUMBER alone
    assert kind is oracledb.STRING
    assert [converted(text) for text in ("9007199254740993", "19.99")] == [2**53 + 1, Decimal("19.99")]


def test_a_text_of_oracles_without_end_comes_as_a_text(answering):
    assert comes_as(answering, oracledb.DB_TYPE_CLOB)[0] is oracledb.DB_TYPE_VARCHAR
    assert comes_as(answering, oracledb.DB_TYPE_VARCHAR) is None


def test_an_instant_of_oracles_says_that_it_is_in_utc(answering):
    kind, converted = comes_as(answering, oracledb.DB_TYPE_TIMESTAMP_LTZ)
    assert kind is oracledb.DB_TYPE_TIMESTAMP_LTZ
    assert read_instants([converted(AT)], Zone("America/New_York"), NOW).values == ["2020-02-01T10:00:00.123456Z"]
    assert comes_as(answering, oracledb.DB_TYPE_TIMESTAMP) is None
    assert comes_as(answering, oracledb.DB_TYPE_DATE) is None


def test_a_time_of_oracles_whose_offset_is_lost_stops_the_run_with_the_cure(answering):
    """python-oracledb gives the clock of the value's own zone, and not the zone."""
    _, converted = comes_as(answering, oracledb.DB_TYPE_TIMESTAMP_TZ)
    aware = AT.replace(tzinfo=timezone(timedelta(hours=2)))
    assert converted(aware) == aware
    engine, _ = answering("oracle")
    with pytest.raises(SourceStopped, match=r"CAST\(\.\.\. AS TIMESTAMP WITH LOCAL TIME ZONE\)"), reading(engine):
        converted(AT)


def test_bounds_reach_over_what_a_driver_cuts_off(answering, contracts):
    """python-oracledb binds a DATE, of whole seconds, and pymssql writes milliseconds: `Window.holds` decides."""
    until = Instant("2020-02-01T10:00:00.900000Z")
    follow = extent("occurred_at", Window(until, until), "UTC", "aware", nulls=False)
    engine, connection = answering("oracle", ("ROW_ID",))
    query = page_query(
        SIGN_INS, contracts["sign_ins"], frozenset({"row_id", "user_id", "occurred_at"}), Shape(Axis.USERS), follow
    )
    with reading(engine) as open_:
        open_.execute(query)
    assert connection.sizes == {"since": oracledb.DATETIME, "until": oracledb.DATETIME}
    _, bound = connection.said[-1]
    assert bound["since"].replace(microsecond=0) <= datetime(2020, 2, 1, 10, 0, 0, 900000, tzinfo=UTC)
    assert bound["until"].replace(microsecond=0) >= datetime(2020, 2, 1, 10, 0, 0, 900000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("aB3", "'aB3'"),
        ("O'Neil", "'O''Neil'"),
        ("Zoë", "N'Zoë'"),
        (UUID(int=7), "N'00000000-0000-0000-0000-000000000007'"),
        (str(UUID(int=7)), "'00000000-0000-0000-0000-000000000007'"),
        (2**63, "9223372036854775808"),
        (AT, "'2020-02-01T10:00:00.123'"),
        (AT.replace(tzinfo=UTC), "'2020-02-01T10:00:00.123456+00:00'"),
    ],
)
def test_what_is_written_into_a_statement_for_sql_server(answering, value, literal):
    """A key without N is compared as a VARCHAR column is sorted, and a time with a T is one in every language."""
    engine, connection = answering("mssql", ("row_id",))
    query = page_query(SIGN_INS, CONTRACT, frozenset({"row_id", "user_id", "occurred_at"}), Shape(Axis.USERS, low=True))
    with reading(engine) as open_:
        open_.execute(query, {"low": value})
    statement, parameters = connection.said[-1]
    assert _mssql.substitute_params(statement, parameters).decode().endswith(f"WHERE m.user_id > {literal}")


def test_lists_keep_to_what_servers_take():
    """Oracle takes 1000 values in a list, SQL Server 2100 in a statement; a log's groups have the keys twice."""
    padded = tuple(f"{number} " for number in range(KEYS_AT_ONCE))
    keys = len(Page(Axis.USERS, None, None, padded).bounds["keys"])
    assert max(keys, reader.OWNERS_AT_ONCE, locate.IDS_AT_ONCE) <= 1000
    assert 2 * keys + 10 <= 2100


def test_keys_of_sql_servers_own_type_are_kept_as_texts(answering):
    engine, _ = answering("mssql", ("k",), [(UUID(int=7),), (UUID(int=8),)])
    with reading(engine) as connection:
        assert boundaries(connection, SIGN_INS, Axis.USERS) == [str(UUID(int=7)), str(UUID(int=8))]
