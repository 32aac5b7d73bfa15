"""What the source makes today: every page read, mapped and sealed as a run would, and nothing sent."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from extractors.errors import SourceStopped
from extractors.pages import Axis, Page
from flows.cutting import Cut
from flows.job import Job
from flows.mapping import Mapped, map_page
from flows.memory import collect, quiet_collector
from flows.paging import Pages
from flows.parts import Part, parts
from flows.sealing import Seal, sealer
from flows.tally import DEAD, MESSAGES, READ, USERS, key, total
from flows.verification.scope import form_of
from flows.verification.scratch import Expected, Scratch
from loaders.destination.arrivals import Who, id_of, milliseconds_of
from loaders.ledger.runs import Counts

_COLLECT_EVERY = 16
_READ_AGAIN_AFTER_SECONDS = (1.0, 4.0, 16.0)

Tell = Callable[[str], None]
"""Told how far a verification is."""


@dataclass
class Expectation:
    """What was expected: counts as a run has them, messages by stream, form and month, and the pages' ranges.

    A form is a call and an event, as `track Order Completed`. A page is the number of its shard, and the first and the
    last but one of that shard's ranges.
    """

    counts: Counts = field(default_factory=Counter)
    messages: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    pages: list[tuple[int, int, int]] = field(default_factory=list)


def expect(job: Job, cut: Cut, paper: Scratch, who: Who, tell: Tell) -> Expectation:
    """Write every message that the source makes onto the paper. Raises `SourceStopped`."""
    found = Expectation()
    seal = sealer(job)
    with quiet_collector():
        for number, shard in enumerate(cut.shards):
            pages = Pages(shard)
            for page in pages:
                rows = 0
                for part in parts(job.source, page, partial(_mapped, job, seal)):
                    found.pages.append((number, pages.start, pages.position))
                    _write(part, job, paper, who, found)
                    rows += total(part.read.counts, READ)
                pages.adapt(rows)
                if len(found.pages) % _COLLECT_EVERY == 0:
                    collect()
                tell(f"source: {found.counts[MESSAGES]:,} messages")
    return found


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


def _write(part: Part[Mapped], job: Job, paper: Scratch, who: Who, found: Expectation) -> None:
    mapped, axis = part.read, part.page.axis
    page, rows = len(found.pages) - 1, []
    forms = {key: form_of(job, key) for key in job.plan.rules}
    for user, messages in mapped.users.items():
        number = who(None, user) if axis is Axis.VISITORS else who(user, None)
        for _, message_id, stream, row_id, rule, _, at, _ in messages:
            form = forms[rule]
            id_ = id_of(message_id) or b""
            moment = milliseconds_of(at)
            rows.append(Expected(id_, paper.number(stream), row_id, paper.number(form), moment, number, page))
            found.messages[stream, form, at[:7]] += 1
    paper.expect(rows)
    dead = [letter for letter in mapped.dead if letter.message_id]
    paper.set_aside([id_of(letter.message_id) or b"" for letter in dead])
    found.counts.update(mapped.counts)
    found.counts[USERS] += len(mapped.users)
    found.counts[MESSAGES] += len(rows) + len(dead)
    found.counts.update(key(DEAD, letter.stream, letter.reason) for letter in dead)
