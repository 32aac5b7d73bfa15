"""Which shape a ledger has, and how it gets today's: Alembic's migrations, in one transaction.

The migrations are in `migrations/versions`. Alembic is imported when there is something to migrate.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from loaders.errors import LedgerUnusable

MARK = "backfill_schema"
"""The table that says which revision a ledger has, and that the database is a ledger at all."""

FIRST_MARK = "backfill_ledger"
"""What it was called in the first ledgers."""

FIRST, NEWEST = "0001", "0003"

_FOLDER = Path(__file__).parent / "migrations"


def is_up_to_date(connection: Connection, shown: str) -> bool:
    """Tell whether the ledger has today's shape. Raises `LedgerUnusable` where it is newer than this program."""
    revision = _revision(connection)
    if revision is None or revision > NEWEST:
        raise LedgerUnusable(
            f"The ledger {shown} has revision {revision}, this program knows up to {NEWEST}; "
            "use the version of backfill that wrote it, or a newer one"
        )
    return revision == NEWEST


def bring_up_to_date(connection: Connection, shown: str) -> None:
    """Give the ledger, or an empty database, today's shape, within the connection's transaction.

    Raises `LedgerUnusable` where it is newer than this program.
    """
    from alembic import command  # noqa: PLC0415  # half a second that only a migration is worth
    from alembic.config import Config  # noqa: PLC0415  # see above

    present = set(inspect(connection).get_table_names())
    if present & {MARK, FIRST_MARK} and is_up_to_date(connection, shown):
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock(hashtext('{MARK}'))"))
        present = set(inspect(connection).get_table_names())
        if MARK in present and is_up_to_date(connection, shown):
            return
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    if MARK not in present and FIRST_MARK in present:
        command.stamp(config, FIRST)
    command.upgrade(config, NEWEST)


def _revision(connection: Connection) -> str | None:
    present = set(inspect(connection).get_table_names())
    if MARK in present:
        revision: str | None = connection.execute(text(f"SELECT version_num FROM {MARK}")).scalar()  # noqa: S608  # ours
        return revision
    version = connection.execute(text(f"SELECT version FROM {FIRST_MARK}")).scalar()  # noqa: S608  # ours
    return FIRST if version == 1 else None
