"""The sample is the same every time, hangs together, and never overwrites."""
# ruff: noqa: S608  (every query here is put together from our own table and column names)

import hashlib
import os
import pickle
import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from sandbox.platform.sample import SampleExists, SampleOptions, write_sample
from sandbox.platform.schema import platform

ROOT = Path(__file__).parents[3]
WRITE = """
import sys
from sandbox.platform.sample import SampleOptions, write_sample
write_sample(f"sqlite:///{sys.argv[1]}", SampleOptions(users=60, seed=int(sys.argv[2]), keys=sys.argv[3]))
"""


def url(folder):
    return f"sqlite:///{folder}/sample.db"


@pytest.fixture(scope="module", params=["integer", "string"])
def clean(request, tmp_path_factory):
    """Write a clean sample of 600 users."""
    folder = tmp_path_factory.mktemp("clean")
    report = write_sample(url(folder), SampleOptions(keys=request.param, hostile=False))
    database = sqlite3.connect(folder / "sample.db")
    yield database, report, folder, request.param
    database.close()


def count(database, query):
    return database.execute(query).fetchone()[0]


def written_elsewhere(file, seed, keys, hash_seed):
    """Write a sample in a process of its own, with another hash seed, locale and time zone."""
    surroundings = {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT), "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", WRITE, file, str(seed), keys], check=True, env=os.environ | surroundings)
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


@pytest.mark.parametrize("keys", ["integer", "string"])
def test_same_seed_same_bytes(tmp_path, keys):
    write_sample(url(tmp_path), SampleOptions(users=60, seed=3, keys=keys))
    here = hashlib.sha256((tmp_path / "sample.db").read_bytes()).hexdigest()
    assert here == written_elsewhere(tmp_path / "again.db", 3, keys, "1")
    assert here != written_elsewhere(tmp_path / "other.db", 4, keys, "2")


def test_reported_rows_are_there(clean):
    database, report, _, _ = clean
    assert {table: count(database, f"SELECT count(*) FROM {table}") for table in report.rows} == report.rows
    assert min(report.rows.values()) > 0
    assert report.seconds > 0


def test_refuses_to_overwrite(tmp_path):
    write_sample(url(tmp_path / "new" / "folder"), SampleOptions(users=40))
    before = (tmp_path / "new" / "folder" / "sample.db").read_bytes()
    with pytest.raises(SampleExists, match=r"accounts.*never overwrites.*another database") as caught:
        write_sample(url(tmp_path / "new" / "folder"), SampleOptions(users=40))
    assert (tmp_path / "new" / "folder" / "sample.db").read_bytes() == before
    assert pickle.loads(pickle.dumps(caught.value)).tables == caught.value.tables  # noqa: S301  (our own bytes)


def test_one_table_in_the_way_is_enough(tmp_path):
    with sqlite3.connect(tmp_path / "sample.db") as database:
        database.execute("CREATE TABLE orders (mine TEXT)")
    database.close()
    with pytest.raises(SampleExists) as caught:
        write_sample(url(tmp_path), SampleOptions(users=40))
    assert caught.value.tables == ("orders",)


def test_options_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="users is 3"):
        SampleOptions(users=3)
    with pytest.raises(ValueError, match="keys is 'uuid'"):
        SampleOptions(keys="uuid")


def test_integer_keys_beyond_2_53_are_exact(tmp_path):
    """The legacy keys are 2^53 + 1, + 3, + 5 ...: stored as integers, and none of them is a float64."""
    write_sample(url(tmp_path), SampleOptions(users=200))
    with sqlite3.connect(tmp_path / "sample.db") as database:
        for table, key in {"accounts": "account_id", "orders": "order_id", "carts": "cart_id"}.items():
            query = f"SELECT {key}, typeof({key}) FROM {table} WHERE {key} > 9007199254740992 ORDER BY 1"
            keys = database.execute(query).fetchall()
            assert keys == [(9007199254740993 + 2 * n, "integer") for n in range(len(keys))]
            assert keys
            assert all(int(float(number)) != number for number, _ in keys)
    database.close()


def test_string_keys_are_mixed_case(tmp_path):
    write_sample(url(tmp_path), SampleOptions(users=200, keys="string"))
    with sqlite3.connect(tmp_path / "sample.db") as database:
        keys = [key for (key,) in database.execute("SELECT account_id FROM accounts")]
    database.close()
    assert len(set(keys)) == 200
    assert all(len(key) == 6 and key.isascii() and key.isalnum() and not key.isdigit() for key in keys)
    assert len({key for key in keys if key not in {key.lower(), key.upper()}}) > 100


def test_sums_are_exact_in_cents(clean):
    """Read back as decimals, every order's subtotal is its lines' and its total is its parts'."""
    _, _, folder, keys = clean
    tables = platform(keys).tables
    orders, lines = tables["orders"], tables["order_lines"]
    wanted = select(lines.c.order_id, lines.c.quantity, lines.c.unit_price)
    engine = create_engine(url(folder))
    with engine.connect() as connection:
        bought = {}
        for order, quantity, price in connection.execute(wanted):
            bought[order] = bought.get(order, Decimal(0)) + quantity * price
        found = connection.execute(select(orders)).mappings().all()
        assert connection.scalar(select(func.count()).select_from(orders)) == len(bought)
    engine.dispose()
    for order in found:
        assert order["subtotal"] == bought[order["order_id"]]
        assert order["total"] == order["subtotal"] - order["discount"] + order["shipping"] + order["tax"]
        assert order["total"].as_tuple().exponent == -2


