"""Counts of a run by measure and what they are divided by, as `rows_dead|orders|Missing-Time`.

One flat counter, so that pages, shards and runs add up by adding. The balance is drawn from it.
"""

from collections import Counter
from typing import Any

from loaders.ledger.runs import Counts

READ, MAPPED, FILTERED, DEAD_ROWS = "rows_read", "rows_mapped", "rows_filtered", "rows_dead"
MESSAGES, DELIVERED, DEAD, ALREADY, SKIPPED = "messages", "delivered", "dead", "already_delivered", "skipped_in_doubt"
LEFT_OUT = "people_left_out"
USERS, BYTES, REQUESTS, FINDINGS, SEAMS, UNIDENTIFIED = (
    "users",
    "bytes",
    "requests",
    "findings",
    "seams",
    "unidentified",
)


def key(measure: str, *parts: str) -> str:
    """Return the counter's key of a measure and what it is divided by."""
    return "|".join((measure, *parts))


def total(counts: Counts, measure: str) -> int:
    """Return the measure's sum over all that it is divided by."""
    return sum(count for name, count in counts.items() if name.split("|", 1)[0] == measure)


def by(counts: Counts, measure: str, *positions: int) -> dict[Any, int]:
    """Return the measure's counts by the parts at those positions: a text for one, a tuple for several."""
    result: Counter[Any] = Counter()
    for name, count in counts.items():
        first, *parts = name.split("|")
        if first == measure:
            chosen = tuple(parts[position] for position in positions)
            result[chosen[0] if len(chosen) == 1 else chosen] += count
    return dict(sorted(result.items()))
