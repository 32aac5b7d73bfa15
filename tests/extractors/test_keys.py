"""Keys of every kind on every server: together the pages are every row once, and a user is on one page alone."""

import re
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text

from extractors.boundaries import boundaries
from extractors.changes import changed_keys, following, one_a_user
from extractors.check import check_models
from extractors.convert import convert
from extractors.errors import ContractBroken
from extractors.instants import Zone
from extractors.locate import owner_ranges
from extractors.models import Model
from extractors.pages import Axis, Page, Window
from extractors.reader import Source
from extractors.rows import Cleaning
from extractors.source import open_source, reading
from mappers.kinds import Instant, Key
from sandbox.postgres.server import running_postgres

NOW = Instant("2026-01-01T00:00:00.000000Z")
SINCE = Instant("2021-01-01T00:00:00.000000Z")
OLD, NEW = "2020-05-01 10:00:00", "2021-05-01 10:00:00"
SERVERS_OWN_COLLATIONS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
MODELS = {
    "accounts": "SELECT id AS row_id, id AS user_id, at AS changed_at FROM people",
    "sign_ins": "SELECT n AS row_id, who AS user_id, at AS occurred_at FROM log",
    "cart_events": "SELECT CASE WHEN 1 = 0 THEN who END AS user_id, who AS anonymous_id, at AS occurred_at,"
    " 'add' AS action, 1 AS cart_id, n AS product_id FROM log",
}


class Kind(NamedTuple):
    """A kind of keys: the column's type by server, and keys in it as they are written."""

    types: dict[str, str]
    keys: tuple


LARGE = (2**63 - 1, -(2**63), 2**53, 2**53 + 1, 2**53 + 2, 2**53 + 3, -1, 0, 1, 10, 9, 700)
TEXTS = ("ab3", "aB3", "Ab3", "AB3", "Zoe", "zoe", "Zoë", "ZOE", "m1", "M1", "a-c", "ab", "ac", "a b", "_", "-")
NUMBERED = ("7", "07", "007", "70", "0070", "7.0", "7e0", "1_0", "10", "+7", "-7", "0x7")
HEX = (0, 1, 2**64, 2**127, 2**128 - 1, 0x1234_5678_9ABC_4DEF_8123_4567_89AB_CDEF, 5, 6, 7, 8)
KINDS = {
    "large": Kind(dict.fromkeys(["sqlite", "postgres", "mariadb"], "bigint"), LARGE),
    "numeric": Kind(dict.fromkeys(["postgres", "mariadb"], "numeric(38)"), (*LARGE, 10**37, 10**37 + 1, -(10**37))),
    "uuid": Kind({"sqlite": "text", "postgres": "uuid", "mariadb": "uuid"}, tuple(str(UUID(int=one)) for one in HEX)),
    "plain": Kind({"sqlite": "text", "postgres": "text", "mariadb": "varchar(9) collate utf8mb4_bin"}, TEXTS),
    "alike": Kind(
        {"sqlite": "text collate nocase", "postgres": "citext", "mariadb": "varchar(9) collate utf8mb4_general_ci"},
        TEXTS,
    ),
    "numbered": Kind({"sqlite": "text", "postgres": "text", "mariadb": "varchar(9)"}, NUMBERED),
    "padded": Kind({"sqlite": "text", "postgres": "char(9)", "mariadb": "char(9)"}, (*TEXTS, " ab", "  ab", " AB")),
}
CASES = [(server, name) for name, kind in KINDS.items() for server in kind.types]
EN_US = 'text collate "en-US-x-icu"'
ANY_CASE = "text collate any_case"


def padded(server, name):
    """Return the keys of that kind as rows hold them: SQLite has no type that pads."""
    keys = KINDS[name].keys
    return tuple(key.ljust(9) for key in keys) if (server, name) == ("sqlite", "padded") else keys


class Platform(NamedTuple):
    """A checked source, and its keys as users are told by them."""

    source: Source
    keys: set


@pytest.fixture
def platform(request, tmp_path, contracts):
    """Give what makes a platform with those keys: each has an account, and signs in before and after new year."""
    engines = []

    def made(server, column, keys, url=None):
        if url is None:
            is_file = server == "sqlite"
            url = f"sqlite:///{tmp_path}/keys.db" if is_file else request.getfixturevalue(server).fresh_database()
        writer = create_engine(url)
        with writer.begin() as connection:
            if column == "citext":
                connection.execute(text("CREATE EXTENSION citext"))
            if column == ANY_CASE:
                made_of = "provider = icu, locale = 'und-u-ks-level2', deterministic = false"
                connection.execute(text(f"CREATE COLLATION any_case ({made_of})"))
            moment = "datetime" if server == "mariadb" else "timestamp"
            connection.execute(text(f"CREATE TABLE people (id {column}, at {moment})"))
            connection.execute(text(f"CREATE TABLE log (n int, who {column}, at {moment})"))
            for number, key in enumerate(keys):
                connection.execute(text("INSERT INTO people VALUES (:key, :at)"), {"key": key, "at": OLD})
                for turn, at in enumerate([OLD, NEW]):
                    row = {"n": 2 * number + turn, "key": key, "at": at}
                    connection.execute(text("INSERT INTO log VALUES (:n, :key, :at)"), row)
        writer.dispose()
        engines.append(open_source(url))
        models = {name: Model(name, sql) for name, sql in MODELS.items()}
        own = {name: contracts[name] for name in models}
        present = check_models(engines[-1], "models", models, own, Zone("UTC"))
        source = Source(engines[-1], models, own, present, Cleaning(Zone("UTC"), Window(), NOW, NOW))
        return Platform(source, set(convert(list(keys), Key, {})))

    yield made
    for engine in engines:
        engine.dispose()


