"""A shard's work: page after page read, mapped, sealed, sent, and then the cursor moved."""

from collections import deque

from extractors.errors import SourceStopped
from extractors.pages import Page
from flows.account import Account, PageSent
from flows.chosen import Chosen, only
from flows.collector import collect, quiet_collector
from flows.job import Job
from flows.letters import OpenLetters, mended
from flows.mapping import Mapped, map_page
from flows.paging import Pages
from flows.sealing import Seal, sealer
from flows.tally import READ, total
from flows.unsent import unsent
from loaders.batches import batches
from loaders.errors import Interrupted
from loaders.ledger.dead_letters import LetterKey, keep, open_letters
from loaders.ledger.runs import Counts, Shard
from loaders.sender import sending
from loaders.way import Way

UNDER_WAY = 30_000
"""Messages that may wait for their answers before the next page is read: a user of many holds up nobody else."""

_COLLECT_EVERY = 16
_READ_AGAIN_AFTER_SECONDS = (1.0, 4.0, 16.0)


def work_shard(job: Job, way: Way, lanes: int, shard: Shard, chosen: Chosen | None) -> Counts:
    """Send the shard's users, or the chosen rows of theirs, and return its counts.

    While pages are on their way, the next are read; the cursor moves past a page when its every batch is settled. Once
    the way is stopping, no further page and no further batch is begun. Raises `SourceStopped`, `DataPlaneStopped`,
    `LedgerStopped` or `Interrupted`.
    """
    reader = _Reader(job, way, chosen)
    account = Account(way, shard)
    pages = Pages(shard)
    under_way: deque[PageSent] = deque()
    with quiet_collector(), sending(way, lanes) as sender:
        try:
            for turn, page in enumerate(pages, 1):
                if way.stopping.is_set():
                    raise Interrupted
                place = (page.axis.value, page.low, page.high)
                mapped, seen = reader.read(page)
                users = unsent(mapped, page.axis, job, chosen)
                keep(job.ledger, way.run_id, place, mapped.dead, mapped.noted)
                pages.adapt(total(mapped.counts, READ))
                sent = [sender.send(batch) for batch in batches(users, job.limits)]
                span = (pages.start, pages.position)
                under_way.append(PageSent(span, place, mapped.counts, mended(seen, mapped), sent))
                del mapped, users, sent
                while under_way and (under_way[0].is_over or sum(page.left for page in under_way) > UNDER_WAY):
                    account.settle(under_way.popleft())
                if turn % _COLLECT_EVERY == 0:
                    collect()
        finally:
            account.settle_all(under_way)
    return account.counts


class _Reader:
    """Reads and maps pages; a source that fails in passing is asked again, since nothing of the page was sent."""

    def __init__(self, job: Job, way: Way, chosen: Chosen | None) -> None:
        self._job, self._way, self._chosen = job, way, chosen
        self._letters = OpenLetters(open_letters(job.ledger), job.wanted, job.source.contracts)
        self._seal: Seal = sealer(job)
        self._met: set[tuple[str, str]] = set()

    def read(self, page: Page) -> tuple[Mapped, set[LetterKey]]:
        """Return the page mapped, and the open dead letters whose rows were on it. Raises `SourceStopped`."""
        for wait in _READ_AGAIN_AFTER_SECONDS:
            try:
                return self._read(page)
            except SourceStopped as error:
                if not error.passing or self._way.stopping.wait(wait):
                    raise
        return self._read(page)

    def _read(self, page: Page) -> tuple[Mapped, set[LetterKey]]:
        job, seen, met = self._job, set[LetterKey](), set(self._met)
        with job.source.page(page) as read:
            chosen = only(read, self._chosen, job.source.contracts, met) if self._chosen else read
            watched = self._letters.watching(chosen, seen)
            mapped = map_page(watched, job.streams, job.wanted, job.source.cleaning.window, self._seal)
        self._met = met
        return mapped, seen
