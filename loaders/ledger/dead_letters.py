"""Dead letters and findings: what was set aside or noted, with its reason, kept once however often it is seen."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Engine, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from loaders.clock import utc_now
from loaders.ledger.schema import dead_letters, findings, writing


class DeadLetter(NamedTuple):
    """A row or a message set aside. `rule` and `message_id` are empty where the row itself is dead."""

    stream: str
    row_id: str
    rule: str
    reason: str
    detail: str
    message_id: str | None


class Noted(NamedTuple):
    """A finding about a row."""

    stream: str
    row_id: str
    kind: str


def keep(ledger: Engine, run_id: str, dead: Sequence[DeadLetter], noted: Sequence[Noted]) -> None:
    """Write the dead letters and findings of a page; one seen before keeps when it was first seen."""
    now = utc_now()
    stamps = {"run_id": run_id, "last_seen": now}
    letters = [{**letter._asdict(), **stamps, "first_seen": now, "status": "open"} for letter in dead]
    notes = [{**note._asdict(), **stamps} for note in noted]
    if not letters and not notes:
        return
    with writing(ledger) as connection:
        _upsert(connection, dead_letters, letters, ("detail", "message_id", "run_id", "last_seen", "status"))
        _upsert(connection, findings, notes, ("run_id", "last_seen"))


def _upsert(connection: Connection, table: Table, rows: list[dict[str, object]], renewed: tuple[str, ...]) -> None:
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    fresh = {name: statement.excluded[name] for name in renewed}
    keys = [column.name for column in table.primary_key]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), rows)


def reasons(ledger: Engine) -> list[tuple[str, str, str, int]]:
    """Return how many dead letters are open, by stream, reason and place."""
    groups = dead_letters.c.stream, dead_letters.c.reason, dead_letters.c.detail
    query = select(*groups, func.count()).where(dead_letters.c.status == "open").group_by(*groups).order_by(*groups)
    with ledger.connect() as connection:
        return [(stream, reason, where, int(count)) for stream, reason, where, count in connection.execute(query)]
