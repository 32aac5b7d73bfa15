"""Runs of the real pipeline into the local data plane, and what arrived there, in the order of arrival."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from truth import Event
from truth_bodies import canonical

from flows.cutting import What, everything
from flows.options import Options
from flows.pipeline import finish, prepared, work
from flows.rereading import Letters, replaying
from flows.settings import Settings, load_settings
from flows.summary import Summary

ROOT = Path(__file__).resolve().parents[2]


class Received(NamedTuple):
    """An event as it arrived: its place in the order of arrival, its id, what it says, and the JSON itself."""

    seq: int
    message_id: str
    event: Event
    at_destination: str
    message: dict[str, Any]

    @property
    def who(self) -> str:
        return self.event.user_id or self.event.anonymous_id or ""


@dataclass(frozen=True)
class Delivery:
    """One run: its summary, its counts, the requests it made and the events that arrived of it."""

    summary: Summary
    counts: Counter[str]
    requests: int
    events: list[Received]

    def multiset(self) -> Counter[Event]:
        return Counter(received.event for received in self.events)

    def by_user(self) -> dict[str, list[Event]]:
        users: dict[str, list[Event]] = {}
        for received in self.events:
            users.setdefault(received.who, []).append(received.event)
        return users

    def fates(self) -> Counter[tuple[str, str]]:
        """Count rows by stream and fate, as the pipeline counts them."""
        total: Counter[tuple[str, str]] = Counter()
        for name, count in self.counts.items():
            measure, *parts = name.split("|")
            if measure in ("rows_mapped", "rows_filtered", "rows_dead") and count:
                total[parts[0], measure.removeprefix("rows_")] += count
        return total

    def reasons(self, measure: str) -> Counter[tuple[str, str]]:
        """Count rows or messages of a measure by stream and reason."""
        split = ((name.split("|"), count) for name, count in self.counts.items())
        return Counter({(parts[1], parts[2]): count for parts, count in split if parts[0] == measure and count})


@dataclass(frozen=True)
class Ground:
    """A source, a data plane, and a ledger that remembers from run to run."""

    settings: Settings
    store: Path

    def run(self, **options: Any) -> Delivery:
        """Do a whole run and return what came of it."""
        return self._run(everything, **options)

    def replay(self, **letters: Any) -> Delivery:
        """Replay dead letters and return what came of it."""
        return self._run(replaying(Letters(**letters)))

    def _run(self, what: What, **options: Any) -> Delivery:
        requests, seq = self._position()
        counts: Counter[str] = Counter()
        with prepared(self.settings, Options(**options), what) as run:
            for number in range(len(run.shards)):
                counts.update(work(self.settings, run.run_id, number))
            summary = finish(self.settings, run.run_id)
        return Delivery(summary, counts, self._position()[0] - requests, list(self._events(seq)))

    def _position(self) -> tuple[int, int]:
        return self._read("SELECT (SELECT count(*) FROM requests), (SELECT coalesce(max(seq), 0) FROM events)", ())[0]

    def _events(self, after: int) -> Iterator[Received]:
        query = "SELECT seq, message_id, timestamp, raw FROM events WHERE seq > ? ORDER BY seq"
        for seq, message_id, timestamp, raw in self._read(query, (after,)):
            yield Received(seq, message_id, _event(raw), timestamp, json.loads(raw))

    def _read(self, query: str, values: tuple[int, ...]) -> list[Any]:
        with closing(sqlite3.connect(self.store)) as connection:
            return connection.execute(query, values).fetchall()


def ground(source: Path, plane, folder: Path, **environment: str) -> Ground:
    """Return a ground with a fresh ledger, its settings read from the environment as a user gives them."""
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "SOURCE_URL": f"sqlite:///{source}",
        "SOURCE_TIMEZONE": "America/New_York",
        "MODELS": str(ROOT / "extractors" / "models" / "sample"),
        "DATA_PLANE_URL": plane.url,
        "WRITE_KEY": "integration-write-key",
        "DESTINATIONS": "none",
        "LEDGER_URL": f"sqlite:///{folder}/ledger.db",
    } | environment
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(f"BACKFILL_{name}", value)
        return Ground(load_settings(), plane.store)


def _event(raw: bytes) -> Event:
    message = json.loads(raw, parse_float=Decimal, parse_int=Decimal)
    context = {
        name: value for name, value in message["context"].items() if name not in ("library", "traits", "backfill")
    }
    body = message.get("properties" if message["type"] == "track" else "traits")
    return Event(
        message["type"],
        message.get("event", ""),
        message.get("userId"),
        message.get("anonymousId"),
        message["timestamp"],
        message.get("groupId"),
        canonical(body),
        canonical(context),
    )
