"""A shard's work: page after page read, mapped, sealed, sent, and then the cursor moved."""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from threading import Event
from typing import NamedTuple

from extractors.pages import Axis, Page
from flows.collector import collect, quiet_collector
from flows.job import Job
from flows.mapping import map_page
from flows.sealing import sealer
from flows.tally import BYTES, DELIVERED, READ, REQUESTS, total
from flows.unsent import unsent
from loaders.batches import Batch, batches
from loaders.client import DataPlane
from loaders.delivery import Delivered
from loaders.ledger.dead_letters import keep
from loaders.ledger.runs import Counts, Shard, advance
from loaders.sender import sending

PAGE_ROWS = 20_000
"""Rows that a page aims at: enough to make queries and requests cheap, few enough to hold in memory."""


MAX_RANGES = 32
"""Ranges that a page joins at most: the rows of the next users may be many, however few the last ones had."""

_COLLECT_EVERY = 16


class _Sent(NamedTuple):
    """A page on its way: the edge it ends at, its counts, and its batches with their receipts to come."""

    position: int
    counts: Counts
    batches: Sequence[tuple[Batch, Future[Delivered]]]


def work_shard(job: Job, data_plane: DataPlane, run_id: str, number: int, shard: Shard, stopping: Event) -> Counts:
    """Send the shard's users and return its counts. Raises `SourceStopped` or `DataPlaneStopped`.

    While a page is on its way, the next is read; the cursor moves past a page when its every batch is settled. Once
    `stopping` is set, no further page is begun.
    """
    counts: Counts = Counter()
    pages = _Pages(shard)
    seal = sealer(job)
    under_way: deque[_Sent] = deque()
    with quiet_collector(), sending(data_plane, job.ledger, run_id, number) as sender:
        try:
            for turn, page in enumerate(pages, 1):
                if stopping.is_set():
                    break
                with job.source.page(page) as read:
                    mapped = map_page(read, job.streams, job.wanted, job.source.cleaning.window, seal)
                users = unsent(mapped, page.axis, job)
                keep(job.ledger, run_id, mapped.dead, mapped.noted)
                pages.adapt(total(mapped.counts, READ))
                sent = [(batch, sender.send(batch)) for batch in batches(users, job.limits)]
                under_way.append(_Sent(pages.position, mapped.counts, sent))
                del mapped, users, sent
                if len(under_way) > 1:
                    _settle(under_way.popleft(), job, run_id, number, counts)
                if turn % _COLLECT_EVERY == 0:
                    collect()
        finally:
            while under_way:
                _settle(under_way.popleft(), job, run_id, number, counts)
    return counts


def _settle(page: _Sent, job: Job, run_id: str, number: int, counts: Counts) -> None:
    """Wait for the page's receipts, count them, and move the cursor."""
    counts.update(page.counts)
    for batch, receipt in page.batches:
        counts.update(_delivered(batch, receipt.result()))
    advance(job.ledger, run_id, number, page.position, counts)


def _delivered(batch: Batch, receipt: Delivered) -> Counts:
    counts = Counter([f"{DELIVERED}|{message.event}|{message.at[:7]}" for message in batch.messages])
    counts[REQUESTS], counts[BYTES] = 1, receipt.bytes
    return counts


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
        """Choose how many ranges the next page joins, from the rows of this one, at most eight times as many."""
        fitting = PAGE_ROWS * self._joined // max(rows, 1)
        self._width = max(1, min(fitting, 8 * self._joined, MAX_RANGES))
