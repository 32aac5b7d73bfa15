"""The rows of a page to messages by user, and a fate for every row: mapped, filtered or dead."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractors.pages import Window
from extractors.rows import Rows
from flows.sealing import Seal
from flows.tally import DEAD_ROWS, FILTERED, FINDINGS, MAPPED, READ, SEAMS, Counts, key
from loaders.batches import Message
from loaders.ledger.dead_letters import DeadLetter, Noted
from mappers.kinds import Instant, Key
from mappers.outcomes import DeadRow, Detail, Details, Draft, Filtered, Outcome, Stream

OUTSIDE = "outside the window"

Fates = Mapping[Key, Filtered | DeadRow | None]
Read = Callable[[str], Rows]
"""Reads the page's rows of a stream or detail; there are none where the page's axis or the profile has none."""


@dataclass
class Mapped:
    """A page mapped: its messages by user or visitor, what was set aside, what was noted, and the counts."""

    users: dict[Key, list[Message]] = field(default_factory=lambda: defaultdict(list))
    dead: list[DeadLetter] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    counts: Counts = field(default_factory=Counter)


def map_page(read: Read, streams: Sequence[Stream], wanted: frozenset[str], window: Window, seal: Seal) -> Mapped:
    """Read, map and seal one stream of the page after the other; every row that was read is counted once."""
    mapped = Mapped()
    for stream in streams:
        rows = read(stream.name)
        details: Details = {}
        lines = read(stream.detail.stream) if stream.detail else Rows()
        if stream.detail:
            _drop_broken(stream.detail, lines, rows)
            details = _by_owner(stream.detail, lines)
        _take(stream.name, rows, stream.drafts(rows.rows, wanted, details), seal, mapped)
        if stream.detail:
            _settle_details(stream.detail, lines, rows, _fates(stream, stream.detail.owner, rows))
            _count(stream.detail.stream, lines, mapped)
        _count(stream.name, rows, mapped)
    if window.since or window.until:
        _leave_out_states(mapped, {stream.name for stream in streams if stream.state}, window)
    return mapped


def _drop_broken(detail: Detail, lines: Rows, rows: Rows) -> None:
    """Set aside the owners of dead details: without them they would be told wrong."""
    if lines.broken:
        words = f"a row of {detail.stream} that belongs to it is dead"
        broken = [row for row in rows.rows if getattr(row, detail.owner) in lines.broken]
        rows.dead.extend(DeadRow(row.row_id, "Broken-Detail", words) for row in broken)
        rows.rows = [row for row in rows.rows if getattr(row, detail.owner) not in lines.broken]


def _by_owner(detail: Detail, lines: Rows) -> Details:
    grouped: dict[Key, list[Any]] = defaultdict(list)
    place = detail.row._fields.index(detail.key)
    for row in lines.rows:
        grouped[row[place]].append(row)
    return grouped


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


def _settle_details(detail: Detail, lines: Rows, owners: Rows, fates: Fates) -> None:
    """Give each detail its owner's fate; one without an owner has the detail's own."""
    orphan = detail.orphan(Key(""), "No-Owner", "") if detail.orphan is DeadRow else Filtered(Key(""), "no owner")
    place = detail.row._fields.index(detail.key)
    for row in lines.rows:
        fate = fates.get(row[place], orphan)
        if fate is None:
            continue
        identity = Key("/".join(getattr(row, name) for name in detail.identity))
        if row[place] in owners.outside:
            lines.read -= 1
        elif isinstance(fate, Filtered):
            lines.filtered.append(Filtered(identity, fate.reason))
        else:
            reason = "No-Owner" if fate is orphan else "Owner-Dead"
            lines.dead.append(DeadRow(identity, reason, f"{detail.key} refers to no row that is sent"))


def _fates(stream: Stream, owner: str, owners: Rows) -> Fates:
    """Return what became of the owners, by the key that details refer to; None: mapped, if only once."""
    set_aside: list[Filtered | DeadRow] = [*owners.filtered, *owners.dead]
    gone = {outcome.row_id: outcome for outcome in set_aside}
    is_row_id = owner == "row_id" or stream.state  # an account is its user; a log's row is not
    fates: dict[Key, Filtered | DeadRow | None] = {**gone} if is_row_id else {}
    for row in owners.rows:
        owner_key = getattr(row, owner)
        fates[owner_key] = fates.get(owner_key, gone.get(row.row_id)) and gone.get(row.row_id)
    return fates


def _count(name: str, rows: Rows, mapped: Mapped) -> None:
    counts = mapped.counts
    counts[key(READ, name)] += rows.read
    counts[key(MAPPED, name)] += rows.read - len(rows.filtered) - len(rows.dead)
    counts.update(key(FILTERED, name, outcome.reason) for outcome in rows.filtered)
    counts.update(key(DEAD_ROWS, name, outcome.reason) for outcome in rows.dead)
    counts.update({key(SEAMS, name, seam): count for seam, count in rows.seams.items()})
    mapped.dead.extend(DeadLetter(name, row.row_id, "", row.reason, row.detail, None) for row in rows.dead)


def _leave_out_states(mapped: Mapped, states: set[str], window: Window) -> None:
    """Drop what tells a state from outside the window of a user who did nothing in it: they are not to be billed."""
    for user, messages in list(mapped.users.items()):
        if all(message.stream in states and not window.holds(Instant(message.at)) for message in messages):
            for message in messages:
                mapped.counts[key(MAPPED, message.stream)] -= 1
                mapped.counts[key(FILTERED, message.stream, OUTSIDE)] += 1
            del mapped.users[user]
