"""Each kind of dirt is in the database as often as the report says."""
# ruff: noqa: S608  (every query here is put together from our own table and column names)

import re
import sqlite3

import pytest

from sandbox.platform.instants import AUTUMN_FOLDS, HOUR, SPRING_GAPS
from sandbox.platform.odd_people import ODD_VALUES
from sandbox.platform.sample import SampleOptions, write_sample


def within(column, hours):
    spans = [
        f"({column} >= '{str(start).replace('T', ' ')}' AND {column} < '{str(start + HOUR).replace('T', ' ')}')"
        for start in hours
    ]
    return " OR ".join(spans)


def odd(kind):
    column, values = ODD_VALUES[kind]
    if values == (None,):
        return f"SELECT count(*) FROM accounts WHERE {column} IS NULL"
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"SELECT count(*) FROM accounts WHERE {column} IN ({listed})"


def doubles(table):
    columns = {
        "sign_in_log": "log_id, account_id, signed_in_at, ip_address, user_agent",
        "profile_change_log": (
            "change_id, account_id, changed_at, section, new_email, new_first_name, new_last_name, new_phone,"
            " new_company_name"
        ),
        "license_changes": "change_id, license_id, account_id, action, changed_at",
        "cart_events": (
            "cart_id, account_id, session_id, happened_at, action, product_id, quantity, unit_price, position, coupon"
        ),
    }[table]
    return f"SELECT (SELECT count(*) FROM {table}) - (SELECT count(*) FROM (SELECT DISTINCT {columns} FROM {table}))"


def nobody(table):
    return f"SELECT count(*) FROM {table} WHERE account_id IS NULL AND session_id IS NULL"


def blank(table):
    return f"SELECT count(*) FROM {table} WHERE account_id IS NULL AND trim(session_id) = ''"


def missing(table):
    return f"SELECT count(*) FROM {table} WHERE account_id NOT IN (SELECT account_id FROM accounts)"


def rows(table, condition):
    return f"SELECT count(*) FROM {table} WHERE {condition}"


HEAVY = """SELECT count(*) FROM (
    SELECT account_id, sum(n) AS events FROM (
        SELECT account_id, count(*) AS n FROM sign_in_log GROUP BY 1
        UNION ALL SELECT account_id, count(*) FROM cart_events GROUP BY 1
        UNION ALL SELECT account_id, count(*) FROM checkouts GROUP BY 1
        UNION ALL SELECT account_id, count(*) FROM orders GROUP BY 1
    ) WHERE account_id IS NOT NULL GROUP BY 1
) WHERE events >= 10000"""
CENTS = "CAST(round(100 * {}) AS INTEGER)"
OFF = " + ".join(CENTS.format(part) for part in ("shipping", "tax", "subtotal"))
CONFLICTS = """SELECT count(*) FROM (SELECT log_id FROM (
    SELECT DISTINCT log_id, account_id, signed_in_at, ip_address, user_agent FROM sign_in_log
) GROUP BY log_id HAVING count(*) > 1)"""
CASE_PAIRS = "SELECT count(*) - count(DISTINCT lower(account_id)) FROM accounts"

