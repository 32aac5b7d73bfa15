"""What the data plane holds, read with the standard library alone, and held against truth and ledger."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from truth import Event
from truth_bodies import canonical

RANKS = {"identify": 0, "group": 1, "track": 2}


class Content(NamedTuple):
    """All that ever arrived: each message id's first arrival, in their order, and how often each id came."""

    first: Mapping[str, Event]
    arrivals: Counter[str]

    @property
    def doubled(self) -> dict[str, int]:
        """How often too often each id came."""
        return {one: times - 1 for one, times in self.arrivals.items() if times > 1}

    def disordered(self) -> list[str]:
        """Return whose events, by first arrival, are not as they should be: Identify, Group, Tracks by time."""
        users: dict[str, list[Event]] = {}
        for event in self.first.values():
            users.setdefault(event.user_id or event.anonymous_id or "", []).append(event)
        return [who for who, events in users.items() if not _in_order(events)]


def read_content(store: Path) -> Content:
    """Read a data plane's store."""
    first: dict[str, Event] = {}
    arrivals: Counter[str] = Counter()
    with closing(sqlite3.connect(store)) as connection:
        for message_id, raw in connection.execute("SELECT message_id, raw FROM events ORDER BY seq"):
            arrivals[message_id] += 1
            if message_id not in first:
                first[message_id] = _event(raw)
    return Content(first, arrivals)


def count_arrivals(store: Path) -> int:
    """Count what arrived so far; there may be nothing to count it in."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        return connection.execute("SELECT count(*) FROM events").fetchone()[0]


def differences(expected: Iterable[Event], content: Content) -> list[str]:
    """Name what is missing and what nobody asked for, each id counted once; some of each."""
    wanted, held = Counter(expected), Counter(content.first.values())
    missing, extra = list((wanted - held).elements()), list((held - wanted).elements())
    some = [*(f"missing: {one}" for one in missing[:5]), *(f"extra: {one}" for one in extra[:5])]
    return [f"{len(missing)} missing, {len(extra)} extra", *some] if some else []


def _in_order(events: list[Event]) -> bool:
    ranks = [RANKS[event.type] for event in events]
    tracks = [event.timestamp for event in events if event.type == "track"]
    return ranks == sorted(ranks) and tracks == sorted(tracks)


def _event(raw: bytes) -> Event:
    message = json.loads(raw, parse_float=Decimal, parse_int=Decimal)
    context = {
        name: value for name, value in message["context"].items() if name not in ("library", "traits", "backfill")
    }
    return Event(
        message["type"],
        message.get("event", ""),
        message.get("userId"),
        message.get("anonymousId"),
        message["timestamp"],
        message.get("groupId"),
        canonical(message.get("properties" if message["type"] == "track" else "traits")),
        canonical(context),
    )
