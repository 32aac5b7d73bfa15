"""Pages read and mapped, chosen rows alone where a run is about some, with the dead letters that they mend."""

from typing import NamedTuple

from extractors.errors import SourceStopped
from extractors.pages import Page
from flows.chosen import Chosen, only
from flows.job import Job
from flows.letters import Judged, OpenLetters, Seen
from flows.mapping import Mapped, map_page
from flows.sealing import sealer
from loaders.ledger.dead_letters import open_letters
from loaders.way import Way

_READ_AGAIN_AFTER_SECONDS = (1.0, 4.0, 16.0)


class PageRead(NamedTuple):
    """A page mapped, and what it tells of the open dead letters."""

    mapped: Mapped
    judged: Judged


class PageReader:
    """Reads and maps pages; a source that fails in passing is asked again, since nothing of the page was sent."""

    def __init__(self, job: Job, way: Way, chosen: Chosen | None) -> None:
        self._job, self._way, self._chosen = job, way, chosen
        self._letters = OpenLetters(open_letters(job.ledger), job)
        self._seal = sealer(job, way.run_id)
        self._met: set[tuple[str, str]] = set()

    def read(self, page: Page, most: int | None) -> PageRead:
        """Return the page mapped, and what it tells of the open dead letters.

        Raises `SourceStopped`, or `PageTooLarge` where a stream has more than `most` rows.
        """
        for wait in _READ_AGAIN_AFTER_SECONDS:
            try:
                return self._read(page, most)
            except SourceStopped as error:
                if not error.passing or self._way.stopping.wait(wait):
                    raise
        return self._read(page, most)

    def _read(self, page: Page, most: int | None) -> PageRead:
        job, met = self._job, set(self._met)
        seen: Seen = []
        with job.source.page(page, most) as read:
            chosen = only(read, self._chosen, job.source.contracts, met) if self._chosen else read
            watched = self._letters.watching(chosen, seen)
            mapped = map_page(
                watched, job.streams_of(page), job.wanted, job.window_of(page), self._seal, is_first=page.is_first
            )
        self._met = met
        return PageRead(mapped, self._letters.judge(seen, mapped))
