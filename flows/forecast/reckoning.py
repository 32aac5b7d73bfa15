"""What a run would send: all of it read, mapped and held against the receipts, and nothing sent."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from extractors.pages import Page
from flows.cutting import Cut
from flows.job import Job
from flows.reading_through import read_through
from flows.sealing import NO_IMPORT, Seal, sealer
from flows.tally import BYTES, DELIVERED, REQUESTS
from flows.unsent import Told, unsent
from loaders.batches import Message, batches
from loaders.ledger.dead_letters import DeadLetter
from loaders.ledger.runs import Counts


class Watcher(Protocol):
    """Who looks on while everything is read."""

    def see(self, page: Page, users: Sequence[Sequence[Message]], dead: Sequence[DeadLetter]) -> None:
        """Look at a page's messages by user, and at its dead letters."""

    def watched(self, job: Job, seal: Seal) -> Seal:
        """Return the seal, looked upon."""


def reckoned(job: Job, cut: Cut, watcher: Watcher | None = None) -> Counts:
    """Return what the run would count, were everything delivered at the first attempt. Raises `SourceStopped`."""
    counts: Counts = Counter()
    told, now = Told(), -1
    seal = sealer(job, NO_IMPORT)
    for number, _, part in read_through(job, cut.shards, watcher.watched(job, seal) if watcher else seal):
        if number != now:
            told, now = Told(), number
        users = unsent(part.read, part.page, job, told)
        for batch in batches(users, job.limits):
            counts.update(f"{DELIVERED}|{message.event}|{message.at[:7]}" for message in batch.messages)
            counts[REQUESTS] += 1
            counts[BYTES] += len(batch.body())
        if watcher:
            watcher.see(part.page, users, part.read.dead)
        counts.update(part.read.counts)
    for shard in cut.shards:
        counts.update(shard.passed)
    return counts
