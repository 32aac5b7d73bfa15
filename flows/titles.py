"""What a run's shards are called: their axis, and which of its users they are, by number.

In ASCII alone: the timeline on a run's page has no other letters.
"""

from collections.abc import Sequence
from itertools import pairwise

from extractors import boundaries
from extractors.pages import Axis
from loaders.ledger.runs import Keys, Range, Shard

_NAMES = {Axis.USERS.value: "users", Axis.VISITORS.value: "visitors", Axis.NOBODY.value: "rows of nobody"}


def titles(shards: Sequence[Shard]) -> list[str]:
    """Return what each shard is called, as `2: users 1,201-2,400`."""
    found = []
    for number, shard in enumerate(shards, 1):
        before = [one for one in shards[: number - 1] if one.axis == shard.axis]
        after = [one for one in shards[number:] if one.axis == shard.axis]
        found.append(f"{number}: {_title(shard, before, after)}")
    return found


def _title(shard: Shard, before: Sequence[Shard], after: Sequence[Shard]) -> str:
    name = _NAMES[shard.axis]
    is_open = not after and not isinstance(shard.ranges[-1], Keys)
    if is_open and not before:
        return name
    passed = [one for other in before for one in other.ranges]
    reached = [*passed, *shard.ranges]
    if not _is_counted([*reached, *(one for other in after for one in other.ranges)]):
        return f"{name} ({len(before) + 1} of {len(before) + 1 + len(after)})"
    first = _users(passed) + 1
    return f"{name} {first:,} and on" if is_open else f"{name} {first:,}-{_users(reached):,}"


def _is_counted(ranges: Sequence[Range | Keys]) -> bool:
    """Tell whether the ranges are of known numbers of users: keys one by one, or the whole axis without a gap."""
    if all(isinstance(one, Keys) for one in ranges):
        return True
    return ranges[0][0] is None and all(one[-1] == two[0] for one, two in pairwise(ranges))


def _users(ranges: Sequence[Range | Keys]) -> int:
    """Return how many users there are up to the end of the ranges, of which each but keys has as many."""
    return sum(len(one.keys) if isinstance(one, Keys) else boundaries.PAGE_KEYS for one in ranges)