NEVER = {
    "membership of nobody": "memberships WHERE account_id NOT IN (SELECT account_id FROM accounts)",
    "membership of nothing": "memberships WHERE org_id NOT IN (SELECT org_id FROM organisations)",
    "member before the account": "memberships JOIN accounts USING (account_id) WHERE joined_at < created_at",
    "sign-in of nobody": "sign_in_log WHERE account_id NOT IN (SELECT account_id FROM accounts)",
    "sign-in before sign-up": "sign_in_log JOIN accounts USING (account_id) WHERE signed_in_at < created_at",
    "change before sign-up": "profile_change_log JOIN accounts USING (account_id) WHERE changed_at < created_at",
    "account updated before created": "accounts WHERE updated_at < created_at",
    "account not updated with its details": """accounts a WHERE updated_at <> coalesce((SELECT max(changed_at)
        FROM profile_change_log p WHERE p.account_id = a.account_id AND section = 'details'), created_at)""",
    "license not changed when it says": """licenses l WHERE updated_at <> (SELECT max(changed_at)
        FROM license_changes c WHERE c.license_id = l.license_id)""",
    "license not added when created": """licenses l WHERE created_at <> (SELECT changed_at
        FROM license_changes c WHERE c.license_id = l.license_id AND action = 'added')""",
    "cart event without cart": "cart_events WHERE cart_id NOT IN (SELECT cart_id FROM carts)",
    "cart event before its cart": "cart_events JOIN carts USING (cart_id) WHERE happened_at < created_at",
    "cart before sign-up": "carts c JOIN accounts a USING (account_id) WHERE c.created_at < a.created_at",
    "checkout before the cart is full": """checkouts c WHERE started_at < (SELECT max(happened_at)
        FROM cart_events e WHERE e.cart_id = c.cart_id)""",
    "checkout lines that are not what the cart holds": """checkouts c WHERE
        (SELECT count(*) FROM checkout_lines l WHERE l.checkout_id = c.checkout_id) <>
        (SELECT sum(CASE action WHEN 'add' THEN 1 ELSE -1 END) FROM cart_events e WHERE e.cart_id = c.cart_id)""",
    "checkout of another value": """checkouts c WHERE abs(cart_value - (SELECT sum(quantity * unit_price)
        FROM checkout_lines l WHERE l.checkout_id = c.checkout_id)) > 0.001""",
    "order before its checkout": """orders LEFT JOIN checkouts USING (checkout_id)
        WHERE (placed_at > started_at) IS NOT 1""",
    "order completed before placed": "orders WHERE completed_at < placed_at OR updated_at < placed_at",
    "order whose end does not fit": "orders WHERE (completed_at IS NULL) <> (status IN ('cancelled', 'open'))",
    "order line that was not in the checkout": """order_lines JOIN orders USING (order_id) LEFT JOIN checkout_lines l
        USING (checkout_id, line_no, product_id, quantity, unit_price) WHERE l.checkout_id IS NULL""",
    "order of nobody": "orders WHERE account_id IS NULL AND session_id IS NULL",
    "after the last day": """(SELECT signed_in_at AS t FROM sign_in_log UNION ALL SELECT updated_at FROM orders
        UNION ALL SELECT happened_at FROM cart_events UNION ALL SELECT updated_at FROM licenses
        UNION ALL SELECT updated_at FROM accounts UNION ALL SELECT created_at FROM organisations)
        WHERE t > '2026-06-30 12:00:00.000000' OR t < '2019-01-01 00:00:00.000000'""",
    "instant not as SQLAlchemy writes it": "orders WHERE length(placed_at) <> 26 OR substr(placed_at, 11, 1) <> ' '",
}


@pytest.mark.parametrize("what", NEVER)
def test_never(clean, what):
    database, *_ = clean
    assert count(database, f"SELECT count(*) FROM {NEVER[what]}") == 0


@pytest.mark.parametrize("field", ["email", "first_name", "last_name", "phone", "company_name"])
def test_accounts_say_what_the_last_change_said(clean, field):
    """The last value that a details change names for a field is the account's present one."""
    database, *_ = clean
    query = f"""SELECT count(*), sum(a.{field} IS NOT latest) FROM accounts a JOIN (
        SELECT account_id, new_{field} AS latest, max(changed_at) FROM profile_change_log
        WHERE new_{field} IS NOT NULL GROUP BY account_id) USING (account_id)"""
    compared, different = database.execute(query).fetchone()
    assert compared > 20
    assert different == 0


def test_about_ten_events_a_user(clean):
    database, report, *_ = clean
    logs = ("accounts", "sign_in_log", "profile_change_log", "license_changes", "cart_events", "checkouts")
    events = sum(report.rows[table] for table in logs)
    events += count(database, "SELECT count(*) FROM orders WHERE completed_at IS NOT NULL")
    assert 9 < events / 600 < 13
    assert 0.02 < count(database, "SELECT avg(account_id IS NULL) FROM orders") < 0.1
