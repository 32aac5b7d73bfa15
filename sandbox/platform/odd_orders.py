"""Dirt in the store: purchases of nobody, at impossible instants, with sums that do not add up, and stray lines."""

from dataclasses import replace

import numpy as np

from sandbox.platform.carts import SURE, visitors
from sandbox.platform.draw import pick
from sandbox.platform.instants import (
    AUTUMN_FOLDS,
    FIRST_SENTINEL,
    FUTURE,
    LAST_SENTINEL,
    MINUTE,
    NULL,
    SPRING_GAPS,
)
from sandbox.platform.rows import Rows, Values
from sandbox.platform.shopping import Purchases, shop
from sandbox.platform.world import Planted, World


def extra_purchases(world: World, size: int) -> Purchases:
    """Return more clean purchases, each of one completed order, for the functions here to spoil."""
    who = visitors(world.rng, world.some_people(size), np.ones(size, int), guests=0)
    bought = shop(world.rng, who, world.catalog, SURE, world.mint)
    return replace(bought, orders=bought.orders.but(is_test=0))


def purchases_of_missing_accounts(world: World) -> Planted:
    """Purchases of accounts that are gone."""
    bought = extra_purchases(world, world.scaled(3))
    gone = world.mint.keys("account", len(bought.carts)).astype(object)
    owned = _by(bought, gone, bought.carts.columns["session_id"])
    return Planted(tuple(owned), {"orders_of_missing_accounts": len(owned.orders)})


def purchases_without_user(world: World) -> Planted:
    """Purchases with neither an account nor a session."""
    bought = extra_purchases(world, world.scaled(1))
    nobody = np.full(len(bought.carts), None, object)
    return _store_wide(_by(bought, nobody, nobody), "without_user")


def purchases_with_blank_session(world: World) -> Planted:
    """Purchases whose session is an empty string or spaces."""
    bought = extra_purchases(world, world.scaled(2))
    blanks = pick(world.rng, ("", "   "), len(bought.carts))
    return _store_wide(_by(bought, np.full(len(blanks), None, object), blanks), "with_blank_session")


def orders_completed_at_sentinels(world: World) -> Planted:
    """Orders completed when the world began, or when it ends."""
    odd = {"orders_completed_at_1900": FIRST_SENTINEL, "orders_completed_at_9999": LAST_SENTINEL}
    size = world.scaled(1)
    bought = [extra_purchases(world, size) for _ in odd]
    spoilt = [
        replace(each, orders=each.orders.but(completed_at=at)) for each, at in zip(bought, odd.values(), strict=True)
    ]
    return Planted(tuple(rows for each in spoilt for rows in each), dict.fromkeys(odd, size))


def future_orders(world: World) -> Planted:
    """Orders that have not happened yet."""
    bought = extra_purchases(world, world.scaled(1))
    later = {"placed_at": FUTURE, "completed_at": FUTURE + MINUTE, "updated_at": FUTURE + MINUTE}
    spoilt = replace(bought, orders=bought.orders.but(**later))
    return Planted(tuple(spoilt), {"future_orders": len(spoilt.orders)})


def purchases_on_seams(world: World) -> Planted:
    """Purchases made wholly within an hour that does not exist, or within one that happens twice."""
    rows: list[Rows] = []
    counts: dict[str, int] = {}
    for seam, hours in {"in_spring_gaps": SPRING_GAPS, "in_autumn_folds": AUTUMN_FOLDS}.items():
        bought = extra_purchases(world, max(len(hours), world.scaled(2)))
        moved = _within_hours(bought, hours)
        rows += moved
        counts |= {f"cart_events_{seam}": len(moved.events), f"orders_{seam}": len(moved.orders)}
    return Planted(tuple(rows), counts)


def orders_with_wrong_total(world: World) -> Planted:
    """Orders whose total is some cents off what its parts come to."""
    bought = extra_purchases(world, world.scaled(3))
    cents = pick(world.rng, (-2, -1, 1, 3), len(bought.orders)).astype(np.int64)
    spoilt = replace(bought, orders=bought.orders.but(total=bought.orders.columns["total"] + cents))
    return Planted(tuple(spoilt), {"orders_with_wrong_total": len(cents)})


def tried_and_cancelled_orders(world: World) -> Planted:
    """Orders that someone made to try the store, and orders called off. Clean history holds more of both."""
    tried, ended = extra_purchases(world, world.scaled(2)), extra_purchases(world, world.scaled(2))
    tried = replace(tried, orders=tried.orders.but(is_test=1))
    ended = replace(ended, orders=ended.orders.but(status="cancelled", completed_at=NULL))
    return Planted((*tried, *ended), {"test_orders": len(tried.orders), "cancelled_orders": len(ended.orders)})


def orphan_order_lines(world: World) -> Planted:
    """Lines of orders that are gone."""
    lines = extra_purchases(world, world.scaled(2)).order_lines
    return Planted((lines,), {"orphan_order_lines": len(lines)})


def _by(bought: Purchases, accounts: Values, sessions: Values) -> Purchases:
    """Return the purchases as made by others, one for each cart."""
    cart = _cart_places(bought)
    return replace(
        bought,
        carts=bought.carts.but(account_id=accounts, session_id=sessions),
        events=bought.events.but(account_id=accounts[cart], session_id=sessions[cart]),
        checkouts=bought.checkouts.but(account_id=accounts, session_id=sessions),
        orders=bought.orders.but(account_id=accounts, session_id=sessions),
    )


def _store_wide(bought: Purchases, kind: str) -> Planted:
    tables = {"cart_events": bought.events, "checkouts": bought.checkouts, "orders": bought.orders}
    return Planted(tuple(bought), {f"{table}_{kind}": len(rows) for table, rows in tables.items()})


def _within_hours(bought: Purchases, hours: Values) -> Purchases:
    """Return the purchases with every instant inside these hours, in their order."""
    start = hours[np.arange(len(bought.carts)) % len(hours)]
    cart = _cart_places(bought)
    placed_at, paid_at = start + 50 * MINUTE, start + 51 * MINUTE
    return replace(
        bought,
        carts=bought.carts.but(created_at=start),
        events=bought.events.but(happened_at=start[cart] + bought.events.columns["position"] * MINUTE),
        checkouts=bought.checkouts.but(started_at=start + 40 * MINUTE),
        orders=bought.orders.but(placed_at=placed_at, completed_at=paid_at, updated_at=paid_at),
    )


def _cart_places(bought: Purchases) -> Values:
    """Return which cart each cart event is of."""
    place = {key: number for number, key in enumerate(bought.carts.columns["cart_id"].tolist())}
    return np.array([place[key] for key in bought.events.columns["cart_id"].tolist()])