QUERIES = {
    **{kind: odd(kind) for kind in ODD_VALUES},
    "mixed_case_emails": rows("accounts", "email <> lower(email)"),
    "deleted_accounts": rows("accounts", "deleted_at IS NOT NULL"),
    "accounts_created_1900": rows("accounts", "created_at LIKE '1900-01-01 %'"),
    "phones_not_in_e164": rows("accounts", "phone NOT GLOB '+1[0-9][0-9][0-9]555*'"),
    "heavy_accounts": HEAVY,
    "sign_ins_of_missing_accounts": missing("sign_in_log"),
    "sign_ins_without_account": rows("sign_in_log", "account_id IS NULL"),
    "sign_ins_at_1900": rows("sign_in_log", "signed_in_at = '1900-01-01 00:00:00.000000'"),
    "sign_ins_at_9999": rows("sign_in_log", "signed_in_at = '9999-12-31 00:00:00.000000'"),
    "future_sign_ins": rows("sign_in_log", "signed_in_at LIKE '2099-%'"),
    "null_sign_in_instants": rows("sign_in_log", "signed_in_at IS NULL"),
    "sign_ins_in_spring_gaps": rows("sign_in_log", within("signed_in_at", SPRING_GAPS)),
    "sign_ins_in_autumn_folds": rows("sign_in_log", within("signed_in_at", AUTUMN_FOLDS)),
    "duplicate_sign_ins": doubles("sign_in_log"),
    "duplicate_profile_changes": doubles("profile_change_log"),
    "duplicate_license_changes": doubles("license_changes"),
    "conflicting_sign_ins": CONFLICTS,
    "cart_event_doubles": doubles("cart_events"),
    "orders_of_missing_accounts": missing("orders"),
    "cart_events_without_user": nobody("cart_events"),
    "checkouts_without_user": nobody("checkouts"),
    "orders_without_user": nobody("orders"),
    "cart_events_with_blank_session": blank("cart_events"),
    "checkouts_with_blank_session": blank("checkouts"),
    "orders_with_blank_session": blank("orders"),
    "orders_completed_at_1900": rows("orders", "completed_at = '1900-01-01 00:00:00.000000'"),
    "orders_completed_at_9999": rows("orders", "completed_at = '9999-12-31 00:00:00.000000'"),
    "future_orders": rows("orders", "placed_at LIKE '2099-%'"),
    "cart_events_in_spring_gaps": rows("cart_events", within("happened_at", SPRING_GAPS)),
    "cart_events_in_autumn_folds": rows("cart_events", within("happened_at", AUTUMN_FOLDS)),
    "orders_in_spring_gaps": rows("orders", within("completed_at", SPRING_GAPS)),
    "orders_in_autumn_folds": rows("orders", within("completed_at", AUTUMN_FOLDS)),
    "orders_with_wrong_total": rows("orders", f"{CENTS.format('total')} <> {OFF} - {CENTS.format('discount')}"),
    "test_orders": rows("orders", "is_test = 1"),
    "cancelled_orders": rows("orders", "status = 'cancelled'"),
    "orphan_order_lines": rows("order_lines", "order_id NOT IN (SELECT order_id FROM orders)"),
}
BY_KEYS = {
    "integer": {"account_keys_beyond_2_53": rows("accounts", "account_id > 9007199254740992")},
    "string": {"keys_differing_only_in_case": CASE_PAIRS},
}


@pytest.mark.parametrize("keys", ["integer", "string"])
@pytest.mark.parametrize("users", [50, 600])
def test_every_kind_is_there_as_often_as_reported(tmp_path, keys, users):
    report = write_sample(f"sqlite:///{tmp_path}/s.db", SampleOptions(users=users, keys=keys))
    with sqlite3.connect(tmp_path / "s.db") as database:
        queries = QUERIES | BY_KEYS[keys]
        counted = {kind: database.execute(query).fetchone()[0] for kind, query in queries.items()}
        exact = database.execute(doubles("cart_events")).fetchone()[0]
    database.close()
    assert counted == report.hostile
    assert exact == counted["cart_event_doubles"]
    assert min(counted.values()) >= 1


@pytest.mark.parametrize("seed", range(4))
def test_the_smallest_sample_holds_every_kind_whatever_the_seed(tmp_path, seed):
    report = write_sample(f"sqlite:///{tmp_path}/s.db", SampleOptions(users=40, seed=seed))
    assert set(report.hostile) == QUERIES.keys() | BY_KEYS["integer"].keys()


def test_phones_are_written_in_ten_formats(tmp_path):
    write_sample(f"sqlite:///{tmp_path}/s.db", SampleOptions(users=200))
    database = sqlite3.connect(tmp_path / "s.db")
    phones = [phone for (phone,) in database.execute("SELECT phone FROM accounts WHERE phone IS NOT NULL")]
    database.close()
    assert len({re.sub(r"\d", "9", phone) for phone in phones}) == 10


def test_a_clean_sample_has_no_dirt_but_what_every_store_has(tmp_path):
    """Cancelled orders, tests and huge keys are ordinary life; a clean sample reports none of them as planted."""
    report = write_sample(f"sqlite:///{tmp_path}/s.db", SampleOptions(hostile=False))
    database = sqlite3.connect(tmp_path / "s.db")
    counted = {kind: database.execute(query).fetchone()[0] for kind, query in QUERIES.items()}
    database.close()
    assert report.hostile == {}
    assert {kind for kind, count in counted.items() if count} <= {"cancelled_orders", "test_orders"}
