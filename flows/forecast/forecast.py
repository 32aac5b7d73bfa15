"""A forecast: the account of a run as if all were delivered, what was seen of it, and what a run of it is held to."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extractors.pages import Page
from flows.forecast.contract import Contract
from flows.forecast.masks import shape_of, value_at
from flows.forecast.prices import Prices
from flows.forecast.seen import Look, Seen
from flows.job import Job
from flows.sealing import Seal
from flows.summary import Summary
from loaders.batches import Message
from loaders.destination_limits import Limits
from loaders.ledger.dead_letters import DeadLetter
from loaders.ledger.runs import Counts
from loaders.plan import TrackingPlan
from mappers.envelope import Destinations
from mappers.messages import Json
from mappers.outcomes import Draft

_PLACE = re.compile(r"\.[0-9]+")


class Violation(NamedTuple):
    """A kind of message that the tracking plan does not allow: its rule, the name of the fault, and where it is."""

    rule: str
    reason: str
    where: str


@dataclass(frozen=True)
class Forecast:
    """What a run would send, and what it is `about`, in sentences.

    `seconds` in the summary is how long reading and mapping took; `rate` is in events/s.
    """

    about: tuple[str, ...]
    summary: Summary
    counts: Counts
    seen: Seen
    violations: Mapping[Violation, int]
    examples: Mapping[Violation, Json]
    plan: TrackingPlan
    destinations: Destinations | None
    limits: Limits
    contract: Contract
    rate: int
    prices: Prices | None


@dataclass
class Gathering:
    """What is gathered while everything is read."""

    look: Look
    seen: Seen = field(default_factory=Seen)
    violations: Counter[Violation] = field(default_factory=Counter)
    examples: dict[Violation, Json] = field(default_factory=dict)

    def see(self, page: Page, users: Sequence[Sequence[Message]], dead: Sequence[DeadLetter]) -> None:
        """Look at a page's messages, and at its messages that are dead."""
        self.seen.see(page, users, self.look)
        self.violations.update(_kind(one) for one in dead if one.message_id)

    def watched(self, job: Job, seal: Seal) -> Seal:
        """Return the seal, which keeps of each kind of violation the shape of the first value that it met."""

        def sealed(stream: str, draft: Draft) -> Message | DeadLetter:
            became = seal(stream, draft)
            if isinstance(became, DeadLetter):
                kind = _kind(became)
                if kind not in self.examples:
                    self.examples[kind] = _example(job, draft, became)
            return became

        return sealed


def _kind(letter: DeadLetter) -> Violation:
    """Return what kind of violation it is: the places of a list are one, and so are all sizes of what is too large."""
    place, colon, keyword = letter.detail.partition(": ")
    return Violation(letter.rule, letter.reason, f"{_PLACE.sub('.[]', place)}{colon}{keyword}" if colon else "")


def _example(job: Job, draft: Draft, letter: DeadLetter) -> Json:
    """Return the shape of the value that the letter's detail names; None where there is none."""
    rule = job.plan.rules.get(letter.rule)
    if rule is None:
        return None
    message = job.envelope.message(draft, letter.message_id or "", rule.call, rule.event)
    return shape_of(value_at(message, letter.detail.partition(":")[0].split(".")))
