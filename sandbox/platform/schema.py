"""The tables of the sample platform: a store with courses, as such platforms grow over the years.

Every timestamp is naive local time (America/New_York). Keys of people, carts and orders come in two kinds,
by option: integers, some beyond 2^53, or mixed-case strings. Logs carry no unique constraint, since real ones
seldom do.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import BigInteger, Column, Date, DateTime, Index, Integer, MetaData, Numeric, String, Table
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeEngine

KeyKind = Literal["integer", "string"]

_MYSQL_KEY = mysql.VARCHAR(40, charset="utf8mb4", collation="utf8mb4_bin")  # its own would not tell aB3 from Ab3
_MYSQL_INSTANT = mysql.DATETIME(fsp=6)  # its own drops the fraction of a second
KEY_TYPES: dict[KeyKind, TypeEngine[Any]] = {
    "integer": BigInteger(),
    "string": String(40).with_variant(_MYSQL_KEY, "mysql", "mariadb"),
}
MOMENTS = {
    "sign_in_log": "signed_in_at",
    "profile_change_log": "changed_at",
    "license_changes": "changed_at",
    "cart_events": "happened_at",
    "checkouts": "started_at",
    "orders": "updated_at",
    "password_resets": "requested_at",
    "address_history": "changed_at",
}
"""When a row of a log was written: a night asks for some owners' rows since a moment, which these indexes find."""

INSTANT = DateTime().with_variant(_MYSQL_INSTANT, "mysql", "mariadb")


def platform(keys: KeyKind) -> MetaData:
    """Return the sample platform's tables, with primary keys and person references of the given kind."""
    tables = MetaData()

    def key(name: str, *, primary: bool = False, index: bool = False) -> Column[Any]:
        return Column(name, KEY_TYPES[keys], primary_key=primary, autoincrement=False, index=index)

    def text(name: str, size: int = 120) -> Column[str]:
        return Column(name, String(size))

    def instant(name: str, *, index: bool = False) -> Column[datetime]:
        return Column(name, INSTANT, index=index)

    def money(name: str) -> Column[Decimal]:
        return Column(name, Numeric(12, 2))

    # One column a line would be four screens.
    # fmt: off
    Table(
        "accounts", tables,
        key("account_id", primary=True), text("email", 254), text("first_name"), text("last_name"),
        text("phone", 40), text("job_title"), text("company_name"), text("username"), text("website", 200),
        text("gender", 20), Column("birth_date", Date()), text("street"), text("city"), text("state", 40),
        text("postal_code", 20), text("country", 2), instant("created_at", index=True),
        instant("updated_at", index=True), instant("deleted_at"),
    )
    Table(
        "organisations", tables,
        key("org_id", primary=True), text("name"), text("industry"), Column("employee_count", Integer()),
        text("email", 254), text("phone", 40), text("website", 200), text("plan_name", 40),
        text("description", 400), text("street"), text("city"), text("state", 40), text("postal_code", 20),
        text("country", 2), instant("created_at"), instant("updated_at"),
    )
    Table(
        "memberships", tables,
        key("membership_id", primary=True), key("org_id", index=True), key("account_id", index=True),
        text("role", 40), instant("joined_at"), instant("updated_at", index=True),
    )
    Table(
        "sign_in_log", tables,
        Column("log_id", BigInteger()), key("account_id"), instant("signed_in_at", index=True),
        text("ip_address", 45), text("user_agent", 300),
    )
    Table(
        "profile_change_log", tables,
        Column("change_id", BigInteger()), key("account_id"), instant("changed_at", index=True),
        text("section", 20),  # details, password or credit_card
        text("new_email", 254), text("new_first_name"), text("new_last_name"), text("new_phone", 40),
        text("new_company_name"),  # new values of what changed in the details, null otherwise
    )
    Table(
        "licenses", tables,
        key("license_id", primary=True), key("account_id", index=True), text("profession"),
        text("license_type", 60), text("license_number", 40), text("state", 40), text("status", 20),
        Column("issued_on", Date()), Column("expires_on", Date()), instant("created_at"),
        instant("updated_at", index=True),
    )
    Table(
        "license_changes", tables,
        Column("change_id", BigInteger()), key("license_id"), key("account_id"),
        text("action", 10),  # added or edited
        instant("changed_at", index=True),
    )
    Table(
        "products", tables,
        Column("product_id", Integer(), primary_key=True, autoincrement=False), text("sku", 40),
        text("name", 200), text("category"), text("brand"), text("variant"), money("list_price"),
        text("url", 300), text("image_url", 300),
    )
    Table(
        "carts", tables,
        key("cart_id", primary=True), key("account_id", index=True), text("session_id", 64),
        text("currency", 3), instant("created_at"),
    )
    Table(
        "cart_events", tables,  # a log without any key: two equal rows are two events
        key("cart_id"), key("account_id"), Column("session_id", String(64)),
        instant("happened_at", index=True), text("action", 10),  # add or remove
        Column("product_id", Integer()), Column("quantity", Integer()), money("unit_price"),
        Column("position", Integer()), text("coupon", 40),
    )
    Table(
        "checkouts", tables,
        key("checkout_id", primary=True), key("cart_id"), key("account_id"),
        Column("session_id", String(64)), instant("started_at", index=True), money("cart_value"),
        text("currency", 3), text("coupon", 40),
    )
    Table(
        "checkout_lines", tables,
        key("checkout_id", primary=True), Column("line_no", Integer(), primary_key=True, autoincrement=False),
        Column("product_id", Integer()), Column("quantity", Integer()), money("unit_price"),
    )
    Table(
        "orders", tables,
        key("order_id", primary=True), key("checkout_id"), key("account_id"),
        Column("session_id", String(64)),
        text("status", 20),  # open, cancelled, completed or refunded
        Column("is_test", Integer()), instant("placed_at"), instant("completed_at"),
        instant("updated_at", index=True),
        money("subtotal"), money("discount"), money("shipping"), money("tax"), money("total"),
        text("currency", 3), text("coupon", 40), text("affiliation", 80),
    )
    Table(
        "order_lines", tables,
        key("order_id", primary=True), Column("line_no", Integer(), primary_key=True, autoincrement=False),
        Column("product_id", Integer()), Column("quantity", Integer()), money("unit_price"), text("coupon", 40),
    )
    Table(
        "password_resets", tables,
        Column("reset_id", BigInteger(), primary_key=True, autoincrement=False), key("account_id"),
        instant("requested_at", index=True), instant("mail_sent_at"),
    )
    Table(
        "address_history", tables,
        Column("history_id", BigInteger(), primary_key=True, autoincrement=False),
        key("account_id"), text("kind", 10),  # billing or shipping
        text("street"), text("city"), text("state", 40), text("postal_code", 20), text("country", 2),
        instant("changed_at", index=True),
    )
    # fmt: on
    for name, moment in MOMENTS.items():
        table = tables.tables[name]
        for owner in ("account_id", "session_id"):
            if owner in table.c:
                Index(f"{name}_of_{owner.removesuffix('_id')}", table.c[owner], table.c[moment])
    for table in tables.tables.values():
        table.kwargs.update(mysql_charset="utf8mb4", mariadb_charset="utf8mb4")
    return tables
