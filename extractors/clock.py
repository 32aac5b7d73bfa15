"""The source's own clock: by it rows are too recent, or in the future, however this machine's is set."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from mappers.kinds import Instant, instant_of

_UTC_NOW = {
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
    "postgresql": "SELECT clock_timestamp() AT TIME ZONE 'UTC'",
    "mysql": "SELECT UTC_TIMESTAMP(6)",
    "mariadb": "SELECT UTC_TIMESTAMP(6)",
    "oracle": "SELECT SYS_EXTRACT_UTC(SYSTIMESTAMP) FROM dual",
    "mssql": "SELECT SYSUTCDATETIME()",
}


def source_clock(connection: Connection) -> Instant:
    """Return what the database's clock says; of a dialect that is not known here, this machine's."""
    query = _UTC_NOW.get(connection.dialect.name)
    now = connection.exec_driver_sql(query).scalar_one() if query else datetime.now(UTC).replace(tzinfo=None)
    moment = datetime.fromisoformat(now) if isinstance(now, str) else now
    return instant_of(moment)
