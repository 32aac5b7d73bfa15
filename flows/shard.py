"""A shard's work: page after page read, mapped, sealed, sent, and then the cursor moved."""

from collections import Counter
from collections.abc import Iterator

from extractors.pages import Axis, Page
from flows.job import Job
from flows.mapping import map_page
from flows.sealing import delivered_counts, seal_page
from flows.tally import BYTES, READ, REQUESTS, USERS, Counts, total
from loaders.batches import batches
from loaders.client import DataPlane
from loaders.delivery import deliver
from loaders.ledger.dead_letters import keep
from loaders.ledger.runs import Shard, advance

PAGE_ROWS = 15_000
"""Rows that a page aims at: enough to make queries and requests cheap, few enough to hold in memory."""


def work_shard(job: Job, data_plane: DataPlane, run_id: str, number: int, shard: Shard) -> Counts:
    """Send the shard's users and return its counts. Raises `SourceStopped` or `DataPlaneStopped`."""
    counts: Counts = Counter()
    pages = _Pages(shard)
    for page in pages:
        own = _work_page(job, data_plane, run_id, number, page, counts)
        pages.adapt(own)
        advance(job.ledger, run_id, number, pages.position, counts)
    return counts


def _work_page(job: Job, data_plane: DataPlane, run_id: str, number: int, page: Page, counts: Counts) -> int:
    """Send one page, adding to the counts, and return how many rows it had."""
    mapped = map_page(job.source.read(page), job.streams, job.wanted, job.source.cleaning.window)
    users = seal_page(mapped, job)
    keep(job.ledger, run_id, mapped.dead, mapped.noted)
    counts.update(mapped.counts)
    counts[USERS] += len(users)
    for batch in batches(users, job.limits):
        receipt = deliver(batch, data_plane, job.ledger, run_id, number)
        counts[REQUESTS] += 1
        counts[BYTES] += receipt.bytes
        counts.update(delivered_counts(batch.messages))
    return total(mapped.counts, READ)


class _Pages:
    """The shard's pages, joined from its ranges so that each has about as many rows as a page should."""

    def __init__(self, shard: Shard) -> None:
        self._axis, self._edges = Axis(shard.axis), shard.edges
        self._joined = self._width = 1
        self.position = 0

    def __iter__(self) -> Iterator[Page]:
        last = len(self._edges) - 1
        while self.position < last:
            low = self.position
            self.position = min(low + self._width, last)
            self._joined = self.position - low
            yield Page(self._axis, self._edges[low], self._edges[self.position])

    def adapt(self, rows: int) -> None:
        """Choose how many ranges the next page joins, from the rows of this one, at most doubling."""
        fitting = PAGE_ROWS * self._joined // max(rows, 1)
        self._width = max(1, min(fitting, 2 * self._joined))
