"""What a run's shards are called: their axis, and which of its users they are, by number.

In ASCII alone: the timeline on a run's page has no other letters.
"""

from collections.abc import Sequence
from itertools import pairwise

from extractors import boundaries
from extractors.pages import Axis
from loaders.ledger.runs import Keys, Range, Shard

_NAMES = {Axis.USERS.value: "users", Axis.VISITORS.value: "visitors", Axis.NOBODY.value: "rows of nobody"}


def titles(shards: Sequence[Shard], canary: int | None = None) -> list[str]:
    """Return what each shard is called, as `2: users 1,201-2,400`; of a canary, the first has so many users."""
    found = []
    for number, shard in enumerate(shards, 1):
        before = [one for one in shards[: number - 1] if one.axis == shard.axis]
        after = [one for one in shards[number:] if one.axis == shard.axis]
        found.append(f"{number}: {_title(shard, before, after, canary)}")
    return found


def _title(shard: Shard, before: Sequence[Shard], after: Sequence[Shard], canary: int | None) -> str:
    name = _NAMES[shard.axis]
    own = canary if shard.axis == Axis.USERS.value else None
    if own and not before:
        return f"canary: the first {own:,} {name}"
    if not before and not after:
        return name
    passed = [one for other in before for one in other.ranges]
    reached = [*passed, *shard.ranges]
    if not _is_counted([*reached, *(one for other in after for one in other.ranges)]):
        return f"{name} ({len(before) + 1} of {len(before) + 1 + len(after)})"
    is_open = not after and not isinstance(shard.ranges[-1], Keys)
    first = _users(passed, own) + 1
    return f"{name} {first:,} and on" if is_open else f"{name} {first:,}-{_users(reached, own):,}"


def _is_counted(ranges: Sequence[Range | Keys]) -> bool:
    """Tell whether the ranges are of known numbers of users: keys one by one, or the whole axis without a gap."""
    if all(isinstance(one, Keys) for one in ranges):
        return True
    return ranges[0][0] is None and all(one[-1] == two[0] for one, two in pairwise(ranges))


def _users(ranges: Sequence[Range | Keys], canary: int | None) -> int:
    """Return how many users there are up to the end of the ranges, which end every so many, and after the canary."""
    if ranges and isinstance(ranges[0], Keys):
        return sum(len(one.keys) for one in ranges if isinstance(one, Keys))
    whole, rest = divmod(canary or 0, boundaries.PAGE_KEYS)
    if not rest or len(ranges) <= whole:
        return len(ranges) * boundaries.PAGE_KEYS
    return canary or 0 if len(ranges) == whole + 1 else (len(ranges) - 1) * boundaries.PAGE_KEYS
