"""Messages that a destination lacks, sent once more under the ids that they have."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Engine

from flows.cutting import Cut, What
from flows.job import Job
from flows.options import Options
from flows.outcome import Outcome
from flows.verification.expecting import Expectation
from flows.verification.scratch import Scratch
from loaders.ledger.chosen import Choice
from loaders.ledger.known import known_ids
from loaders.ledger.runs import Shard

Send = Callable[[Options, What], Outcome]
"""Runs what is asked for from beginning to end, as `pipeline.run_here` does."""


def resend(job: Job, cut: Cut, expected: Expectation, paper: Scratch, send: Send) -> tuple[Outcome, int]:
    """Send every message that is missing again, and return how that ended and how many were delivered.

    It has no window: the rows are named one by one, and a user's Identify may lie outside. Raises what `send` raises.
    """
    before = dict(paper.ask("SELECT id, sent FROM flawed WHERE missing"))
    outcome = send(replace(job.options, since=None, until=None), lambda _: _missing(cut, expected, paper))
    return outcome, _delivered(job.ledger, before)


def _missing(cut: Cut, expected: Expectation, paper: Scratch) -> Cut:
    """Return the run that sends them: the ranges of the pages that they were read on, shard by shard."""
    pages = [expected.pages[page] for (page,) in paper.ask("SELECT DISTINCT page FROM flawed WHERE missing ORDER BY 1")]
    shards = [
        Shard(shard.axis, tuple(one for at, low, high in pages if at == number for one in shard.ranges[low:high]))
        for number, shard in enumerate(cut.shards)
        if any(at == number for at, _, _ in pages)
    ]
    query = "SELECT s.name, row_id, id FROM flawed JOIN names s ON s.number = stream WHERE missing"
    choices = [Choice(stream, row_id, str(UUID(bytes=id_))) for stream, row_id, id_ in paper.ask(query)]
    return Cut("resend", tuple(shards), tuple(choices))


def _delivered(ledger: Engine, before: Mapping[bytes, int]) -> int:
    """Return how many of the messages the ledger has more receipts of than before."""
    receipts: Counter[bytes] = Counter()
    for delivered, ids in known_ids(ledger):
        if delivered:
            receipts.update(one for one in ids if one in before)
    return sum(receipts[one] > count for one, count in before.items())
