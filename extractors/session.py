"""What a server is told before it is read: to write nothing, to show one state, to give up what takes too long.

A session with PostgreSQL, MySQL or MariaDB is in UTC, and so is what a model makes of an instant there. Where that is
a naive time, as FROM_UNIXTIME gives one, the model must say so: CONCAT(FROM_UNIXTIME(made), 'Z').
"""

from contextlib import closing
from datetime import UTC, datetime
from math import ceil
from typing import Any

from sqlalchemy import Engine, event

from extractors.errors import SourceRefused

OPTIONS: dict[str, dict[str, Any]] = {
    "postgresql": {"execution_options": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}},
}
"""What an engine of the backend is created with."""

_GRACE_SECONDS = 60.0  # the server gives up first, and says so; this ends the wait for one that says nothing
_EXECUTION_TIME_SINCE = (5, 7, 8)
_MYSQL = (
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",  # a snapshot holds under no other level
    # The rest of the mode is as the models were written for; this one alone would change what columns hold.
    "SET SESSION time_zone = '+00:00', sql_mode = REPLACE(@@sql_mode, 'PAD_CHAR_TO_FULL_LENGTH', '')",
)
_SQL_SERVER = (
    "SELECT snapshot_isolation_state, CONVERT(varchar(20), DATABASEPROPERTYEX(DB_NAME(), 'Updateability'))"
    " FROM sys.databases WHERE database_id = DB_ID()"
)
_ORACLE = (
    "ALTER SESSION SET TIME_ZONE = '+00:00'",
    "ALTER SESSION SET NLS_SORT = BINARY NLS_COMP = BINARY",  # or keys are sorted by one rule and compared by another
)
_WITHOUT_OFFSET = (
    "a TIMESTAMP WITH TIME ZONE comes without its offset; let the model yield CAST(... AS TIMESTAMP WITH LOCAL TIME "
    "ZONE)"
)
_TIMED_OUT = {"57014", 1969, 3024, 20003, "DPY-4024", "DPI-1067"}


def keep_to_reading(engine: Engine, seconds: float) -> None:
    """Let every connection of a server's engine only read, and no statement take longer than so many seconds."""
    backend = "mysql" if engine.dialect.name == "mariadb" else engine.dialect.name
    if backend == "postgresql":
        _postgresql(engine, seconds)
    elif backend == "mysql":
        _mysql(engine, seconds)
    elif backend == "oracle":
        _oracle(engine, seconds)
    elif backend == "mssql":
        _sql_server(engine, seconds)


def timed_out(error: BaseException) -> bool:
    """Tell whether a driver's error says that the server gave a statement up."""
    first = error.args[0] if error.args else None
    codes = {getattr(error, "sqlstate", None), getattr(first, "full_code", None)}
    return bool(_TIMED_OUT & (codes | {first if isinstance(first, int) else None}))


def _postgresql(engine: Engine, seconds: float) -> None:
    """Set what holds for a transaction, not for the session: a pooler may give the next one to somebody else."""
    limit = f"SET LOCAL statement_timeout = {_milliseconds(seconds)}; SET LOCAL TimeZone = 'UTC'"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(limit))


def _mysql(engine: Engine, seconds: float) -> None:
    """Let a TIMESTAMP come as the instant that it is, whatever zone the server and its clients are set to.

    MySQL keeps it in UTC and shows it in the session's zone, where an hour each autumn is told twice. A DATETIME is a
    naive time and comes as it was written.
    """

    def connecting(dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
        driver = dialect.loaded_dbapi
        own = {driver.FIELD_TYPE.TIMESTAMP: _instant(driver), driver.FIELD_TYPE.BIT: _number}
        parameters["conv"] = driver.converters.conversions | own
        parameters["charset"] = "utf8mb4"  # in another one the server would write ? for what it lacks
        parameters["read_timeout"] = seconds + _GRACE_SECONDS

    def connected(connection: Any, _record: Any) -> None:
        limit = mysql_limit(engine.dialect, seconds)
        with closing(connection.cursor()) as cursor:
            for statement in (*_MYSQL, limit) if limit else _MYSQL:
                cursor.execute(statement)

    event.listen(engine, "do_connect", connecting)
    event.listen(engine, "connect", connected)
    start = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(start))