@pytest.fixture(params=CASES, ids=" of ".join)
def each(request, platform):
    server, name = request.param
    return platform(server, KINDS[name].types[server], padded(server, name))


def edges(source, axis):
    with reading(source.engine) as connection:
        name = "accounts" if axis is Axis.USERS else "cart_events"
        return boundaries(connection, source.models[name], axis)


def read(source, page, name):
    with source.page(page) as rows:
        return rows(name)


def every_row_is_on_one_page(source, keys, axis, name, owner):
    """Hold the rows of every page together: each once, and a key's all on the same one."""
    found = [
        read(source, Page(axis, low, high), name).rows for low, high in pairwise([None, *edges(source, axis), None])
    ]
    owners = [{getattr(row, owner) for row in rows} for rows in found]
    assert sum(map(len, owners)) == len(set().union(*owners)) == len(keys)
    assert set().union(*owners) == keys
    return [row for rows in found for row in rows]


@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_every_row_is_on_one_page_and_a_user_too(each, every, monkeypatch):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", every)
    source, keys = each
    rows = every_row_is_on_one_page(source, keys, Axis.USERS, "sign_ins", "user_id")
    assert sorted(int(row.row_id) for row in rows) == list(range(2 * len(keys)))
    assert len(every_row_is_on_one_page(source, keys, Axis.USERS, "accounts", "user_id")) == len(keys)
    rows = every_row_is_on_one_page(source, keys, Axis.VISITORS, "cart_events", "anonymous_id")
    assert sorted(int(row.product_id) for row in rows) == list(range(2 * len(keys)))


def nightly(source, axis, at_once):
    """Yield the pages of those with a change, as a nightly run cuts them."""
    changed = sorted(one_a_user(changed_keys(source, axis)), key=lambda key: (isinstance(key, str), key))
    for start in range(0, len(changed), at_once):
        yield Page(axis, None, None, tuple(changed[start : start + at_once]))


@pytest.mark.parametrize("at_once", [1, 2, 250])
def test_every_change_is_found_by_its_users_key(each, at_once):
    """Two keys that the database takes for equal are two users, both of whom have changes."""
    windows = dict.fromkeys(["sign_ins", "cart_events"], Window(SINCE, NOW))
    source, keys = following(each.source, windows), each.keys
    pages = list(nightly(source, Axis.USERS, at_once))
    signed = [row for page in pages for row in read(source, page, "sign_ins").rows]
    assert sorted(int(row.row_id) for row in signed) == list(range(1, 2 * len(keys), 2))
    accounts = [row.user_id for page in pages for row in read(source, page, "accounts").rows]
    assert sorted(accounts) == sorted(keys)
    carts = [row for page in nightly(source, Axis.VISITORS, at_once) for row in read(source, page, "cart_events").rows]
    assert sorted(row.product_id for row in carts) == sorted(row.row_id for row in signed)


def test_a_row_is_found_by_the_id_of_its_dead_letter(each, contracts):
    source, keys = each
    asked = [*keys, "no such row", "99999"]
    with reading(source.engine) as connection, connection.begin():
        found = owner_ranges(connection, source.models["accounts"], contracts["accounts"], asked)
    for key, pages in ((key, pages) for key, pages in found.items() if key in keys):
        assert key in {row.user_id for page in pages for row in read(source, page, "accounts").rows}
    assert keys <= found.keys()


def test_a_fixed_width_among_varying_ones_is_the_same_user(platform, postgres, monkeypatch):
    """CHAR in one table and VARCHAR in the other: a night finds what both have of a user."""
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 1)
    url = postgres.fresh_database()
    source, keys = platform("postgres", "varchar(9)", TEXTS, url)
    writer = create_engine(url)
    with writer.begin() as connection:
        connection.execute(text("ALTER TABLE people ALTER id TYPE char(9)"))
        connection.execute(text("UPDATE people SET at = '2021-06-01'"))
        connection.execute(text("DELETE FROM log WHERE n % 2 = 0"))
    writer.dispose()
    assert len(every_row_is_on_one_page(source, keys, Axis.USERS, "accounts", "user_id")) == len(keys)
    assert len(every_row_is_on_one_page(source, keys, Axis.USERS, "sign_ins", "user_id")) == len(keys)
    for changed in (["accounts"], ["sign_ins"], ["accounts", "sign_ins"]):
        source = following(source, dict.fromkeys(changed, Window(SINCE, NOW)))
        users = []
        for page in nightly(source, Axis.USERS, 1):
            (who,) = convert(list(page.keys), Key, {})
            for name in {"accounts", *changed}:
                assert [row.user_id for row in read(source, page, name).rows] == [who]
            users.append(who)
        assert sorted(users) == sorted(keys)


