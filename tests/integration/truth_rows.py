"""The sample platform's rows, read with the standard library alone: their instants in UTC, and those that are dead."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
EARLIEST, LATEST = datetime(1971, 1, 1), datetime(9000, 1, 1)  # noqa: DTZ001  # naive, as the platform writes them

Row = dict[str, Any]

PRODUCT = "p.sku, p.category, p.name, p.brand, p.variant, p.url, p.image_url"


@dataclass(frozen=True)
class Table:
    """A stream's rows: the query, the columns of its instants, and those that must not be null.

    `row_id` tells rows apart (none: each row is a row), `visitors` says that a row may have a session for an account.
    """

    query: str
    row_id: tuple[str, ...]
    instants: tuple[str, ...] = ()
    moment: str | None = None
    required: tuple[str, ...] = ()
    visitors: bool = False


TABLES: Mapping[str, Table] = {
    "accounts": Table("SELECT * FROM accounts", ("account_id",), ("created_at", "updated_at"), "updated_at"),
    "licenses": Table("SELECT * FROM licenses", ("license_id",), ("created_at", "updated_at"), "updated_at"),
    "memberships": Table(
        "SELECT m.membership_id, m.account_id, m.updated_at AS member_updated_at, m.org_id AS group_id, o.*"
        " FROM memberships m LEFT JOIN organisations o ON o.org_id = m.org_id",
        ("membership_id",),
        ("member_updated_at", "created_at", "updated_at"),
        "member_updated_at",
        ("group_id",),
    ),
    "sign_ups": Table("SELECT * FROM accounts", ("account_id",), ("created_at",), "created_at"),
    "sign_ins": Table(
        "SELECT s.*, a.email FROM sign_in_log s LEFT JOIN accounts a ON a.account_id = s.account_id",
        ("log_id",),
        ("signed_in_at",),
        "signed_in_at",
    ),
    "profile_updates": Table(
        "SELECT * FROM profile_change_log", ("change_id",), ("changed_at",), "changed_at", ("section",)
    ),
    "license_changes": Table(
        "SELECT * FROM license_changes", ("change_id",), ("changed_at",), "changed_at", ("license_id", "action")
    ),
    "cart_events": Table(
        f"SELECT e.*, {PRODUCT} FROM cart_events e LEFT JOIN products p ON p.product_id = e.product_id",  # noqa: S608
        (),
        ("happened_at",),
        "happened_at",
        ("action", "cart_id", "product_id"),
        visitors=True,
    ),
    "checkouts": Table("SELECT * FROM checkouts", ("checkout_id",), ("started_at",), "started_at", visitors=True),
    "checkout_lines": Table(
        f"SELECT l.*, NULL AS coupon, {PRODUCT} FROM checkout_lines l"  # noqa: S608
        " LEFT JOIN products p ON p.product_id = l.product_id",
        ("checkout_id", "line_no"),
        required=("product_id",),
    ),
    "orders": Table("SELECT * FROM orders", ("order_id",), ("completed_at",), visitors=True),
    "order_lines": Table(
        f"SELECT l.*, {PRODUCT} FROM order_lines l LEFT JOIN products p ON p.product_id = l.product_id",  # noqa: S608
        ("order_id", "line_no"),
        required=("product_id",),
    ),
}


@dataclass
class Fates:
    """What became of every row: counts by stream, fate and reason, and the dead rows themselves by stream."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    dead: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def map(self, stream: str) -> None:
        self.counts[stream, "mapped", ""] += 1

    def filter(self, stream: str, reason: str) -> None:
        self.counts[stream, "filtered", reason] += 1

    def bury(self, stream: str, row: Row, reason: str) -> None:
        self.counts[stream, "dead", reason] += 1
        self.dead[stream].append(row)

    def dead_values(self, stream: str, column: str) -> set[Any]:
        return {row[column] for row in self.dead[stream]}

    def of(self, *streams: str) -> Counter[tuple[str, str]]:
        """Count rows by stream and fate, of these streams or of all."""
        total: Counter[tuple[str, str]] = Counter()
        for (stream, fate, _), count in self.counts.items():
            if not streams or stream in streams:
                total[stream, fate] += count
        return total


def utc(local: str) -> datetime:
    """Return the instant of a time in New York, the earlier offset where the clock says it twice or skips it."""
    return datetime.fromisoformat(local).replace(tzinfo=ZONE, fold=0).astimezone(UTC)


def wire(instant: datetime) -> str:
    """Write an instant as a message has it, cut to milliseconds."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03}Z"


def living(database: Path, stream: str, now: datetime, fates: Fates) -> list[Row]:
    """Return the rows of a stream that are neither dead nor copies, each instant in UTC; the others get their fate."""
    table = TABLES[stream]
    rows = _rows(database, table)
    conflicting = _conflicting(rows) if table.row_id else set()
    healthy: dict[int | str, Row] = {}
    for place, row in enumerate(rows):
        reason = _fault(row, table, now) or ("Conflicting-Rows" if row["row_id"] in conflicting else None)
        if reason:
            fates.bury(stream, row, reason)
        elif row["row_id"] in healthy:
            fates.filter(stream, "exact copy")
        else:
            instants = {name: utc(row[name]) for name in table.instants if row[name] is not None}
            healthy[row["row_id"] if table.row_id else place] = row | instants
    return list(healthy.values())


def _conflicting(rows: list[Row]) -> set[str]:
    """Return the ids of rows that share their id and differ."""
    first: dict[str, Row] = {}
    return {row["row_id"] for row in rows if first.setdefault(row["row_id"], row) != row}


def _rows(database: Path, table: Table) -> list[Row]:
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(table.query)]
    return [row | {"row_id": "/".join(str(row[name]) for name in table.row_id)} for row in rows]


def _fault(row: Row, table: Table, now: datetime) -> str | None:
    if "account_id" in row:
        account, session = row["account_id"], row.get("session_id") if table.visitors else None
        if account is None and session is None:
            return "No-Identity"
        if account is None and not session.strip():
            return "Blank-Key"
    for name in table.instants:
        if row[name] is None:
            if name == table.moment:
                return "Missing-Time"
        elif not EARLIEST <= datetime.fromisoformat(row[name]) < LATEST:
            return "Sentinel-Time"
        elif utc(row[name]) > now:
            return "Future-Time"
    return "Missing-Value" if any(row[name] is None for name in table.required) else None