def mysql_limit(dialect: Any, seconds: float) -> str | None:
    """Return the statement that bounds those after it; servers before MySQL 5.7.8 have none."""
    if dialect.is_mariadb:
        return f"SET SESSION max_statement_time = {max(seconds, 0.001):.3f}"
    old = (dialect.server_version_info or ()) < _EXECUTION_TIME_SINCE
    return None if old else f"SET SESSION max_execution_time = {_milliseconds(seconds)}"


def _instant(driver: Any) -> Any:
    def read(text: Any) -> Any:
        moment = driver.converters.convert_datetime(text)
        return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else moment  # '0000-00-00' stays a text

    return read


def _number(bits: bytes) -> int:
    return int.from_bytes(bits, "big")


def _oracle(engine: Engine, seconds: float) -> None:
    """Let a TIMESTAMP WITH LOCAL TIME ZONE come as the instant that it is: the driver gives the session's clock."""
    dialect: Any = engine.dialect

    def connected(connection: Any, _record: Any) -> None:
        connection.call_timeout = _milliseconds(seconds)
        connection.outputtypehandler = _oracle_types(dialect.loaded_dbapi, connection.outputtypehandler)
        with closing(connection.cursor()) as cursor:
            for statement in _ORACLE:
                cursor.execute(statement)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("SET TRANSACTION READ ONLY"))


def _oracle_types(driver: Any, others: Any) -> Any:
    """Return what chooses how a column comes, as the driver asks it before rows are fetched."""

    def instant(moment: datetime) -> datetime:
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def with_offset(moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise driver.NotSupportedError(_WITHOUT_OFFSET)
        return moment

    own = {driver.DB_TYPE_TIMESTAMP_LTZ: instant, driver.DB_TYPE_TIMESTAMP_TZ: with_offset}

    def chosen(cursor: Any, name: str, kind: Any, *size: Any) -> Any:
        if kind in own:
            return cursor.var(kind, arraysize=cursor.arraysize, outconverter=own[kind])
        return others(cursor, name, kind, *size)

    return chosen


def _sql_server(engine: Engine, seconds: float) -> None:
    """Read by snapshot. SQL Server has no read-only transaction, so that what is left is a login without rights.

    pymssql writes values into the statement. A text of ASCII is written as VARCHAR: as NVARCHAR it would be compared by
    another order than a VARCHAR column is sorted by, and not by its index. A time is written with its T, or the day
    might be taken for the month where the login's language has it so.
    """

    def connecting(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
        if engine.driver == "pymssql":
            parameters["timeout"] = ceil(seconds)

    def connected(connection: Any, _record: Any) -> None:
        if engine.driver == "pyodbc":
            connection.timeout = ceil(seconds)
        with closing(connection.cursor()) as cursor:
            cursor.execute(_SQL_SERVER)
            state, updateability = cursor.fetchone()
        if updateability == "READ_ONLY":
            return  # a readable secondary reads by snapshot by itself
        if state != 1:
            raise SourceRefused(
                "The SQL Server database of BACKFILL_SOURCE_URL allows no snapshots, and an order would be read apart "
                "from its lines; let its owner run ALTER DATABASE ... SET ALLOW_SNAPSHOT_ISOLATION ON, or name a "
                "readable secondary"
            )
        dialect: Any = engine.dialect  # SNAPSHOT is a level of its own alone
        dialect.set_isolation_level(connection, "SNAPSHOT")

    event.listen(engine, "do_connect", connecting)
    event.listen(engine, "connect", connected)
    if engine.driver == "pymssql":
        event.listen(engine, "before_cursor_execute", _as_literals, retval=True)


def _as_literals(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> tuple[str, Any]:
    if isinstance(parameters, dict):
        parameters = {name: _as_literal(value) for name, value in parameters.items()}
    return statement, parameters


def _as_literal(value: Any) -> Any:
    if isinstance(value, datetime):  # a DATETIME takes milliseconds and no more
        value = value.isoformat() if value.tzinfo else value.isoformat(timespec="milliseconds")
    is_narrow = isinstance(value, str) and value.isascii() and "\0" not in value
    return value.encode() if is_narrow else value  # bytes of ASCII are written without the N


def _milliseconds(seconds: float) -> int:
    return min(max(ceil(seconds * 1000), 1), 2**31 - 1)  # nought would be no limit
