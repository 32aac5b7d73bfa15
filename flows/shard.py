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
    """A page on its way: the edges it lies between, its counts, and its batches with their receipts to come."""

    start: int
    position: int
    counts: Counts
    batches: Sequence[tuple[Batch, Future[Delivered]]]


def work_shard(job: Job, data_plane: DataPlane, run_id: str, number: int, shard: Shard, stopping: Event) -> Counts:
    """Send the shard's users and return its counts. Raises `SourceStopped` or `DataPlaneStopped`.

    While a page is on its way, the next is read; the cursor moves past a page when its every batch is settled. Once
    `stopping` is set, no further page is begun.
    """
    account = _Account(job, run_id, number)
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
                under_way.append(_Sent(pages.start, pages.position, mapped.counts, sent))
                del mapped, users, sent
                if len(under_way) > 1:
                    account.settle(under_way.popleft())
                if turn % _COLLECT_EVERY == 0:
                    collect()
        finally:
            while under_way:
                account.settle(under_way.popleft())
    return account.counts


class _Account:
    """What the shard has counted, and the edge up to which every batch is settled."""

    def __init__(self, job: Job, run_id: str, number: int) -> None:
        self._at = job.ledger, run_id, number
        self._position = 0
        self.counts: Counts = Counter()

    def settle(self, page: _Sent) -> None:
        """Wait for the page's receipts, count them, and move the cursor.

        Where one is no delivery, what was is counted all the same, and the cursor passes neither that page nor a later.
        """
        self.counts.update(page.counts)
        try:
            for batch, receipt in page.batches:
                self.counts.update(_delivered(batch, receipt.result()))
            if page.start == self._position:
                self._position = page.position
        finally:
            advance(*self._at, self._position, self.counts)


def _delivered(batch: Batch, receipt: Delivered) -> Counts:
    counts = Counter([f"{DELIVERED}|{message.event}|{message.at[:7]}" for message in batch.messages])
    counts[REQUESTS], counts[BYTES] = 1, receipt.bytes
    return counts


class _Pages:
    """The shard's pages, joined from its ranges so that each has about as many rows as a page should."""

    def __init__(self, shard: Shard) -> None:
        self._axis, self._edges = Axis(shard.axis), shard.edges
        self._joined = self._width = 1
        self.start = self.position = 0

    def __iter__(self) -> Iterator[Page]:
        last = len(self._edges) - 1
        while self.position < last:
            self.start = self.position
            self.position = min(self.start + self._width, last)
            self._joined = self.position - self.start
            yield Page(self._axis, self._edges[self.start], self._edges[self.position])

    def adapt(self, rows: int) -> None:
        """Choose how many ranges the next page joins, from the rows of this one, at most eight times as many."""
        fitting = PAGE_ROWS * self._joined // max(rows, 1)
        self._width = max(1, min(fitting, 8 * self._joined, MAX_RANGES))
