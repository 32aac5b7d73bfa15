"""A shard's work: page after page read, mapped, sealed, sent, and then the cursor moved."""

from collections import deque

from extractors.pages import Page
from flows.account import Account, PageSent
from flows.chosen import Chosen
from flows.errors import foremost
from flows.job import Job
from flows.memory import collect, quiet_collector
from flows.page_reader import PageRead, PageReader
from flows.paging import Pages
from flows.parts import Part, parts
from flows.tally import READ, total
from flows.unsent import Told, unsent
from loaders.batches import batches
from loaders.errors import Interrupted
from loaders.ledger.dead_letters import Place, keep
from loaders.ledger.runs import Counts, Shard
from loaders.sender import Sender, sending
from loaders.way import Way

UNDER_WAY = 10_000
"""Messages that may be held until their pages are settled before the next is read: a user of many holds up few."""

_COLLECT_EVERY = 16


def work_shard(job: Job, way: Way, lanes: int, shard: Shard, chosen: Chosen | None) -> Counts:
    """Send the shard's users, or the chosen rows of theirs, and return its counts.

    While pages are on their way, the next are read; the cursor moves past a page when its every batch is settled. Once
    the way is stopping, no further page and no further batch is begun. Raises `SourceStopped`, `DataPlaneStopped`,
    `LedgerStopped` or `Interrupted`, once all that was on its way is settled.
    """
    work = _Work(job, way, shard, chosen)
    errors: list[BaseException] = []
    with quiet_collector(), sending(way, lanes) as sender:
        try:
            work.send_pages(sender)
        except BaseException as error:  # noqa: BLE001  # raised below
            errors.append(error)
        errors += work.account.settle_all(work.under_way)
    stopped = foremost(errors)
    if stopped:
        raise stopped
    return work.account.counts


class _Work:
    def __init__(self, job: Job, way: Way, shard: Shard, chosen: Chosen | None) -> None:
        self._job, self._way, self._chosen = job, way, chosen
        self._pages = Pages(shard)
        self._reader = PageReader(job, way, chosen)
        self.account = Account(way, shard)
        self.under_way: deque[PageSent] = deque()

    def send_pages(self, sender: Sender) -> None:
        """Read and send page after page, settling those whose answers are there."""
        told = Told()
        for turn, page in enumerate(self._pages, 1):
            rows = 0
            for part in parts(self._job.source, page, self._reader.read):
                if self._way.stopping.is_set():
                    raise Interrupted
                rows += total(part.read.mapped.counts, READ)
                self._send(part, self._place(part.page, page), told, sender)
            self._pages.adapt(rows)
            if turn % _COLLECT_EVERY == 0:
                collect()

    def _place(self, part: Page, page: Page) -> Place:
        """Return where the part's dead letters are found again: by a key of nobody who is left out."""
        people = self._job.source.cleaning.people
        edges = [edge for edge in (part.low, part.high) if edge is not None]
        whole = page if len(people.unlisted(part.axis, edges)) < len(edges) else part
        return whole.axis.value, whole.low, whole.high

    def _send(self, part: Part[PageRead], place: Place, told: Told, sender: Sender) -> None:
        """Send a part of a page; a later slice once the one before it is settled, since it is of the same users."""
        page, (mapped, judged) = part.page, part.read
        while self.under_way and (not page.is_first or self.under_way[0].is_over or self._held() > UNDER_WAY):
            self.account.settle(self.under_way.popleft())
        users = unsent(mapped, page, self._job, told, self._chosen)
        keep(self._job.ledger, self._way.run_id, place, mapped.dead, mapped.noted)
        sent = [sender.send(batch) for batch in batches(users, self._job.limits)]
        span = (self._pages.start, self._pages.position if part.is_last else self._pages.start)
        self.under_way.append(PageSent(span, place, mapped.counts, judged, sent))

    def _held(self) -> int:
        return sum(page.messages for page in self.under_way)
