"""Checkouts and orders: what was left in the carts, what it cost to the cent, and how it ended."""

from dataclasses import dataclass

import numpy as np

from sandbox.platform.carts import Carts, Habits
from sandbox.platform.draw import chance, last_of_each, owners, pick, places_within, rows_of, sometimes, totals
from sandbox.platform.instants import AS_OF, NULL, between, minutes
from sandbox.platform.keys import Mint
from sandbox.platform.rows import Random, Rows, Values, known

SALES_TAX_IN_MILLIONTHS = 62_500


@dataclass(frozen=True, slots=True)
class Checkouts:
    """Checkouts, each of one cart, with the lines that were in it; `line` are places in the carts' lines."""

    keys: Values
    cart: Values
    started_at: Values
    counts: Values
    line: Values
    value: Values


def check_out(rng: Random, carts: Carts, habits: Habits, mint: Mint) -> Checkouts:
    """Take what is left in the carts to the till; some visitors walk away and come back for it."""
    left = np.flatnonzero(np.isnat(carts.lines.removed_at))
    left_counts = np.bincount(carts.lines.cart[left], minlength=len(carts.keys))
    goes = chance(rng, habits.check_out, len(carts.keys)) & (left_counts > 0)
    times = goes * (1 + chance(rng, habits.check_out_again, len(carts.keys)))
    cart = owners(times)
    counts = left_counts[cart]
    line = left[rows_of(cart, left_counts)]
    pause = minutes(rng, 100, 160, len(cart)) + 10 * places_within(times) * minutes(rng, 20, 60, len(cart))
    return Checkouts(
        keys=mint.keys("checkout", len(cart)),
        cart=cart,
        started_at=carts.opened_at[cart] + pause,
        counts=counts,
        line=line,
        value=totals((carts.lines.quantity * carts.lines.price)[line], owners(counts), len(cart)),
    )


def checkout_rows(carts: Carts, till: Checkouts) -> tuple[Rows, Rows]:
    """Return the checkouts and their lines as the platform stores them."""
    header = {
        "checkout_id": till.keys,
        "cart_id": carts.keys[till.cart],
        "account_id": carts.visitors.accounts[till.cart],
        "session_id": carts.visitors.sessions[till.cart],
        "started_at": till.started_at,
        "cart_value": till.value,
        "currency": carts.currency[till.cart],
        "coupon": carts.coupon[till.cart],
    }
    lines = {"checkout_id": till.keys[owners(till.counts)], **_bought(carts, till.line, till.counts)}
    return Rows("checkouts", header), Rows("checkout_lines", lines)


def order_rows(rng: Random, carts: Carts, till: Checkouts, habits: Habits, mint: Mint) -> tuple[Rows, Rows]:
    """Return the orders, each of a cart's last checkout, and their lines."""
    ordered = np.flatnonzero(last_of_each(till.cart) & chance(rng, habits.order, len(till.cart)))
    cart, counts = till.cart[ordered], till.counts[ordered]
    order_ids = mint.keys("order", len(ordered))
    header = {
        "order_id": order_ids,
        "checkout_id": till.keys[ordered],
        "account_id": carts.visitors.accounts[cart],
        "session_id": carts.visitors.sessions[cart],
        "is_test": chance(rng, 0.01, len(ordered)).astype(np.int64),
        **_course(rng, till.started_at[ordered], habits),
        **_sums(rng, till.value[ordered], carts.coupon[cart]),
        "currency": carts.currency[cart],
        "coupon": carts.coupon[cart],
        "affiliation": pick(rng, ("web store", "partner", "phone", None), len(ordered), (8, 1, 0.5, 0.5)),
    }
    line = till.line[rows_of(ordered, till.counts)]
    coupon = sometimes(rng, 0.3, carts.coupon[carts.lines.cart[line]])
    lines = {"order_id": order_ids[owners(counts)], **_bought(carts, line, counts), "coupon": coupon}
    return Rows("orders", header), Rows("order_lines", lines)


def _bought(carts: Carts, line: Values, counts: Values) -> dict[str, Values]:
    return {
        "line_no": places_within(counts) + 1,
        "product_id": carts.lines.product[line],
        "quantity": carts.lines.quantity[line],
        "unit_price": carts.lines.price[line],
    }


def _course(rng: Random, started_at: Values, habits: Habits) -> dict[str, Values]:
    """Return how orders went on: completed, refunded after that, cancelled, or open still."""
    size = len(started_at)
    status = pick(rng, ("completed", "refunded", "cancelled", "open"), size, habits.endings)
    placed_at = started_at + minutes(rng, 2, 25, size)
    paid_at = placed_at + np.where(chance(rng, 0.6, size), minutes(rng, 0, 1, size), minutes(rng, 1, 2880, size))
    completed_at = np.where(np.isin(status, ("completed", "refunded")), paid_at, NULL)
    updated_at = np.where(np.isnat(completed_at), placed_at, completed_at)
    undone = np.isin(status, ("refunded", "cancelled"))
    return {
        "status": status,
        "placed_at": placed_at,
        "completed_at": completed_at,
        "updated_at": np.where(undone, between(rng, updated_at, AS_OF, size), updated_at),
    }


def _sums(rng: Random, subtotal: Values, coupon: Values) -> dict[str, Values]:
    """Return what an order cost, in whole cents: total = subtotal - discount + shipping + tax."""
    discount = np.where(known(coupon), subtotal // 10, 0)
    shipping = pick(rng, (0, 599, 1295), len(subtotal), (7, 2, 1)).astype(np.int64)
    tax = (subtotal - discount) * SALES_TAX_IN_MILLIONTHS // 1_000_000
    total = subtotal - discount + shipping + tax
    return {"subtotal": subtotal, "discount": discount, "shipping": shipping, "tax": tax, "total": total}
