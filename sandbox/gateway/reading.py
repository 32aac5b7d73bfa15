"""Questions to a store: which events came, and how many."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.gateway.intake import AcceptedEvent
from sandbox.gateway.processor import StoredEvent
from sandbox.gateway.segment import Dropped
from sandbox.gateway.store import open_for_reading

_CONDITIONS = {
    "type": "type = :type",
    "event": "event = :event",
    "user": "user_id = :user",
    "anonymous": "anonymous_id = :anonymous",
    "message_id": "message_id = :message_id",
}
FILTERS = frozenset(_CONDITIONS)
_COLUMNS = ", ".join(AcceptedEvent._fields)
_LISTED = "message_id, type, event, timestamp, user_id, anonymous_id"
_COUNT_ALL = (
    "SELECT count(*), count(DISTINCT message_id), count(DISTINCT user_id), (SELECT count(*) FROM requests) FROM events"
)
_DROPPED = "SELECT received_at, reason, raw FROM dropped ORDER BY seq LIMIT ?"
_DROPPED_BY_REASON = "SELECT reason, count(*) FROM dropped GROUP BY 1 ORDER BY 1"
_COUNT_BY_TYPE = "SELECT coalesce(type, ''), count(*) FROM events GROUP BY 1 ORDER BY 1"
_COUNT_BY_EVENT = "SELECT event, count(*) FROM events WHERE event IS NOT NULL GROUP BY 1 ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Question:
    """Which events: up to ``limit`` of those after number ``after`` that meet every filter (named in FILTERS)."""

    filters: dict[str, str]
    after: int
    limit: int


@dataclass(frozen=True, slots=True)
class Page:
    """Events in the order of their arrival. ``next`` is the number to go on after; None if these were the last."""

    events: tuple[StoredEvent, ...]
    next: int | None


def find_events(store: Path, question: Question) -> Page:
    """Give the events asked for, in the order of their arrival."""
    conditions = ["seq > :after", *(_CONDITIONS[name] for name in question.filters)]
    values = {**question.filters, "after": question.after, "rows": question.limit + 1}
    query = f"SELECT seq, {_COLUMNS} FROM events WHERE {' AND '.join(conditions)} ORDER BY seq LIMIT :rows"  # noqa: S608 - joined from this file's constants alone
    with open_for_reading(store) as connection:
        rows = connection.execute(query, values).fetchall()
    found = tuple(StoredEvent(row[0], AcceptedEvent(*row[1:])) for row in rows[: question.limit])
    return Page(found, found[-1].seq if len(rows) > question.limit else None)


def list_events(store: Path, after: int, limit: int) -> dict[str, Any]:
    """List up to ``limit`` events after number ``after`` without what they hold, so as to be quick with millions.

    Each is its message id, type, event, timestamp, user id and anonymous id; `next` is as that of a page.
    """
    query = f"SELECT seq, {_LISTED} FROM events WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608 - as above
    with open_for_reading(store) as connection:
        rows = connection.execute(query, (after, limit + 1)).fetchall()
    listed = rows[:limit]
    return {"events": [row[1:] for row in listed], "next": listed[-1][0] if len(rows) > limit else None}


def find_dropped(store: Path, limit: int) -> tuple[dict[str, int], list[Dropped]]:
    """Count what was dropped by reason, and give the first of it, up to ``limit``."""
    with open_for_reading(store) as connection:
        connection.execute("BEGIN")
        counts = dict(connection.execute(_DROPPED_BY_REASON).fetchall())
        return counts, [Dropped(*row) for row in connection.execute(_DROPPED, (limit,))]


def count_events(store: Path) -> dict[str, Any]:
    """Count what was accepted: users by distinct userId, events without a type under "", no refused request."""
    with open_for_reading(store) as connection:
        connection.execute("BEGIN")  # the figures are of one moment, also while events come in
        events, message_ids, users, requests = connection.execute(_COUNT_ALL).fetchone()
        by_type = dict(connection.execute(_COUNT_BY_TYPE).fetchall())
        by_event = dict(connection.execute(_COUNT_BY_EVENT).fetchall())
    return {
        "events": events,
        "distinct_message_ids": message_ids,
        "users": users,
        "requests": requests,
        "by_type": by_type,
        "by_event": by_event,
    }
