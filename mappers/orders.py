"""Orders: a purchase completes."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from mappers.kinds import Instant, Key
from mappers.messages import Json, merged
from mappers.outcomes import DeadRow, Detail, Details, Draft, Filtered, Finding, Outcome, Stream
from mappers.products import number, products

COMPLETED = "order_completed"


class Order(NamedTuple):
    """An order. `is_completed`: the purchase completed, even if it was refunded later; `occurred_at`: when."""

    row_id: Key
    user_id: Key | None
    anonymous_id: Key | None
    occurred_at: Instant | None
    is_completed: bool
    is_test: bool = False
    checkout_id: Key | None = None
    affiliation: str | None = None
    subtotal: Decimal | None = None
    total: Decimal | None = None
    shipping: Decimal | None = None
    tax: Decimal | None = None
    discount: Decimal | None = None
    coupon: str | None = None
    currency: str | None = None


class OrderLine(NamedTuple):
    """A product that was bought; `price` is that of one piece."""

    order_id: Key
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
    "order_lines",
    OrderLine,
    key="order_id",
    owner="row_id",
    orphan=DeadRow,
    identity=("order_id", "line_id"),
    scope=("user_id", "anonymous_id"),
    window="occurred_at",
)


def drafts(rows: Sequence[Order], _: frozenset[str], lines: Details) -> Iterator[Outcome]:
    """Yield Order Completed with its products; test orders and those that never completed are filtered."""
    for row in rows:
        if row.is_test:
            yield Filtered(row.row_id, "test order")
        elif not row.is_completed:
            yield Filtered(row.row_id, "order not completed")
        elif row.occurred_at is None:
            yield DeadRow(row.row_id, "Missing-Time", "occurred_at is null")
        else:
            bought = lines.get(row.row_id, ())
            if disagrees(row, bought):
                yield Finding(row.row_id, "total disagrees with lines")
            properties = _properties(row, bought)
            yield Draft(COMPLETED, row.user_id, row.anonymous_id, row.occurred_at, row.row_id, "", properties)


def disagrees(order: Order, lines: Sequence[OrderLine]) -> bool:
    """Tell whether the order's total is another than lines - discount + shipping + tax, in exact cents."""
    if order.total is None:
        return False
    expected = Decimal(0)
    for line in lines:
        expected += (line.price or 0) * (line.quantity or 0)
    expected += (order.shipping or 0) + (order.tax or 0) - (order.discount or 0)
    return expected != order.total


def _properties(order: Order, lines: Sequence[OrderLine]) -> dict[str, Json]:
    standard = {"currency": order.currency, "revenue": number(_revenue(order))}
    custom = {
        "order_id": order.row_id,
        "checkout_id": order.checkout_id,
        "affiliation": order.affiliation,
        "subtotal": number(order.subtotal),
        "total": number(order.total),
        "shipping": number(order.shipping),
        "tax": number(order.tax),
        "discount": number(order.discount),
        "coupon": order.coupon,
        "products": products(lines),
    }
    return merged("track", standard, custom)


def _revenue(order: Order) -> Decimal | None:
    """Return the total without shipping and tax, as the e-commerce spec defines revenue."""
    return None if order.total is None else order.total - (order.shipping or 0) - (order.tax or 0)


ORDERS = Stream("orders", Order, (COMPLETED,), drafts, detail=LINES)
