"""The rows of a page to messages by user, and a fate for every row: mapped, filtered or dead."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from extractors.pages import Window
from extractors.rows import Rows
from flows.details import by_owner, drop_broken, fates, set_aside, settle
from flows.sealing import Seal
from flows.tally import DEAD_ROWS, FILTERED, FINDINGS, MAPPED, READ, SEAMS, key
from loaders.batches import Message
from loaders.ledger.dead_letters import DeadLetter, Noted
from loaders.ledger.runs import Counts
from mappers.kinds import Instant, Key
from mappers.outcomes import DeadRow, Details, Draft, Filtered, Outcome, Stream

OUTSIDE = "outside the window"

Read = Callable[[str], Rows]
"""Reads the page's rows of a stream or detail; there are none where the page's axis or the profile has none."""


@dataclass
class Mapped:
    """A page mapped: its messages by user or visitor, what was set aside, what was noted, and the counts.

    `left_out` are the people of the page who are not sent, and why.
    """

    users: dict[Key, list[Message]] = field(default_factory=lambda: defaultdict(list))
    dead: list[DeadLetter] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    counts: Counts = field(default_factory=Counter)
    left_out: dict[Key, str] = field(default_factory=dict)


def map_page(
    read: Read, streams: Sequence[Stream], wanted: frozenset[str], window: Window, seal: Seal, *, is_first: bool = True
) -> Mapped:
    """Read, map and seal one stream of the page after the other; every row that was read is counted once.

    A user's details are read with each slice of their time, and counted with the first.
    """
    mapped = Mapped()
    states: dict[str, Details] = {}
    for stream in streams:
        rows = read(stream.name)
        details: Details = {}
        lines = Rows()
        if stream.detail:
            lines = read(stream.detail.stream)
            drop_broken(stream.detail, lines, rows)
            details = by_owner(stream.detail, lines)
        unmapped = set_aside(rows)
        _take(stream.name, rows, stream.drafts(rows.rows, wanted, details), seal, mapped)
        if stream.detail:
            owners = fates(stream, stream.detail.owner, rows, unmapped)
            settle(stream.detail, lines, rows.outside, owners)
            if is_first or not stream.detail.is_of_user:
                _count(stream.detail.stream, lines, mapped)
        _count(stream.name, rows, mapped)
        if stream.state:
            states[stream.name] = details
    if window.since or window.until:
        _leave_out_states(mapped, streams, states, window)
    return mapped


def _take(stream: str, rows: Rows, outcomes: Iterable[Outcome], seal: Seal, mapped: Mapped) -> None:
    """Sort a stream's outcomes: messages to their users, rows to their fates."""
    users = mapped.users
    for outcome in outcomes:
        if isinstance(outcome, Draft):
            sealed = seal(stream, outcome)
            if isinstance(sealed, Message):
                users[outcome.user_id or outcome.anonymous_id or Key("")].append(sealed)
            else:
                mapped.dead.append(sealed)
        elif isinstance(outcome, DeadRow):
            rows.dead.append(outcome)
        elif isinstance(outcome, Filtered):
            rows.filtered.append(outcome)
        else:
            mapped.noted.append(Noted(stream, outcome.row_id, outcome.kind))
            mapped.counts[key(FINDINGS, stream, outcome.kind)] += 1


def _count(name: str, rows: Rows, mapped: Mapped) -> None:
    counts = mapped.counts
    mapped.left_out |= rows.left_out
    counts[key(READ, name)] += rows.read
    counts[key(MAPPED, name)] += rows.read - len(rows.filtered) - len(rows.dead)
    counts.update(key(FILTERED, name, outcome.reason) for outcome in rows.filtered)
    counts.update(key(DEAD_ROWS, name, outcome.reason) for outcome in rows.dead)
    counts.update({key(SEAMS, name, seam): count for seam, count in rows.seams.items()})
    mapped.dead.extend(DeadLetter(name, row.row_id, "", row.reason, row.detail, None) for row in rows.dead)


def _leave_out_states(mapped: Mapped, streams: Sequence[Stream], states: dict[str, Details], window: Window) -> None:
    """Drop what tells a state from outside the window of a user who did nothing in it: they are not to be billed."""
    details = {stream.name: stream.detail.stream for stream in streams if stream.state and stream.detail}
    for user, messages in list(mapped.users.items()):
        if all(message.stream in states and not window.holds(Instant(message.at)) for message in messages):
            for message in messages:
                _leave_out(message.stream, 1, mapped.counts)
                if message.stream in details:
                    _leave_out(details[message.stream], len(states[message.stream].get(user, ())), mapped.counts)
            del mapped.users[user]


def _leave_out(stream: str, rows: int, counts: Counts) -> None:
    if rows:
        counts[key(MAPPED, stream)] -= rows
        counts[key(FILTERED, stream, OUTSIDE)] += rows
