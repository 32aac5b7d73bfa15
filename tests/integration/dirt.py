"""More dirt than the sample has of itself: rows at the edges of every rule, added to its SQLite file by plain SQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

Key = int | str

PEOPLE = (
    {"email": "two words@example.com"},
    {"email": "two@at@example.com"},
    {"email": "nobody.example.com"},
    {"email": "@example.com"},
    {"email": "nobody@"},
    {"email": "   "},
    {"email": " padded@example.com\t", "first_name": "  Mary Jane ", "last_name": "\u00a0Watson\n"},
    {"email": "jörg@münchen.example"},
    {"first_name": "   "},
    {"last_name": ""},
    {"updated_at": None},
    {"created_at": None},
    {"updated_at": "9000-01-01 00:00:00.000000"},
    {"updated_at": "1970-12-31 23:59:59.999999"},
    {"created_at": "1971-01-01 00:00:00.000000"},
    {"phone": "+44 (0)20 7946 0000 EXT. 12"},
    {"phone": "x12"},
    {"phone": "no phone"},
    {"phone": "(212) 555-0100#9"},
    {"street": None, "city": "", "state": None, "postal_code": "10001", "country": None},
    {"company_name": "  ", "job_title": "", "website": " ", "gender": "\u2028"},
)
INSTANTS = (
    "2020-03-08 01:59:59.999999",
    "2020-03-08 02:00:00.000000",
    "2020-03-08 02:59:59.999999",
    "2020-03-08 03:00:00.000000",
    "2020-11-01 00:59:59.999999",
    "2020-11-01 01:00:00.000000",
    "2020-11-01 01:59:59.999999",
    "2020-11-01 02:00:00.000000",
    "2020-12-31 23:59:59.999999",
    "2021-01-01 00:00:00.000999",
    "2021-06-01 12:00:00.000000",
    "2021-06-01 12:00:00.000000",
    "1970-12-31 23:59:59.999999",
    "1971-01-01 00:00:00.000000",
    "8999-12-31 23:59:59.999999",
    "9000-01-01 00:00:00.000000",
)
PRICES = (None, 0, 0.01, 0.1, 1.1, 4.35, 1234567.89, 9999999999.99, -5.25, 100)


@dataclass
class _Spoiler:
    connection: sqlite3.Connection
    keys: Iterator[Key]

    def add(self, table: str, **values: Any) -> None:
        columns, places = ", ".join(values), ", ".join("?" * len(values))
        self.connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(values.values()))  # noqa: S608

    def account(self, **changes: Any) -> Key:
        key = next(self.keys)
        at = "2022-02-02 10:00:00.000000"
        people = {"email": "some@example.com", "first_name": "Some", "last_name": "Body"}
        self.add("accounts", **({"account_id": key, "created_at": at, "updated_at": at} | people | changes))
        return key


def spoil(database: Path, *, strings: bool) -> None:
    """Add the dirt to the sample platform in this file."""
    keys: Iterator[Key] = (f"dirt{number:04}" if strings else 700_000 + number for number in count())
    with closing(sqlite3.connect(database)) as connection, connection:
        spoiler = _Spoiler(connection, keys)
        people = [spoiler.account(**changes) for changes in PEOPLE]
        _spoil_logs(spoiler, people[0])
        _spoil_organisations(spoiler, people[0])
        _spoil_licenses(spoiler)
        _spoil_carts(spoiler, people[0])
        _spoil_orders(spoiler, people[0])


def _spoil_logs(spoiler: _Spoiler, who: Key) -> None:
    for number, at in enumerate(INSTANTS, 800_000):
        spoiler.add("sign_in_log", log_id=number, account_id=who, signed_in_at=at)
    dead_and_alive = {"log_id": 810_000, "account_id": who}
    spoiler.add("sign_in_log", **dead_and_alive, signed_in_at="1900-01-01 00:00:00.000000")
    spoiler.add("sign_in_log", **dead_and_alive, signed_in_at="2021-01-01 00:00:00.000000")
    for copies in range(3):
        spoiler.add("sign_in_log", log_id=820_000, account_id=who, signed_in_at=f"2021-01-0{1 + copies // 2} 00:00:00")
        spoiler.add("sign_in_log", log_id=830_000, account_id=who, signed_in_at="2021-01-01 00:00:00")
    spoiler.add(
        "profile_change_log",
        change_id=800_000,
        account_id=spoiler.account(),
        changed_at="2024-04-04 04:04:04.444444",
        section="avatar",
        new_phone="212-555-0100",
    )
    changes = {"account_id": who, "changed_at": "2021-05-05 05:05:05.555555"}
    spoiler.add("profile_change_log", change_id=800_001, section="details", new_email="not one", **changes)
    spoiler.add("profile_change_log", change_id=800_002, section="details", new_phone="ext 5", **changes)
    spoiler.add("profile_change_log", change_id=800_003, **changes)
    spoiler.add("license_changes", change_id=800_000, license_id=who, action="removed", **changes)
    spoiler.add("license_changes", change_id=800_001, action="added", **changes)


def _spoil_organisations(spoiler: _Spoiler, who: Key) -> None:
    fine = "2021-01-01 00:00:00.000000"
    for changes in ({"created_at": "1900-01-01 00:00:00.000000"}, {"email": "no e-mail"}, {"name": " ", "phone": "x1"}):
        org = next(spoiler.keys)
        spoiler.add("organisations", **({"org_id": org, "created_at": fine, "updated_at": fine} | changes))
        spoiler.add("memberships", membership_id=next(spoiler.keys), org_id=org, account_id=who, updated_at=fine)
    for changes in ({"org_id": next(spoiler.keys)}, {}, {"org_id": org, "account_id": next(spoiler.keys)}):
        values = {"membership_id": next(spoiler.keys), "account_id": who, "updated_at": fine} | changes
        spoiler.add("memberships", **values)


def _spoil_licenses(spoiler: _Spoiler) -> None:
    """Add a license that is dead, of an account that made changes, and one of an account that is not there."""
    fine = "2021-01-01 00:00:00.000000"
    for owner, created_at in ((spoiler.account(), "1900-01-01 00:00:00.000000"), (next(spoiler.keys), fine)):
        license_id = next(spoiler.keys)
        spoiler.add("licenses", license_id=license_id, account_id=owner, created_at=created_at, updated_at=fine)
        values = {"license_id": license_id, "account_id": owner, "action": "edited", "changed_at": fine}
        number = 900_000 if created_at == fine else 900_001
        spoiler.add("license_changes", change_id=number, **values)


def _spoil_carts(spoiler: _Spoiler, who: Key) -> None:
    event = {
        "cart_id": next(spoiler.keys),
        "account_id": who,
        "happened_at": "2021-07-07 07:07:07.777777",
        "action": "add",
        "product_id": 1,
        "quantity": 1,
    }
    for price in PRICES:
        spoiler.add("cart_events", **event, unit_price=price)
    for changes in (
        {"session_id": "  "},
        {"session_id": "a-session"},
        {"action": "view"},
        {"product_id": None},
        {"product_id": 99_999},
        {"cart_id": None},
        {"coupon": ""},
        {"account_id": None, "session_id": "sess-é漢"},
        {"account_id": None, "session_id": "\t"},
    ):
        spoiler.add("cart_events", **(event | changes))


def _spoil_orders(spoiler: _Spoiler, who: Key) -> None:
    order = {
        "account_id": who,
        "status": "completed",
        "is_test": 0,
        "completed_at": "2021-08-08 08:08:08.888888",
        "subtotal": 10.1,
        "discount": None,
        "shipping": None,
        "tax": 0.3,
        "total": 10.4,
        "currency": "USD",
    }
    for changes in (
        {"status": "refunded"},
        {"completed_at": None},
        {"is_test": 1, "completed_at": "1900-01-01 00:00:00.000000"},
        {"status": "cancelled", "completed_at": "9999-12-31 00:00:00.000000"},
        {"is_test": None},
        {"account_id": next(spoiler.keys)},
    ):
        key = next(spoiler.keys)
        spoiler.add("orders", **({"order_id": key} | order | changes))
        spoiler.add("order_lines", order_id=key, line_no=1, product_id=1, quantity=1, unit_price=10.1)
    key = next(spoiler.keys)
    spoiler.add("orders", order_id=key, **order)
    spoiler.add("order_lines", order_id=key, line_no=2, product_id=2, quantity=1, unit_price=5.05)
    spoiler.add("order_lines", order_id=key, line_no=1, product_id=None, quantity=1, unit_price=5.05)
    spoiler.add("orders", order_id=next(spoiler.keys), **order)
    without_total = order | {"order_id": next(spoiler.keys), "total": None}
    spoiler.add("orders", **without_total)
