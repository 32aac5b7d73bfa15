"""One platform in SQLite, PostgreSQL and MariaDB: the same messages to the byte, and the same dead letters."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass

import pytest
from deliveries import ground
from dirt import spoil
from sqlalchemy import create_engine, func, select, text

from extractors.source import open_source
from sandbox.platform.sample import SampleOptions, write_sample
from sandbox.platform.schema import platform

SERVERS = ["postgres", "mariadb"]
EVER: dict[str, str] = {}
WINDOW = {"since": "2020-06-01T00:00:00.000000Z", "until": "2022-11-06T06:00:00.000000Z"}  # which ends at a seam


@dataclass(frozen=True)
class Arrived:
    """What came of a run: the bodies with how often each arrived, the dead letters, the fates of rows; and of where."""

    bodies: Counter
    dead: Counter
    fates: Counter
    url: str


@pytest.fixture(scope="module", params=["integer", "string"])
def keys(request):
    return request.param


@pytest.fixture(scope="module")
def written(keys, tmp_path_factory):
    """Give the platform in SQLite with all its dirt, and by table the rows that the sample has not of itself."""
    source = tmp_path_factory.mktemp(keys) / "platform.db"
    write_sample(f"sqlite:///{source}", SampleOptions(users=80, keys=keys))
    engine = create_engine(f"sqlite:///{source}")
    tables = platform(keys).sorted_tables
    with engine.connect() as connection:
        before = {table.name: connection.scalar(select(func.count()).select_from(table)) for table in tables}
    spoil(source, strings=keys == "string")
    with engine.connect() as connection:
        more = {}
        for table in tables:
            rows = connection.execute(select(table).order_by(text("rowid")).offset(before[table.name]))
            more[table.name] = [row._asdict() for row in rows]
    engine.dispose()
    return source, more


@pytest.fixture(scope="module")
def run(plane, tmp_path_factory):
    """Give what imports a platform on a fresh ledger and says what came of it."""
    engines = []

    def opened(*url, **more):  # a run leaves its connections to the end of its process, which here is ours
        engines.append(open_source(*url, **more))
        return engines[-1]

    def arrived(source, name, options=EVER, **environment):
        place = ground(source, plane, tmp_path_factory.mktemp(name), **environment)
        with closing(sqlite3.connect(plane.store)) as store:
            (seq,) = store.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("flows.job.open_source", opened)
                delivery = place.run(**options)
            raws = [raw for (raw,) in store.execute("SELECT raw FROM events WHERE seq > ?", (seq,))]
        import_id = json.loads(raws[0])["context"]["backfill"]["import_id"]  # the only thing of a run in it
        hidden = (import_id.encode(), b"") if isinstance(raws[0], bytes) else (import_id, "")
        bodies = Counter(raw.replace(*hidden) for raw in raws)
        assert delivery.summary.balanced
        with closing(sqlite3.connect(place.settings.ledger_url.get_secret_value().partition("///")[2])) as ledger:
            dead = Counter(ledger.execute("SELECT stream, row_id, rule, reason, detail, message_id FROM dead_letters"))
        return Arrived(bodies, dead, delivery.fates(), environment.get("SOURCE_URL", ""))

    yield arrived
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="module")
def in_sqlite(written, run):
    return run(written[0], "sqlite")


@pytest.fixture(scope="module", params=SERVERS)
def in_server(request, keys, written, run):
    url = request.getfixturevalue(request.param).fresh_database()
    write_sample(url, SampleOptions(users=80, keys=keys))
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in platform(keys).sorted_tables:
            if written[1][table.name]:
                connection.execute(table.insert(), written[1][table.name])
    engine.dispose()
    return run("there is none", request.param, SOURCE_URL=url)


@pytest.fixture(scope="module")
def window_of_sqlite(written, run):
    return run(written[0], "sqlite-window", WINDOW)


@pytest.fixture(scope="module")
def window_of_server(in_server, run):
    return run("there is none", "server-window", WINDOW, SOURCE_URL=in_server.url)


def same(expected, received):
    """Say which items differ, rather than print two multisets of thousands."""
    missing, unexpected = list((expected - received).elements()), list((received - expected).elements())
    if missing or unexpected:
        some = [*(f"missing: {one}" for one in missing[:8]), *(f"unexpected: {one}" for one in unexpected[:8])]
        pytest.fail("\n".join([f"{len(missing)} missing, {len(unexpected)} unexpected", *some]))


def test_the_platform_has_what_may_differ(in_sqlite, keys):
    messages = [json.loads(body) for body in in_sqlite.bodies]
    users = {message["userId"] for message in messages if "userId" in message}
    assert len(messages) > 5_000
    assert len(in_sqlite.dead) > 50
    if keys == "integer":
        assert any(int(user) > 2**53 for user in users)
    else:
        assert len({user.lower() for user in users}) < len(users)


def test_every_message_is_the_same_to_the_byte(in_sqlite, in_server):
    same(in_sqlite.bodies, in_server.bodies)


def test_every_dead_letter_is_the_same(in_sqlite, in_server):
    same(in_sqlite.dead, in_server.dead)


def test_every_row_has_the_same_fate(in_sqlite, in_server):
    same(in_sqlite.fates, in_server.fates)


def test_a_window_is_the_same_too(in_sqlite, window_of_sqlite, window_of_server):
    assert 1_000 < window_of_sqlite.bodies.total() < in_sqlite.bodies.total()
    same(window_of_sqlite.bodies, window_of_server.bodies)
    same(window_of_sqlite.dead, window_of_server.dead)
    same(window_of_sqlite.fates, window_of_server.fates)
