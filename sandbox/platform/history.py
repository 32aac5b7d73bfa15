"""The history of the platform's users, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sandbox.platform import activity
from sandbox.platform.accounts import accounts, joined_at, profile_changes
from sandbox.platform.carts import Habits, visitors
from sandbox.platform.instants import NULL, off_the_seams
from sandbox.platform.keys import Mint, string_keys
from sandbox.platform.odd_people import Cast, spoil
from sandbox.platform.organisations import memberships, organisations
from sandbox.platform.people import Crowd, invent
from sandbox.platform.rows import Random, Rows, Values
from sandbox.platform.shopping import shop

LARGEST = 10_000
LEGACY_SHARE = 0.15
"""The share of the users, the last ones, that came with the merged system."""


@dataclass(frozen=True, slots=True)
class Block:
    """Users made together: numbers first to last of those in one system, which has so many members."""

    first: int
    last: int
    rank: int
    members: int
    legacy: bool


def blocks(users: int) -> Iterator[Block]:
    """Cut the users into blocks; none holds users of both systems."""
    legacy = int(users * LEGACY_SHARE)
    for start, members, is_legacy in ((0, users - legacy, False), (users - legacy, legacy, True)):
        for rank in range(0, members, LARGEST):
            size = min(LARGEST, members - rank)
            yield Block(start + rank + 1, start + rank + size, rank, members, is_legacy)


def crowd_of(rng: Random, block: Block, cast: Cast | None, mint: Mint) -> Crowd:
    """Invent the users of a block, with the dirt that they carry by themselves."""
    numbers = np.arange(block.first, block.last + 1)
    keys = mint.keys("account", len(numbers))
    ranks = block.rank + np.arange(len(numbers))
    since, zeal = joined_at(rng, ranks, block.members), rng.gamma(2, 0.5, len(numbers))
    people = invent(rng, numbers) | {"created_at": since, "deleted_at": np.full(len(numbers), NULL)}
    if cast is None:
        return Crowd(keys, since, zeal, people)
    return Crowd(_twinned(keys, numbers, cast), since, zeal, spoil(rng, people, numbers, cast))


def _twinned(keys: Values, numbers: Values, cast: Cast) -> Values:
    """Give some users the key of another, in the opposite case."""
    if "keys_differing_only_in_case" not in cast:
        return keys
    models, twins = np.split(cast["keys_differing_only_in_case"], 2)
    here = np.isin(twins, numbers)
    twinned = keys.copy()
    twinned[twins[here] - numbers[0]] = [key.swapcase() for key in string_keys("account", models[here])]
    return twinned


def rows_of(rng: Random, crowd: Crowd, catalog: Rows, mint: Mint) -> Iterator[Rows]:
    """Yield all rows of a block of users, clean but for what they carry by themselves."""
    firms = organisations(rng, max(1, len(crowd) // 50), mint)
    changes = profile_changes(rng, crowd, mint)
    held, license_log = activity.licenses(rng, crowd, mint)
    for rows in (
        accounts(crowd, changes),
        firms,
        memberships(rng, crowd, firms, mint),
        activity.sign_ins(rng, crowd, rng.poisson(3 * crowd.zeal), mint),
        changes,
        held,
        license_log,
        activity.password_resets(rng, crowd, mint),
        activity.address_history(rng, crowd, mint),
    ):
        yield off_the_seams(rows)
    yield from shop(rng, visitors(rng, crowd, rng.poisson(0.8 * crowd.zeal)), catalog, Habits(), mint)
