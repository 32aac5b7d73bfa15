"""What a run would send: all of it read, mapped and held against the receipts, and nothing sent."""

from collections import Counter

from flows.cutting import Cut
from flows.job import Job
from flows.reading_through import read_through
from flows.tally import BYTES, DELIVERED, REQUESTS
from flows.unsent import Told, unsent
from loaders.batches import batches
from loaders.ledger.runs import Counts


def planned(job: Job, cut: Cut) -> Counts:
    """Return what the run would count, were everything delivered at the first attempt. Raises `SourceStopped`."""
    counts: Counts = Counter()
    told, now = Told(), -1
    for number, _, part in read_through(job, cut.shards):
        if number != now:
            told, now = Told(), number
        for batch in batches(unsent(part.read, part.page, job, told), job.limits):
            counts.update(f"{DELIVERED}|{message.event}|{message.at[:7]}" for message in batch.messages)
            counts[REQUESTS] += 1
            counts[BYTES] += len(batch.body())
        counts.update(part.read.counts)
    for shard in cut.shards:
        counts.update(shard.passed)
    return counts
