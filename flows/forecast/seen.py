"""What is seen of the messages that a run would send, a page at a time, in memory that does not grow with them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractors.pages import Page
from flows.forecast.masks import masked
from loaders.batches import Message
from loaders.destination_limits import Limits, oldest_taken
from loaders.personal import marks
from loaders.plan import Rule, TrackingPlan
from mappers.disclosure import ITEM, OTHER, Path
from mappers.identity import Lint, differing_in_case
from mappers.kinds import Instant

IN_CASE = "differs from another id of its page in the case of letters alone"

_SIGN_UP = "user_signed_up"
_TRAITS = ("identify", "group")


@dataclass(frozen=True)
class Looked:
    """A rule's part of what is looked for: where its fields stand, and the personal ones."""

    body: str
    personal: tuple[Path, ...]


@dataclass(frozen=True)
class Look:
    """What is looked for: each rule's fields, odd ids, and the oldest instant that each destination takes."""

    rules: Mapping[str, Looked]
    lint: Lint
    oldest: Mapping[str, Instant]


@dataclass
class Seen:
    """Counts of what was seen; `fields` by rule and the names of its body, `samples` one message a rule, masked.

    `new` are users by the month of their first message, `active` users and months in which they have one. Of a user who
    is read in slices, what is before the sign-up is told within its slice alone.
    """

    new: Counter[str] = field(default_factory=Counter)
    active: Counter[str] = field(default_factory=Counter)
    fields: Counter[tuple[str, tuple[str, ...]]] = field(default_factory=Counter)
    personal: Counter[tuple[str, Path]] = field(default_factory=Counter)
    oddities: Counter[str] = field(default_factory=Counter)
    before_sign_up: int = 0
    too_old: Counter[str] = field(default_factory=Counter)
    samples: dict[str, dict[str, Any]] = field(default_factory=dict)
    first: str = ""
    last: str = ""
    sliced: dict[str, set[str]] = field(default_factory=dict)
    """The months so far of the users whose time is read in slices now."""

    def see(self, page: Page, users: Sequence[Sequence[Message]], look: Look) -> None:
        """Look at each user's messages on the page."""
        if page.is_first:
            self.sliced.clear()
        ids = [self._user(messages, look, is_slice=page.is_slice) for messages in users]
        odd = differing_in_case(ids)
        if odd:
            self.oddities[IN_CASE] += odd

    def _user(self, messages: Sequence[Message], look: Look, *, is_slice: bool) -> str:
        for message in messages:
            read = message.read()
            self._message(message, read, look.rules[message.rule])
        who = str(read.get("userId") or read.get("anonymousId"))
        times = sorted(message.at for message in messages)
        months = {at[:7] for at in times}
        before = self.sliced.setdefault(who, set()) if is_slice else set()
        self.active.update(months - before)
        if not before:
            self.new[times[0][:7]] += 1
            self.oddities.update(look.lint(who))
        before |= months
        self.first, self.last = min(self.first or times[0], times[0]), max(self.last, times[-1])
        for destination, oldest in look.oldest.items():
            self.too_old[destination] += sum(at < oldest for at in times)
        signed_up = next((message.at for message in messages if message.rule == _SIGN_UP), "")
        self.before_sign_up += sum(message.at < signed_up for message in messages)
        return who

    def _message(self, message: Message, read: dict[str, Any], looked: Looked) -> None:
        rule = message.rule
        self.fields[rule, tuple(read[looked.body])] += 1
        for path in looked.personal:
            if _stands(read, path):
                self.personal[rule, path] += 1
        if rule not in self.samples:
            self.samples[rule] = masked(read, looked.personal)


def look_for(plan: TrackingPlan, lint: Lint, limits: Limits, destinations: Sequence[str], now: Instant) -> Look:
    """Return what is to be looked for under the plan, for those destinations, as of now."""
    oldest = {name: oldest_taken(limits, name, now) for name in destinations}
    return Look(
        {key: looked_of(rule) for key, rule in plan.rules.items()},
        lint,
        {name: instant for name, instant in oldest.items() if instant},
    )


def looked_of(rule: Rule) -> Looked:
    """Return where a rule's fields stand in its messages; pseudonyms are personal too."""
    body = "traits" if rule.call in _TRAITS else "properties"
    return Looked(body, tuple(mark.path for mark in marks((rule.before or rule).schema)))


def _stands(value: Any, path: Path) -> bool:
    """Tell whether there is anything at the path."""
    for place, part in enumerate(path):
        if part == ITEM:
            return isinstance(value, list) and any(_stands(inner, path[place + 1 :]) for inner in value)
        if not isinstance(value, dict):
            return False
        if part == OTHER:
            return bool(value)
        if part not in value:
            return False
        value = value[part]
    return True
