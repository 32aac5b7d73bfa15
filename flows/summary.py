"""What a run came to: the fixed names that scripts rely on, and whether the balance closes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flows.tally import (
    ALREADY,
    BYTES,
    DEAD,
    DEAD_ROWS,
    DELIVERED,
    FILTERED,
    MAPPED,
    MESSAGES,
    READ,
    REQUESTS,
    SKIPPED,
    USERS,
    by,
    total,
)
from loaders.answers import Receipt
from loaders.ledger.runs import Counts


@dataclass(frozen=True)
class Summary:
    """A run in figures. `events` counts what this run delivered, by name; bytes are before compression."""

    run_id: str
    rows_read: int
    rows_mapped: int
    rows_filtered: int
    rows_dead: int
    messages: int
    delivered: int
    dead: int
    in_doubt: int
    already_delivered: int
    balanced: bool
    events: dict[str, int]
    users: int
    bytes: int
    requests: int
    seconds: float

    def document(self) -> dict[str, Any]:
        """Return the summary as JSON holds it."""
        return asdict(self)


def summarise(
    run_id: str, counts: Counts, receipts: Mapping[str, int], doubtful: int, seconds: float, *, sound: bool
) -> Summary:
    """Draw the balance: every row has one fate, every message one end, and the ledger agrees with the counts.

    `doubtful` are the messages that the run left in doubt; `sound`: every shard came to its end, and no message id
    was sent twice.
    """
    rows_read, mapped = total(counts, READ), total(counts, MAPPED)
    filtered, rows_dead = total(counts, FILTERED), total(counts, DEAD_ROWS)
    messages, dead, already = counts[MESSAGES], total(counts, DEAD), counts[ALREADY]
    in_doubt = doubtful + counts[SKIPPED]
    delivered = receipts.get(Receipt.DELIVERED, 0)
    closes = (
        rows_read == mapped + filtered + rows_dead
        and messages == delivered + dead + in_doubt + already
        and delivered == total(counts, DELIVERED)
    )
    return Summary(
        run_id=run_id,
        rows_read=rows_read,
        rows_mapped=mapped,
        rows_filtered=filtered,
        rows_dead=rows_dead,
        messages=messages,
        delivered=delivered,
        dead=dead,
        in_doubt=in_doubt,
        already_delivered=already,
        balanced=sound and closes,
        events=by(counts, DELIVERED, 0),
        users=counts[USERS],
        bytes=counts[BYTES],
        requests=counts[REQUESTS],
        seconds=round(seconds, 3),
    )
