"""The floor's reading: the models' own SQL in ranges of keys, straight from the driver."""

import sqlite3
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

Fetched = Mapping[str, list[tuple[Any, ...]]]
"""A page's rows by model."""

PAGE_USERS = 800
"""Users a page: about as many as give the whole path's page its rows."""

_THING = ("product_id", "sku", "category", "name", "brand", "variant", "price", "quantity", "coupon", "position")
PRODUCT = (*_THING, "url", "image_url")
CHECKOUT_PRODUCT = tuple(name for name in PRODUCT if name != "coupon")
ADDRESS = ("street", "city", "state", "postal_code", "country")
TRAITS = ("email", "title", "username", "website", "gender", "birthday")
NAMES = ("first_name", "last_name", "company_name")
LICENSE = ("license_id", "profession", "license_type", "license_number", "state", "status", "issued_on", "expires_on")
GROUP_TRAITS = ("name", "industry", "employees", "email", "phone", "website", "plan", "description")
ORDER = ("affiliation", "subtotal", "total", "shipping", "tax", "discount", "coupon", "currency")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "accounts": ("changed_at", "is_deleted", "created_at", "phone", *TRAITS, *NAMES, *ADDRESS),
    "licenses": LICENSE,
    "memberships": ("changed_at", "group_id", "created_at", *GROUP_TRAITS, *ADDRESS),
    "sign_ups": ("occurred_at",),
    "sign_ins": ("occurred_at", "ip", "user_agent"),
    "profile_updates": ("occurred_at", "section", "phone", "company_name"),
    "license_changes": ("occurred_at", "license_id", "action"),
    "cart_events": ("occurred_at", "action", "cart_id", *PRODUCT),
    "checkouts": ("occurred_at", "row_id", "value", "currency", "coupon"),
    "checkout_lines": ("checkout_id", *CHECKOUT_PRODUCT),
    "orders": ("occurred_at", "row_id", "checkout_id", "is_completed", "is_test", *ORDER),
    "order_lines": ("order_id", *PRODUCT),
}
"""The columns that the floor takes of each model, after the user's or visitor's id."""

_NAMED_OTHERWISE = {("accounts", "title"): "job_title", ("licenses", "license_id"): "row_id"}
_VISITED = ("cart_events", "checkouts", "checkout_lines", "orders", "order_lines")


class Model(NamedTuple):
    """A model's SQL, and the columns that the floor takes of it; NULL stands for a product's that it does not yield."""

    sql: str
    columns: str


class Page(NamedTuple):
    """A range of keys of users or of visitors, open at `low`, closed at `high`; None is no bound."""

    identity: str
    low: Any
    high: Any

    @property
    def column(self) -> str:
        """Return the models' column of the key."""
        return "user_id" if self.identity == "userId" else "anonymous_id"


def load_models(database: sqlite3.Connection, folder: str) -> dict[str, Model]:
    """Return the models that the floor reads."""
    return {name: _model(database, name, Path(folder, f"{name}.sql").read_text("utf-8").strip()) for name in COLUMNS}


def pages(database: sqlite3.Connection, models: Mapping[str, Model]) -> Iterator[Page]:
    """Yield the pages: all users, then the visitors that are no users."""
    users = database.execute(f"SELECT user_id FROM ({models['accounts'].sql}) ORDER BY 1").fetchall()  # noqa: S608  # ours
    visited = f"SELECT DISTINCT anonymous_id FROM ({models['cart_events'].sql}) WHERE user_id IS NULL ORDER BY 1"  # noqa: S608  # ours
    yield from _cut("userId", users)
    yield from _cut("anonymousId", database.execute(visited).fetchall())


def fetch(database: sqlite3.Connection, models: Mapping[str, Model], page: Page) -> Fetched:
    """Return the rows of every model on the page."""
    names = COLUMNS if page.identity == "userId" else _VISITED
    bounds = [bound for bound in (page.low, page.high) if bound is not None]
    return {name: database.execute(_query(models[name], page), bounds).fetchall() for name in names}


def _cut(identity: str, keys: list[tuple[Any]]) -> Iterator[Page]:
    edges = [key for (key,) in keys[PAGE_USERS::PAGE_USERS]]
    return (Page(identity, low, high) for low, high in pairwise([None, *edges, None]))


def _model(database: sqlite3.Connection, name: str, sql: str) -> Model:
    yielded = [column for column, *_ in database.execute(f"SELECT * FROM ({sql}) LIMIT 0").description]  # noqa: S608  # ours
    absent = frozenset(PRODUCT).difference(yielded)
    columns = [_NAMED_OTHERWISE.get((name, column), column) for column in COLUMNS[name]]
    return Model(sql, ", ".join("NULL" if column in absent else column for column in columns))


def _query(model: Model, page: Page) -> str:
    key = page.column
    conditions = ["user_id IS NULL"] if key == "anonymous_id" else []
    conditions += [f"{key} > ?"] if page.low is not None else []
    conditions += [f"{key} <= ?"] if page.high is not None else []
    if page.low is None:
        conditions += [f"{key} IS NOT NULL"]
    return f"SELECT {key}, {model.columns} FROM ({model.sql}) WHERE {' AND '.join(conditions)}"  # noqa: S608  # ours
