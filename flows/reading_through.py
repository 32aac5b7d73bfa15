"""Every page of some shards read, mapped and sealed as a run would, and nothing sent."""

import time
from collections.abc import Iterator, Sequence
from functools import partial

from extractors.errors import SourceStopped
from extractors.pages import Page
from flows.job import Job
from flows.mapping import Mapped, map_page
from flows.memory import collect, quiet_collector
from flows.paging import Pages
from flows.parts import Part, parts
from flows.sealing import Seal
from flows.tally import READ, total
from loaders.ledger.runs import Shard

_COLLECT_EVERY = 16
_READ_AGAIN_AFTER_SECONDS = (1.0, 4.0, 16.0)


def read_through(job: Job, shards: Sequence[Shard], seal: Seal) -> Iterator[tuple[int, Pages, Part[Mapped]]]:
    """Yield every part of every page, with its shard's number and that shard's pages. Raises `SourceStopped`."""
    turn = 0
    with quiet_collector():
        for number, shard in enumerate(shards):
            pages = Pages(shard)
            for page in pages:
                rows = 0
                for part in parts(job.source, page, partial(_mapped, job, seal)):
                    yield number, pages, part
                    rows += total(part.read.counts, READ)
                pages.adapt(rows)
                turn += 1
                if turn % _COLLECT_EVERY == 0:
                    collect()


def _mapped(job: Job, seal: Seal, page: Page, most: int | None) -> Mapped:
    """Return the page mapped; a source that fails in passing is asked again."""
    for wait in _READ_AGAIN_AFTER_SECONDS:
        try:
            return _read(job, seal, page, most)
        except SourceStopped as error:
            if not error.passing:
                raise
            time.sleep(wait)
    return _read(job, seal, page, most)


def _read(job: Job, seal: Seal, page: Page, most: int | None) -> Mapped:
    with job.source.page(page, most) as read:
        return map_page(read, job.streams_of(page), job.wanted, job.window_of(page), seal, is_first=page.is_first)
