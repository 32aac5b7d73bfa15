"""Carts: who opens them, what goes in and what comes out again."""

from dataclasses import dataclass

import numpy as np

from sandbox.platform.draw import chance, owners, pick, places_within, sometimes
from sandbox.platform.instants import AS_OF, BEGIN, DAY, MINUTE, NULL, between, minutes
from sandbox.platform.people import Crowd
from sandbox.platform.rows import Random, Rows, Values, objects, where

MOST_LINES = 16
LAST_VISIT = AS_OF - 5 * DAY


@dataclass(frozen=True, slots=True)
class Habits:
    """How often a visit goes on to the next step."""

    remove: float = 0.2
    check_out: float = 0.88
    check_out_again: float = 0.2
    order: float = 0.95
    endings: tuple[float, ...] = (0.86, 0.05, 0.06, 0.03)
    """How often an order is completed, refunded, cancelled, open."""


SURE = Habits(remove=0, check_out=1, check_out_again=0, order=1, endings=(1, 0, 0, 0))
"""Every visit ends in one order of all that went into the cart."""


@dataclass(frozen=True, slots=True)
class Visitors:
    """Who opens each cart: an account, a session or both, and since when they could have."""

    accounts: Values
    sessions: Values
    since: Values

    def __len__(self) -> int:
        return len(self.accounts)


@dataclass(frozen=True, slots=True)
class Lines:
    """What went into the carts, a cart's lines lying together; removed_at is null for what stayed."""

    cart: Values
    position: Values
    product: Values
    quantity: Values
    price: Values
    added_at: Values
    removed_at: Values


@dataclass(frozen=True, slots=True)
class Carts:
    """Carts with their visitors and lines."""

    keys: Values
    visitors: Visitors
    opened_at: Values
    currency: Values
    coupon: Values
    lines: Lines


def visitors(rng: Random, crowd: Crowd, counts: Values, guests: float = 0.05) -> Visitors:
    """Return who opens a cart, each person so many times; a share of them without signing in."""
    who = owners(counts)
    guest = chance(rng, guests, len(who))
    sessions = objects([f"sess-{number:016x}" for number in rng.integers(0, 2**62, len(who)).tolist()])
    return Visitors(
        accounts=where(~guest, crowd.keys[who]),
        sessions=where(guest | chance(rng, 0.5, len(who)), sessions),
        since=np.where(guest, BEGIN, crowd.since[who]),
    )


def fill_carts(rng: Random, who: Visitors, catalog: Rows, habits: Habits, keys: Values) -> Carts:
    """Let each visitor open a cart and put things in, and take some out."""
    size = len(who)
    opened_at = between(rng, who.since, LAST_VISIT, size)
    counts = (1 + rng.poisson(1.8, size)).clip(max=MOST_LINES)
    return Carts(
        keys=keys,
        visitors=who,
        opened_at=opened_at,
        currency=pick(rng, ("USD", "CAD", "EUR"), size, (95, 4, 1)),
        coupon=sometimes(rng, 0.15, pick(rng, ("WELCOME10", "SPRING", "TEAM-20", "caf\u00e9"), size)),
        lines=_lines(rng, opened_at, counts, catalog, habits),
    )


def _lines(rng: Random, opened_at: Values, counts: Values, catalog: Rows, habits: Habits) -> Lines:
    cart, place = owners(counts), places_within(counts)
    size = len(cart)
    product = rng.integers(0, len(catalog), size)
    price = catalog.columns["list_price"][product]
    removed_at = opened_at[cart] + minutes(rng, 60, 90, size)
    return Lines(
        cart=cart,
        position=place + 1,
        product=catalog.columns["product_id"][product],
        quantity=pick(rng, (1, 2, 3, 10), size, (80, 13, 5, 2)).astype(np.int64),
        price=np.where(chance(rng, 0.2, size), price * 9 // 10, price),
        added_at=opened_at[cart] + place * 3 * MINUTE + np.where(place, 1, 0) * minutes(rng, 0, 2, size),
        removed_at=np.where(chance(rng, habits.remove, size), removed_at, NULL),
    )


def cart_rows(carts: Carts) -> Rows:
    """Return the carts as the platform stores them."""
    return Rows(
        "carts",
        {
            "cart_id": carts.keys,
            "account_id": carts.visitors.accounts,
            "session_id": carts.visitors.sessions,
            "currency": carts.currency,
            "created_at": carts.opened_at,
        },
    )


def cart_events(carts: Carts) -> Rows:
    """Return the log of what went into carts and out of them."""
    lines = carts.lines
    removed = np.flatnonzero(~np.isnat(lines.removed_at))
    line = np.concatenate([np.arange(len(lines.cart)), removed])
    cart = lines.cart[line]
    happened_at = np.concatenate([lines.added_at, lines.removed_at[removed]])
    return Rows(
        "cart_events",
        {
            "cart_id": carts.keys[cart],
            "account_id": carts.visitors.accounts[cart],
            "session_id": carts.visitors.sessions[cart],
            "happened_at": happened_at,
            "action": np.repeat(objects(["add", "remove"]), [len(lines.cart), len(removed)]),
            "product_id": lines.product[line],
            "quantity": lines.quantity[line],
            "unit_price": lines.price[line],
            "position": lines.position[line],
            "coupon": carts.coupon[cart],
        },
    ).in_time_order("happened_at")
