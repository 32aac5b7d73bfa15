"""Keys of every kind through whole runs: an import, a night after it, and a second night that sends nothing."""

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from deliveries import ground
from sqlalchemy import create_engine, text

from extractors.source import open_source
from flows.following import since_watermarks

MODELS = {
    "accounts": "SELECT id AS row_id, id AS user_id, changed AS changed_at, made AS created_at, 0 AS is_deleted,"
    " mail AS email, 'Ada' AS first_name, 'Byron' AS last_name FROM people",
    "sign_ins": "SELECT n AS row_id, who AS user_id, at AS occurred_at, mail AS email FROM visits",
    "cart_events": "SELECT CASE WHEN 1 = 0 THEN who END AS user_id, who AS anonymous_id, at AS occurred_at,"
    " 'add' AS action, who AS cart_id, 1 AS product_id, 'S' AS sku, 'A course' AS name, 1.5 AS price, 1 AS quantity"
    " FROM carts",
}
FIRST = datetime(2022, 1, 1)  # noqa: DTZ001  # naive, as the columns are
LATER = datetime(2022, 6, 1)  # noqa: DTZ001
VISITS = 3


class Kind(NamedTuple):
    """A kind of keys on a server: the column's type, keys as they are written, and as they arrive."""

    server: str
    column: str
    keys: list
    arrive: list


def texts(*keys):
    return [list(keys), [key.rstrip(" ") for key in keys]]


def numbers(*keys):
    return [list(keys), list(map(str, keys))]


ALIKE = texts("ab3", "aB3", "Ab3", "AB3", "Zoe", "zoe", "ZOE", "m1", "M1", "q", " q")
LARGE = numbers(2**53, 2**53 + 1, 2**53 + 2, 2**53 + 3, 2**63 - 1, 1, 9, 10, 0, -1)
UUIDS = texts(*(str(UUID(int=one)) for one in (0, 1, 2**64, 2**96 + 5, 2**127, 2**128 - 1, 77)))
KINDS = {
    "alike in MariaDB": Kind("mariadb", "varchar(40) collate utf8mb4_general_ci", *ALIKE),
    "fixed width in MariaDB": Kind("mariadb", "char(9)", *ALIKE),
    "large in MariaDB": Kind("mariadb", "bigint", *LARGE),
    "38 digits in MariaDB": Kind("mariadb", "decimal(38)", *numbers(10**37, 10**37 + 1, *LARGE[0])),
    "fixed width in PostgreSQL": Kind("postgres", "char(9)", *ALIKE),
    "38 digits in PostgreSQL": Kind("postgres", "numeric(38)", *numbers(10**37, 10**37 + 1, *LARGE[0])),
    "uuid in PostgreSQL": Kind("postgres", "uuid", *UUIDS),
    "alike in SQLite": Kind("sqlite", "text collate nocase", *ALIKE),
    "padded in SQLite": Kind("sqlite", "text", [key.ljust(9) for key in ALIKE[0]], ALIKE[1]),
    "noughts in SQLite": Kind("sqlite", "text", *texts("7", "07", "007", "70", "7.0", "7e0", "+7", "10")),
}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def sign_in(connection, number, key, at):
    mail = f"user{number}@example.com"
    connection.execute(text("INSERT INTO carts VALUES (:who, :at)"), {"who": key, "at": at})
    row = {"n": 100 * at.month + 10_000 * at.day + number, "who": key, "at": at, "mail": mail}
    connection.execute(text("INSERT INTO visits VALUES (:n, :who, :at, :mail)"), row)


@pytest.fixture
def url(request, kind, tmp_path):
    """Give the URL of a platform with those keys; no constraint keeps them apart."""
    is_file = kind.server == "sqlite"
    url = f"sqlite:///{tmp_path}/keys.db" if is_file else request.getfixturevalue(kind.server).fresh_database()
    engine = create_engine(url)
    moment = "timestamp" if kind.server == "postgres" else "datetime"
    with engine.begin() as connection:
        for table in (
            f"people (id {kind.column}, mail varchar(90), made {moment}, changed {moment})",
            f"visits (n int, who {kind.column}, at {moment}, mail varchar(90))",
            f"carts (who {kind.column}, at {moment})",
        ):
            connection.execute(text(f"CREATE TABLE {table}"))
        for number, key in enumerate(kind.keys):
            row = {"id": key, "mail": f"user{number}@example.com", "made": FIRST}
            connection.execute(text("INSERT INTO people VALUES (:id, :mail, :made, :made)"), row)
            for turn in range(VISITS):
                sign_in(connection, number, key, FIRST + timedelta(days=turn + 1))
    engine.dispose()
    return url


@pytest.fixture
def place(url, plane, tmp_path, monkeypatch):
    """Give the ground of such a platform, with an edge at every second key."""
    for name, sql in MODELS.items():
        (tmp_path / f"{name}.sql").write_text(sql)
    engines = []

    def opened(*where, **more):
        engines.append(open_source(*where, **more))
        return engines[-1]

    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 2)
    monkeypatch.setattr("flows.following.KEYS_AT_ONCE", 2)
    monkeypatch.setattr("flows.job.open_source", opened)
    yield ground("there is none", plane, tmp_path, SOURCE_URL=url, MODELS=str(tmp_path))
    for engine in engines:
        engine.dispose()


def arrived(delivery):
    assert delivery.summary.balanced
    return Counter((one.who, one.event.type) for one in delivery.events)


def test_every_user_arrives_once_and_a_night_finds_them_by_their_key(url, kind, place):
    delivery = place.run(shards=3)
    expected = Counter({(who, "identify"): 1 for who in kind.arrive})
    expected |= Counter({(who, "track"): 2 * VISITS for who in kind.arrive})
    assert arrived(delivery) == expected
    mails = {one.who: one.message["traits"]["email"] for one in delivery.events if one.event.type == "identify"}
    assert mails == {who: f"user{number}@example.com" for number, who in enumerate(kind.arrive)}

    writer = create_engine(url)
    with writer.begin() as connection:
        for number, key in list(enumerate(kind.keys))[1::2]:
            sign_in(connection, number, key, LATER)
    writer.dispose()
    lookback = since_watermarks(int(timedelta(days=10 * 366).total_seconds()))
    night = Counter({(who, "track"): 2 for who in kind.arrive[1::2]})
    for expected in (night, Counter()):
        assert arrived(place._run(lookback, shards=2)) == expected  # noqa: SLF001  # a night is a run of another kind
