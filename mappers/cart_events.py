"""Cart events: an item goes into a cart, or leaves it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from mappers.kinds import Instant, Key
from mappers.outcomes import DeadRow, Details, Draft, Filtered, Outcome, Stream
from mappers.products import product

ADDED, REMOVED = "product_added", "product_removed"
_RULE = {"add": ADDED, "remove": REMOVED}


class CartEvent(NamedTuple):
    """A line of the cart log; `action` is `add` or `remove`."""

    row_id: Key
    user_id: Key | None
    anonymous_id: Key | None
    occurred_at: Instant
    action: str
    cart_id: Key
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
    currency: str | None = None


def drafts(rows: Sequence[CartEvent], wanted: frozenset[str], _: Details) -> Iterator[Outcome]:
    """Yield Product Added or Product Removed."""
    for row in rows:
        rule = _RULE.get(row.action)
        if rule is None:
            yield DeadRow(row.row_id, "Unknown-Value", "action is neither add nor remove")
        elif rule not in wanted:
            yield Filtered(row.row_id, "switched off in the plan")
        else:
            properties = product(row)
            properties["cart_id"] = row.cart_id
            if row.currency:
                properties["currency"] = row.currency
            yield Draft(rule, row.user_id, row.anonymous_id, row.occurred_at, row.row_id, "", properties)


CART_EVENTS = Stream(
    "cart_events",
    CartEvent,
    (ADDED, REMOVED),
    drafts,
    log_identity=("user_id", "anonymous_id", "occurred_at", "action", "cart_id", "product_id", "quantity", "position"),
)
