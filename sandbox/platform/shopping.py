"""A visit to the store from the first click to the order, as rows of all six tables."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from sandbox.platform.carts import Habits, Visitors, cart_events, cart_rows, fill_carts
from sandbox.platform.instants import off_the_seams
from sandbox.platform.keys import Mint
from sandbox.platform.orders import check_out, checkout_rows, order_rows
from sandbox.platform.rows import Random, Rows


@dataclass(frozen=True, slots=True)
class Purchases:
    """What a number of visits left in the store's tables."""

    carts: Rows
    events: Rows
    checkouts: Rows
    checkout_lines: Rows
    orders: Rows
    order_lines: Rows

    def __iter__(self) -> Iterator[Rows]:
        return (getattr(self, field.name) for field in fields(self))


def shop(rng: Random, who: Visitors, catalog: Rows, habits: Habits, mint: Mint) -> Purchases:
    """Let visitors shop: carts, then cart events, then checkouts, then orders."""
    carts = fill_carts(rng, who, catalog, habits, mint.keys("cart", len(who)))
    till = check_out(rng, carts, habits, mint)
    rows = (
        cart_rows(carts),
        cart_events(carts),
        *checkout_rows(carts, till),
        *order_rows(rng, carts, till, habits, mint),
    )
    return Purchases(*(off_the_seams(each) for each in rows))