@pytest.fixture(scope="session")
def languages():
    """Give a PostgreSQL that knows the rules of languages: the wheel's is built without them, the machine's with."""
    if not SERVERS_OWN_COLLATIONS:
        pytest.skip("NOT TESTED with ICU collations: apt-get install postgresql")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sandbox.postgres.server.installed_programs", lambda: SERVERS_OWN_COLLATIONS[-1])
        patch.setattr(
            "sandbox.postgres.server._INIT", ("--username", "postgres", "--auth", "trust", "--encoding", "UTF8")
        )
        with running_postgres() as server:
            yield server


@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("column", [EN_US, ANY_CASE])
def test_a_languages_own_order_cuts_and_finds_as_well(platform, languages, column, every, monkeypatch):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", every)
    source, keys = platform("postgres", column, TEXTS, languages.fresh_database())
    rows = every_row_is_on_one_page(source, keys, Axis.USERS, "sign_ins", "user_id")
    assert sorted(int(row.row_id) for row in rows) == list(range(2 * len(keys)))
    followed = following(source, {"sign_ins": Window(SINCE, NOW)})
    found = [row.row_id for page in nightly(followed, Axis.USERS, 2) for row in read(followed, page, "sign_ins").rows]
    assert sorted(map(int, found)) == list(range(1, 2 * len(keys), 2))


ORDERS = (
    "SELECT {} AS row_id, who AS user_id, NULL AS anonymous_id, at AS occurred_at, at AS changed_at, 1 AS is_completed,"
    " 0 AS is_test, total, total AS subtotal, NULL AS currency FROM sales"
)


@pytest.mark.parametrize("server", ["sqlite", "postgres", "mariadb"])
def test_a_row_id_of_two_columns_tells_rows_apart_and_one_without_is_dead(request, server, tmp_path, contracts):
    is_file = server == "sqlite"
    url = f"sqlite:///{tmp_path}/sales.db" if is_file else request.getfixturevalue(server).fresh_database()
    writer = create_engine(url)
    sold = [
        ("a", 1, 10),
        ("a", 2, 11),
        ("b", 1, 12),
        ("b", 1, 12),
        ("c", 1, 13),
        ("c", 1, 14),
        (None, 1, 15),
        ("d", None, 16),
    ]
    with writer.begin() as connection:
        moment = "datetime" if server == "mariadb" else "timestamp"
        connection.execute(text(f"CREATE TABLE sales (shop varchar(9), n int, who int, at {moment}, total int)"))
        for shop, number, total in sold:
            row = {"shop": shop, "n": number, "total": total, "at": OLD}
            connection.execute(text("INSERT INTO sales VALUES (:shop, :n, 7, :at, :total)"), row)
    writer.dispose()
    both = "CONCAT(shop, '-', n)" if server == "mariadb" else "shop || '-' || n"
    models, own = {"orders": Model("orders", ORDERS.format(both))}, {"orders": contracts["orders"]}
    engine = open_source(url)
    present = check_models(engine, "models", models, own, Zone("UTC"))
    result = read(
        Source(engine, models, own, present, Cleaning(Zone("UTC"), Window(), NOW, NOW)),
        Page(Axis.USERS, None, None),
        "orders",
    )
    engine.dispose()

    assert sorted((row.row_id, int(row.total)) for row in result.rows) == [("a-1", 10), ("a-2", 11), ("b-1", 12)]
    assert [one.row_id for one in result.filtered] == ["b-1"]
    reasons = sorted((letter.reason, re.sub("row .*", "row", letter.row_id)) for letter in result.dead)
    assert reasons == [("Conflicting-Rows", "c-1")] * 2 + [("Missing-Key", "row")] * 2
    assert result.read == len(sold)


@pytest.mark.parametrize("key", ["bigint", "uuid", "text"])
def test_a_null_without_a_type_is_a_fault_where_the_database_compares_it_with_no_key(platform, contracts, key):
    """PostgreSQL takes it for a text, which it does not compare with a number."""
    source, _ = platform("postgres", key, LARGE if key == "bigint" else KINDS["uuid"].keys)
    models = dict(source.models)
    models["cart_events"] = Model(
        "cart_events", re.sub("CASE.*END AS user_id", "NULL AS user_id", MODELS["cart_events"])
    )
    if key == "bigint":
        with pytest.raises(ContractBroken) as raised:
            check_models(source.engine, "models", models, contracts, Zone("UTC"))
        (fault,) = raised.value.faults
        assert fault.startswith("cart_events.sql: cannot be read as a part of a larger SELECT: operator does not exist")
        assert "yield CAST(NULL AS ...) AS user_id" in fault
    else:
        assert check_models(source.engine, "models", models, contracts, Zone("UTC"))
