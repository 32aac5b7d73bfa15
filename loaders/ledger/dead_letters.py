"""Dead letters and findings: what was set aside or noted, with its reason, kept once however often it is seen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from loaders.clock import utc_now
from loaders.ledger.opening import reading, writing
from loaders.ledger.schema import chosen, dead_letters, findings

OPEN, MENDED, GONE = "open", "mended", "gone"
_RENEWED = ("reason", "detail", "message_id", "place", "run_id", "last_seen", "status", "closed_by", "closed_at")

Place = tuple[str, Any, Any]
"""The page that a letter was found on: its axis, and the keys between which its users are."""


class DeadLetter(NamedTuple):
    """A row or a message set aside. `rule` and `message_id` are empty where the row itself is dead."""

    stream: str
    row_id: str
    rule: str
    reason: str
    detail: str
    message_id: str | None


class LetterKey(NamedTuple):
    """What tells dead letters apart."""

    stream: str
    row_id: str
    rule: str


class Noted(NamedTuple):
    """A finding about a row."""

    stream: str
    row_id: str
    kind: str


def keep(ledger: Engine, run_id: str, place: Place, dead: Sequence[DeadLetter], noted: Sequence[Noted]) -> None:
    """Write the dead letters and findings of a page; one seen before keeps when it was first seen."""
    now = utc_now()
    stamps = {"run_id": run_id, "last_seen": now}
    known = {"place": list(place), "first_seen": now}
    fresh = {**stamps, **known, "status": OPEN, "closed_by": None, "closed_at": None}
    letters = [{**letter._asdict(), **fresh} for letter in dead]
    notes = [{**note._asdict(), **stamps} for note in noted]
    if not letters and not notes:
        return
    with writing(ledger) as connection:
        _upsert(connection, dead_letters, letters, _RENEWED)
        _upsert(connection, findings, notes, ("run_id", "last_seen"))


def _upsert(connection: Connection, table: Table, rows: list[dict[str, object]], renewed: tuple[str, ...]) -> None:
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    fresh = {name: statement.excluded[name] for name in renewed}
    keys = [column.name for column in table.primary_key]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), rows)


def open_letters(ledger: Engine) -> list[LetterKey]:
    """Return the keys of the letters that are open."""
    query = select(dead_letters.c.stream, dead_letters.c.row_id, dead_letters.c.rule)
    with reading(ledger) as connection:
        return [LetterKey(*key) for key in connection.execute(query.where(dead_letters.c.status == OPEN))]


def refused_ids(ledger: Engine) -> frozenset[str]:
    """Return the ids of the messages that the data plane refused alone and whose letters are open."""
    refused = (dead_letters.c.status == OPEN) & dead_letters.c.reason.startswith("Refused-")
    query = select(dead_letters.c.message_id).where(refused, dead_letters.c.message_id.is_not(None))
    with reading(ledger) as connection:
        return frozenset(connection.execute(query).scalars())


def letters_of(
    ledger: Engine, streams: Sequence[str], reasons: Sequence[str], run_id: str | None
) -> list[tuple[LetterKey, Place | None]]:
    """Return the open letters of those streams and reasons, and that run, with their places; empty means any."""
    conditions: list[ColumnElement[bool]] = [dead_letters.c.status == OPEN]
    conditions += [dead_letters.c.stream.in_(streams)] if streams else []
    conditions += [dead_letters.c.reason.in_(reasons)] if reasons else []
    conditions += [dead_letters.c.run_id.startswith(run_id, autoescape=True)] if run_id else []
    key = dead_letters.c.stream, dead_letters.c.row_id, dead_letters.c.rule
    with reading(ledger) as connection:
        found = connection.execute(select(*key, dead_letters.c.place).where(*conditions).order_by(*key)).all()
    return [(LetterKey(*key), tuple(place) if place else None) for *key, place in found]


def mend(ledger: Engine, run_id: str, mended: Iterable[LetterKey]) -> None:
    """Close the letters whose rows and messages went through."""
    _change(ledger, mended, {"status": MENDED, "closed_by": run_id, "closed_at": utc_now()})


def meet(ledger: Engine, run_id: str, met: Iterable[LetterKey]) -> None:
    """Note that the run met the letters' rows, and leaves them open."""
    _change(ledger, met, {"run_id": run_id, "last_seen": utc_now()})


def _change(ledger: Engine, letters: Iterable[LetterKey], values: Mapping[str, str]) -> None:
    rows = [{"the_stream": stream, "the_row": row_id, "the_rule": rule} for stream, row_id, rule in letters]
    if not rows:
        return
    one = update(dead_letters).where(
        dead_letters.c.stream == bindparam("the_stream"),
        dead_letters.c.row_id == bindparam("the_row"),
        dead_letters.c.rule == bindparam("the_rule"),
    )
    with writing(ledger) as connection:
        connection.execute(one.values(**values), rows)


def close_gone(ledger: Engine, run_id: str) -> int:
    """Close the letters that a replay was about and whose rows it did not meet. Return how many."""
    mine = (chosen.c.stream == dead_letters.c.stream) & (chosen.c.row_id == dead_letters.c.row_id)
    sought = select(chosen.c.row_id).where(chosen.c.run_id == run_id, mine).exists()
    unseen = (dead_letters.c.status == OPEN) & (dead_letters.c.run_id != run_id) & sought
    with writing(ledger) as connection:
        closed = update(dead_letters).where(unseen).values(status=GONE, closed_by=run_id, closed_at=utc_now())
        return connection.execute(closed).rowcount


def reasons(ledger: Engine) -> list[tuple[str, str, str, int]]:
    """Return how many dead letters are open, by stream, reason and place."""
    groups = dead_letters.c.stream, dead_letters.c.reason, dead_letters.c.detail
    query = select(*groups, func.count()).where(dead_letters.c.status == OPEN).group_by(*groups).order_by(*groups)
    with reading(ledger) as connection:
        return [(stream, reason, where, int(count)) for stream, reason, where, count in connection.execute(query)]


def closed_by(ledger: Engine, run_id: str) -> list[tuple[str, str, str, int]]:
    """Return how many dead letters the run closed, by stream, reason and status."""
    groups = dead_letters.c.stream, dead_letters.c.reason, dead_letters.c.status
    query = select(*groups, func.count()).where(dead_letters.c.closed_by == run_id).group_by(*groups).order_by(*groups)
    with reading(ledger) as connection:
        return [(stream, reason, status, int(count)) for stream, reason, status, count in connection.execute(query)]


def listed_letters(ledger: Engine, most: int) -> list[tuple[str, str, str, str, str]]:
    """Return the open dead letters: stream, row id, reason, place, and when it was seen last."""
    columns = dead_letters.c.stream, dead_letters.c.row_id, dead_letters.c.reason, dead_letters.c.detail
    query = select(*columns, dead_letters.c.last_seen).where(dead_letters.c.status == OPEN).order_by(*columns)
    with reading(ledger) as connection:
        found = connection.execute(query.limit(most))
        return [(stream, row_id, reason, where, seen[:19]) for stream, row_id, reason, where, seen in found]
