"""What the source makes today: every page read, mapped and sealed as a run would, and nothing sent."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from extractors.pages import Axis
from flows.cutting import Cut
from flows.job import Job
from flows.mapping import Mapped
from flows.parts import Part
from flows.reading_through import read_through
from flows.sealing import NO_IMPORT, sealer
from flows.tally import DEAD, MESSAGES, USERS, key
from flows.verification.scope import form_of
from flows.verification.scratch import Expected, Scratch
from loaders.destination.arrivals import Who, id_of, milliseconds_of
from loaders.ledger.runs import Counts

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
    for number, pages, part in read_through(job, cut.shards, sealer(job, NO_IMPORT)):
        found.pages.append((number, pages.start, pages.position))
        _write(part, job, paper, who, found)
        tell(f"source: {found.counts[MESSAGES]:,} messages")
    return found


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
    paper.leave_out([who(None, one) if axis is Axis.VISITORS else who(one, None) for one in mapped.left_out])
    dead = [letter for letter in mapped.dead if letter.message_id]
    paper.set_aside([id_of(letter.message_id) or b"" for letter in dead])
    found.counts.update(mapped.counts)
    found.counts[USERS] += len(mapped.users)
    found.counts[MESSAGES] += len(rows) + len(dead)
    found.counts.update(key(DEAD, letter.stream, letter.reason) for letter in dead)
