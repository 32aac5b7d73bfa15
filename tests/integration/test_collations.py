"""Keys that the database takes for equal and that are not: every user arrives once, with all that is theirs."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import product

import pytest
from deliveries import ground
from sqlalchemy import create_engine, text

from extractors.source import open_source

USERS = ["aB3", "Ab3", "AB3", "ab3", " aB3", "Zoe", "zoe", "Zoë", "ZOE", "m1", "M1", "q", "strasse", "straße", "Straße"]
VISITORS = ["s-a", "S-a", "S-A", "s-b", "S-B", " s-B"]
TIMES, FIRST = 7, datetime(2022, 1, 1)  # noqa: DTZ001  # naive, as the columns are
MODELS = {
    "accounts": "SELECT account_id AS row_id, account_id AS user_id, updated_at AS changed_at, created_at, is_deleted,"
    " email, first_name, last_name FROM accounts",
    "sign_ins": "SELECT log_id AS row_id, account_id AS user_id, signed_in_at AS occurred_at, email FROM sign_in_log",
    "cart_events": "SELECT account_id AS user_id, session_id AS anonymous_id, happened_at AS occurred_at, action,"
    " cart_id, product_id, sku, category, name, brand, variant, price, quantity, coupon, position, url, image_url"
    " FROM cart_events",
}
CART = {"action": "add", "product_id": 1, "sku": "S", "name": "A course", "price": 1.5, "quantity": 1, "position": 1}
TABLES = """
CREATE TABLE accounts (account_id varchar(40), email varchar(90), first_name varchar(40), last_name varchar(40),
    created_at datetime, updated_at datetime, is_deleted int, KEY (account_id));
CREATE TABLE sign_in_log (log_id int, account_id varchar(40), signed_in_at datetime, email varchar(90),
    KEY (account_id));
CREATE TABLE cart_events (account_id varchar(40), session_id varchar(40), happened_at datetime, action char(9),
    cart_id varchar(40), product_id int, sku char(9), category char(9), name varchar(40), brand char(9),
    variant char(9), price decimal(9, 2), quantity int, coupon char(9), position int, url varchar(9),
    image_url varchar(9), KEY (session_id))
"""


def mail_of(number):
    return f"user{number}@example.com"


def add(connection, table, row):
    marks = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"), row)  # noqa: S608


@pytest.fixture(scope="module", params=["utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_bin"])
def url(request, mariadb):
    """Give the URL of a platform whose keys are compared so; no constraint keeps them apart."""
    url = mariadb.fresh_database()
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in TABLES.split(";"):
            connection.execute(text(f"{table} CHARACTER SET utf8mb4 COLLATE {request.param}"))
        for number, user in enumerate(USERS):
            row = {"account_id": user, "email": mail_of(number), "first_name": "Ada", "last_name": f"L{number}"}
            add(connection, "accounts", row | {"created_at": FIRST, "updated_at": FIRST, "is_deleted": 0})
            for turn in range(TIMES):
                at = FIRST + timedelta(days=turn + 1)
                row = {"log_id": 100 * turn + number, "account_id": user, "email": mail_of(number)}
                add(connection, "sign_in_log", row | {"signed_in_at": at})
        for visitor, turn in product(VISITORS, range(TIMES)):
            own = {"session_id": visitor, "cart_id": visitor, "happened_at": FIRST + timedelta(days=turn)}
            add(connection, "cart_events", CART | own)
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    for name, sql in MODELS.items():
        (folder / f"{name}.sql").write_text(sql)
    return folder


@pytest.fixture
def run(url, models, plane, tmp_path, monkeypatch):
    """Give what does a run with edges at every so many keys."""
    engines = []

    def opened(*where, **more):
        engines.append(open_source(*where, **more))
        return engines[-1]

    def ran(page_keys, shards):
        monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", page_keys)
        monkeypatch.setattr("flows.job.open_source", opened)
        return ground("there is none", plane, tmp_path, SOURCE_URL=url, MODELS=str(models)).run(shards=shards)

    yield ran
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize(("page_keys", "shards"), [(1, 1), (1, 90), (2, 5), (3, 2), (100, 1)])
def test_every_user_arrives_once_with_all_their_events(run, page_keys, shards):
    delivery = run(page_keys, shards)
    arrived = Counter((one.who, one.event.type) for one in delivery.events)
    expected = Counter({(user, "identify"): 1 for user in USERS})
    expected |= Counter({(user, "track"): TIMES for user in [*USERS, *VISITORS]})
    assert arrived == expected
    assert len({one.message_id for one in delivery.events}) == expected.total()
    assert delivery.summary.balanced
    assert delivery.summary.users == len(USERS) + len(VISITORS)


def test_every_user_has_their_own_traits(run):
    identified = [one.message for one in run(2, 3).events if one.event.type == "identify"]
    traits = {message["userId"]: message["traits"]["email"] for message in identified}
    assert traits == {user: mail_of(number) for number, user in enumerate(USERS)}
