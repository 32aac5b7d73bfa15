"""What the ledger knows of single messages: that they were delivered, and the runs that may have done it.

While a batch keeps its ids it tells the run and the time. Once they are compacted, what is left are the counts of each
run by event and month.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine, func, select

from loaders.answers import Receipt
from loaders.ledger.ids import ID_BYTES
from loaders.ledger.opening import reading
from loaders.ledger.runs import SEND, Counts
from loaders.ledger.schema import batches, runs, shards
from loaders.ledger.segments import delivered
from mappers.ids import packed

_AT_ONCE = 256
_MAY_HAVE_ARRIVED = [Receipt.DELIVERED, Receipt.SENDING, Receipt.IN_DOUBT, Receipt.SUPERSEDED]


class Attempt(NamedTuple):
    """A batch that a message stood in, and that still knows it."""

    run_id: str
    state: str
    sent_at: str


class Traces(NamedTuple):
    """Those of some messages that were delivered, and the batches that still know them."""

    delivered: frozenset[str]
    attempts: Mapping[str, Sequence[Attempt]]


class Sender(NamedTuple):
    """A run that delivered something. `is_whole`: its counts are, since it was not killed."""

    run_id: str
    kind: str
    started_at: str
    ended_at: str | None
    versions: Mapping[str, Any]
    counts: Counts
    is_whole: bool


def traces(ledger: Engine, message_ids: list[str]) -> Traces:
    """Return what the ledger knows of the messages. A run may be at work: ids move from batches to segments alone."""
    attempts = _attempts(ledger, message_ids)
    known = {one for one, own in attempts.items() if any(attempt.state == Receipt.DELIVERED for attempt in own)}
    return Traces(frozenset(known | delivered(ledger, message_ids)), attempts)


def senders(ledger: Engine) -> list[Sender]:
    """Return the runs that delivered rows of the source, oldest first."""
    counts: defaultdict[str, Counts] = defaultdict(Counter)
    some = select(batches.c.run_id, func.count()).where(batches.c.state == Receipt.DELIVERED.value)
    asked = select(runs).where(runs.c.kind != SEND).order_by(runs.c.started_at)
    with reading(ledger) as connection:
        for run_id, own in connection.execute(select(shards.c.run_id, shards.c.counts)):
            counts[run_id].update(own)
        delivering = {run_id for run_id, _ in connection.execute(some.group_by(batches.c.run_id))}
        found = connection.execute(asked).all()
    return [
        Sender(one.run_id, one.kind, one.started_at, one.ended_at, one.versions, counts[one.run_id], bool(one.summary))
        for one in found
        if one.run_id in delivering
    ]


def _attempts(ledger: Engine, message_ids: Sequence[str]) -> dict[str, list[Attempt]]:
    sought = {packed([one]): one for one in message_ids}
    found: dict[str, list[Attempt]] = defaultdict(list)
    columns = batches.c.run_id, batches.c.state, batches.c.sent_at, batches.c.ids
    query = select(*columns).where(batches.c.ids.is_not(None), batches.c.state.in_(_MAY_HAVE_ARRIVED))
    with reading(ledger) as connection:
        for run_id, state, sent_at, blob in connection.execution_options(yield_per=_AT_ONCE).execute(query):
            ids = {blob[start : start + ID_BYTES] for start in range(0, len(blob), ID_BYTES)}
            for one in ids & sought.keys():
                found[sought[one]].append(Attempt(run_id, state, sent_at))
    return dict(found)
