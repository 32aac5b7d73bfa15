"""Checkouts: a user starts to check out."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from mappers.kinds import Instant, Key
from mappers.messages import merged
from mappers.outcomes import DeadRow, Detail, Details, Draft, Outcome, Stream
from mappers.products import number, products

STARTED = "checkout_started"


class Checkout(NamedTuple):
    """A checkout at its start; `value` is what the cart is worth."""

    row_id: Key
    user_id: Key | None
    anonymous_id: Key | None
    occurred_at: Instant
    order_id: Key | None = None
    affiliation: str | None = None
    value: Decimal | None = None
    revenue: Decimal | None = None
    shipping: Decimal | None = None
    tax: Decimal | None = None
    discount: Decimal | None = None
    coupon: str | None = None
    currency: str | None = None


class CheckoutLine(NamedTuple):
    """A product in the checkout."""

    checkout_id: Key
    line_id: Key
    product_id: Key
    sku: str | None = None
    category: str | None = None
    name: str | None = None
    brand: str | None = None
    variant: str | None = None
    price: Decimal | None = None
    quantity: int | None = None
    coupon: str | None = None
    position: int | None = None
    url: str | None = None
    image_url: str | None = None


LINES = Detail(
    "checkout_lines",
    CheckoutLine,
    key="checkout_id",
    owner="row_id",
    orphan=DeadRow,
    identity=("checkout_id", "line_id"),
    scope=("user_id", "anonymous_id"),
    window="occurred_at",
)


def drafts(rows: Sequence[Checkout], _: frozenset[str], lines: Details) -> Iterator[Outcome]:
    """Yield Checkout Started with its products."""
    for row in rows:
        standard = {"currency": row.currency, "revenue": number(row.revenue), "value": number(row.value)}
        custom = {
            "checkout_id": row.row_id,
            "order_id": row.order_id,
            "affiliation": row.affiliation,
            "shipping": number(row.shipping),
            "tax": number(row.tax),
            "discount": number(row.discount),
            "coupon": row.coupon,
            "products": products(lines.get(row.row_id, ())),
        }
        properties = merged("track", standard, custom)
        yield Draft(STARTED, row.user_id, row.anonymous_id, row.occurred_at, row.row_id, "", properties)


CHECKOUTS = Stream("checkouts", Checkout, (STARTED,), drafts, detail=LINES)
