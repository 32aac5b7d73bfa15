"""Thirty nights, with late commits, ties, edits, clocks that are ahead, missed nights and kills, against one import."""

import json
import os
import signal
import sqlite3
import time
from collections import Counter, defaultdict
from contextlib import closing
from datetime import UTC, datetime
from random import Random

import pytest
from deliveries import ground
from nights import LAG, LOOKBACK, NEW_YORK, Life, local

from flows.cutting import everything
from flows.following import since_watermarks
from flows.options import Options
from flows.outcome import MaxDead
from flows.pipeline import run_here
from loaders.ledger.known import known_ids
from loaders.ledger.opening import open_ledger
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample

NIGHTS = 30
SAME = ("type", "event", "userId", "anonymousId", "timestamp")
MANY = MaxDead(10**6)


class Place:
    """A ledger and a data plane of their own, and runs into them at a simulated time."""

    def __init__(self, source, folder, plane, patch):
        self.settings = ground(source, plane, folder, WRITE_KEY="k").settings
        self.patch, self.store = patch, plane.store

    def run(self, now, what):
        moment = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self.patch.setattr("flows.job.source_clock", lambda _: moment)
        return run_here(self.settings, Options(shards=2), 1, MANY, what)

    def night(self, now):
        return self.run(now, since_watermarks(int(LOOKBACK.total_seconds())))

    def killed_night(self, now, random):
        """Let the night begin in a process of its own, and kill that after so many events."""
        before, after = self.arrived(), random.randrange(1, 60)
        child = os.fork()
        if not child:
            self.night(now)
            os._exit(0)
        until = time.monotonic() + 20
        while self.arrived() < before + after and time.monotonic() < until and not os.waitpid(child, os.WNOHANG)[0]:
            time.sleep(0.002)
        try:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        except (ProcessLookupError, ChildProcessError):
            pass

    def arrived(self):
        return self.ask("SELECT count(*) FROM events")[0][0]

    def ask(self, query):
        with closing(sqlite3.connect(self.store)) as connection:
            return connection.execute(query).fetchall()

    def events(self):
        """Return what arrived, by message id: the body and how often."""
        bodies, counts = {}, Counter()
        for message_id, raw in self.ask("SELECT message_id, raw FROM events ORDER BY seq"):
            counts[message_id] += 1
            bodies.setdefault(message_id, json.loads(raw))
        return bodies, counts


@pytest.fixture(params=[1, 2, 3])
def lived(request, tmp_path, monkeypatch):
    """Give a life of thirty nights: what they delivered, and what one import at its end does."""
    random = Random(request.param)  # noqa: S311
    source = tmp_path / "platform.db"
    write_sample(f"sqlite:///{source}", SampleOptions(users=60, hostile=False, seed=request.param))
    life = Life(source, random)
    gateways = [GatewaySettings(store=tmp_path / f"{name}.db", write_keys=("k",)) for name in ("nights", "once")]
    with running_gateway(gateways[0]) as one, running_gateway(gateways[1]) as other:
        nights = Place(source, tmp_path / "one", one, monkeypatch)
        once = Place(source, tmp_path / "other", other, monkeypatch)
        nights.run(life.now, everything)
        must, may = defaultdict(set), defaultdict(set)
        seen(source, life.now, must)
        for night in range(NIGHTS):
            life.pass_a_day()
            turn = random.random()
            if turn < 0.2 and night < NIGHTS - 1:
                continue  # missed
            if turn < 0.4:
                nights.killed_night(life.now, random)
                seen(source, life.now, may)
            if turn < 0.3 and night < NIGHTS - 1:
                continue  # and not made up for tonight
            outcome = nights.night(life.now)
            assert outcome.exit == 0, outcome.words
            seen(source, life.now, must)
        life.pass_a_day()
        life.pass_a_day()
        nights.night(life.now)
        seen(source, life.now, must)
        once.run(life.now, everything)
        yield nights, once, must, may


def seen(source, now, states):
    """Note when each account that is to be told at this moment was changed last, licenses included."""
    query = (
        "SELECT a.account_id, max(a.updated_at, coalesce((SELECT max(updated_at) FROM licenses l"
        " WHERE l.account_id = a.account_id), a.updated_at)) FROM accounts a WHERE a.deleted_at IS NULL"
    )
    settled = local(now - LAG)
    with closing(sqlite3.connect(source)) as connection:
        for key, at in connection.execute(query):
            if at <= settled:
                states[str(key)].add(at)


def test_the_nights_are_one_import_at_the_end(lived):
    nights, once, must, may = lived
    (bodies, counts), (whole, _) = nights.events(), once.events()
    states = {"identify", "group"}

    happened = {key for key, one in bodies.items() if one["type"] not in states}
    assert happened == {key for key, one in whole.items() if one["type"] not in states}
    assert len(happened) > 1_000
    for key in happened:
        told, asked = bodies[key], whole[key]
        assert [told.get(name) for name in SAME] == [asked.get(name) for name in SAME]

    named = {
        bytes(one).hex() for delivered, ids in known_ids(open_ledger(ledger(nights))) for one in ids if not delivered
    }
    doubled = {key.replace("-", "") for key, count in counts.items() if count > 1}
    assert doubled <= named
    is_the_expected_sequence(nights, whole, must, may)


def is_the_expected_sequence(nights, whole, must, may):
    """Every state that a night saw was told, none that no night saw, in order, and the last is today's."""
    told = defaultdict(list)
    for _, raw in nights.ask("SELECT message_id, raw FROM events WHERE type = 'identify' ORDER BY seq"):
        message = json.loads(raw)
        if message["timestamp"] not in told[message["userId"]]:
            told[message["userId"]].append(message["timestamp"])
    for user, times in must.items():
        wanted, allowed = set(map(wire, times)), set(map(wire, times | may.get(user, set())))
        assert wanted <= set(told[user]) <= allowed, user
        assert told[user] == sorted(told[user])
    last = {one["userId"]: one["timestamp"] for one in whole.values() if one["type"] == "identify"}
    assert {user: times[-1] for user, times in told.items() if user in last} == last
    assert len(last) > 0.9 * len(told)  # the rest was edited by a clock that is ahead, just before the end


def wire(at):
    """Return a time of the platform as it goes out."""
    moment = datetime.fromisoformat(at).replace(tzinfo=NEW_YORK).astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}"[:23] + "Z"


def ledger(place):
    return place.settings.ledger_url.get_secret_value()
