"""All the dirt that goes beside the clean history, and how much of each kind there is in the end."""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from sandbox.platform import odd_logs, odd_orders
from sandbox.platform.activity import sign_ins
from sandbox.platform.carts import Habits, visitors
from sandbox.platform.instants import off_the_seams
from sandbox.platform.odd_people import Cast
from sandbox.platform.people import PHONES
from sandbox.platform.rows import Rows
from sandbox.platform.shopping import shop
from sandbox.platform.world import Planted, World

HEAVY_SIGN_INS = 7000
HEAVY_CARTS = 800

KINDS: tuple[Callable[[World], Planted], ...] = (
    odd_logs.sign_ins_of_missing_accounts,
    odd_logs.sign_ins_without_account,
    odd_logs.sign_ins_at_odd_instants,
    odd_logs.sign_ins_on_seams,
    odd_logs.duplicate_log_rows,
    odd_logs.conflicting_sign_ins,
    odd_logs.cart_event_doubles,
    odd_orders.purchases_of_missing_accounts,
    odd_orders.purchases_without_user,
    odd_orders.purchases_with_blank_session,
    odd_orders.orders_completed_at_sentinels,
    odd_orders.future_orders,
    odd_orders.purchases_on_seams,
    odd_orders.orders_with_wrong_total,
    odd_orders.tried_and_cancelled_orders,
    odd_orders.orphan_order_lines,
)


def plant(world: World) -> Iterator[Planted]:
    """Yield all dirt that is rows of its own, kind by kind, and the heavy account's history."""
    yield _heavy_history(world)
    for kind in KINDS:
        yield kind(world)


def _heavy_history(world: World) -> Planted:
    """Return a thousand times the usual history, for the first account."""
    heavy = world.crowd.at(np.array([0]))
    signed_in = off_the_seams(sign_ins(world.rng, heavy, np.array([HEAVY_SIGN_INS]), world.mint))
    who = visitors(world.rng, heavy, np.array([HEAVY_CARTS]), guests=0)
    bought = shop(world.rng, who, world.catalog, Habits(), world.mint)
    return Planted((signed_in, *bought), found(bought.orders))


def found(rows: Rows) -> Counter[str]:
    """Count the dirt in rows of the ordinary history: its keys, its phones, its cancelled orders and tests."""
    if rows.table == "accounts":
        return Counter(account_keys_beyond_2_53=_huge(rows), phones_not_in_e164=_loose_phones(rows))
    if rows.table == "orders":
        tests = int(np.count_nonzero(rows.columns["is_test"]))
        cancelled = int(np.count_nonzero(rows.columns["status"] == "cancelled"))
        return Counter(test_orders=tests, cancelled_orders=cancelled)
    return Counter()


def _huge(accounts: Rows) -> int:
    return sum(isinstance(key, int) and key > 2**53 for key in accounts.columns["account_id"].tolist())


def _loose_phones(accounts: Rows) -> int:
    clean = set(PHONES[0].tolist())
    return sum(phone is not None and phone not in clean for phone in accounts.columns["phone"].tolist())


def carried(cast: Cast) -> Counter[str]:
    """Count the dirt that people carry by themselves."""
    counts = Counter({kind: len(numbers) for kind, numbers in cast.items()})
    if "keys_differing_only_in_case" in counts:
        counts["keys_differing_only_in_case"] //= 2
    return counts
