"""The rows of a page to drafts by user, and a fate for every row: mapped, filtered or dead."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from extractors.pages import Window
from extractors.rows import Rows
from flows.tally import DEAD_ROWS, FILTERED, FINDINGS, MAPPED, READ, SEAMS, Counts, key
from loaders.ledger.dead_letters import DeadLetter, Noted
from mappers.kinds import Key
from mappers.outcomes import DeadRow, Detail, Details, Draft, Filtered, Stream

OUTSIDE = "outside the window"


class Placed(NamedTuple):
    """A draft, the stream it comes from, and its place among the page's drafts."""

    place: int
    stream: Stream
    draft: Draft


@dataclass
class Mapped:
    """A page mapped: its drafts by user or visitor, the rows set aside, what was noted, and the counts."""

    users: dict[Key, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    dead: list[DeadLetter] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)
    counts: Counts = field(default_factory=Counter)


def map_page(page: Mapping[str, Rows], streams: Sequence[Stream], wanted: frozenset[str], window: Window) -> Mapped:
    """Map every stream of the page; every row that was read is counted once."""
    mapped = Mapped()
    for stream in streams:
        rows = page.get(stream.name)
        if rows is not None:
            _drop_broken(stream, rows, page)
            _map_stream(stream, rows, _details(page, stream.detail), wanted, mapped)
    if window.since or window.until:
        _leave_out_states(mapped.users, page, window)
    for stream in streams:
        if stream.detail and stream.detail.stream in page and stream.name in page:
            _settle_details(stream.detail, [other for other in streams if other.detail is stream.detail], page)
    for name, rows in page.items():
        _count(name, rows, mapped)
    return mapped


def _drop_broken(stream: Stream, rows: Rows, page: Mapping[str, Rows]) -> None:
    """Set aside the owners of dead details: without them they would be told wrong."""
    detail = stream.detail
    broken = page[detail.stream].broken if detail and detail.stream in page else None
    if detail and broken:
        words = f"a row of {detail.stream} that belongs to it is dead"
        rows.dead.extend(
            DeadRow(row.row_id, "Broken-Detail", words) for row in rows.rows if getattr(row, detail.owner) in broken
        )
        rows.rows = [row for row in rows.rows if getattr(row, detail.owner) not in broken]


def _map_stream(stream: Stream, rows: Rows, details: Details, wanted: frozenset[str], mapped: Mapped) -> None:
    place = sum(map(len, mapped.users.values()))
    for outcome in stream.drafts(rows.rows, wanted, details):
        if isinstance(outcome, Draft):
            mapped.users[outcome.user_id or outcome.anonymous_id or Key("")].append(Placed(place, stream, outcome))
            place += 1
        elif isinstance(outcome, DeadRow):
            rows.dead.append(outcome)
        elif isinstance(outcome, Filtered):
            rows.filtered.append(outcome)
        else:
            mapped.noted.append(Noted(stream.name, outcome.row_id, outcome.kind))


def _details(page: Mapping[str, Rows], detail: Detail | None) -> Details:
    """Return the detail's rows by the key of their owner."""
    grouped: dict[Key, list[object]] = defaultdict(list)
    if detail and detail.stream in page:
        place = detail.row._fields.index(detail.key)
        for row in page[detail.stream].rows:
            grouped[row[place]].append(row)
    return grouped


def _leave_out_states(users: dict[Key, list[Placed]], page: Mapping[str, Rows], window: Window) -> None:
    """Drop what tells a state from before the window of a user who did nothing in it: they are not to be billed."""
    for user, drafts in list(users.items()):
        if all(placed.stream.state and not window.holds(placed.draft.at) for placed in drafts):
            for placed in drafts:
                page[placed.stream.name].filtered.append(Filtered(placed.draft.row_id, OUTSIDE))
            del users[user]


def _settle_details(detail: Detail, owners: Sequence[Stream], page: Mapping[str, Rows]) -> None:
    """Give each detail its owner's fate; one without an owner has the detail's own."""
    rows = page[detail.stream]
    fates: dict[Key, Filtered | DeadRow | None] = {}
    outside: set[Key] = set()
    for owner in owners:
        outside |= page[owner.name].outside
        for owner_key, fate in _fates(page[owner.name], detail.owner):
            fates[owner_key] = fates.get(owner_key, fate) and fate  # mapped once is mapped
    orphan = DeadRow(Key(""), "No-Owner", "") if detail.orphan is DeadRow else Filtered(Key(""), "no owner")
    place = detail.row._fields.index(detail.key)
    kept = []
    for row in rows.rows:
        fate = fates.get(row[place], orphan)
        if fate is None:
            kept.append(row)
        elif row[place] in outside:
            rows.read -= 1
        else:
            _set_aside(row, detail, fate, rows)
    rows.rows = kept


def _set_aside(row: tuple[Any, ...], detail: Detail, fate: Filtered | DeadRow, rows: Rows) -> None:
    identity = Key("/".join(getattr(row, name) for name in detail.identity))
    if isinstance(fate, Filtered):
        rows.filtered.append(Filtered(identity, fate.reason))
    else:
        reason = "No-Owner" if fate.reason == "No-Owner" else "Owner-Dead"
        rows.dead.append(DeadRow(identity, reason, f"{detail.key} refers to no row that is sent"))


def _fates(rows: Rows, owner: str) -> Iterator[tuple[Key, Filtered | DeadRow | None]]:
    set_aside: list[Filtered | DeadRow] = [*rows.filtered, *rows.dead]
    gone = {outcome.row_id: outcome for outcome in set_aside}
    yield from gone.items()
    for row in rows.rows:
        yield getattr(row, owner), gone.get(row.row_id)


def _count(name: str, rows: Rows, mapped: Mapped) -> None:
    counts = mapped.counts
    counts[key(READ, name)] += rows.read
    counts[key(MAPPED, name)] += rows.read - len(rows.filtered) - len(rows.dead)
    counts.update(key(FILTERED, name, outcome.reason) for outcome in rows.filtered)
    counts.update(key(DEAD_ROWS, name, outcome.reason) for outcome in rows.dead)
    counts.update({key(SEAMS, name, seam): count for seam, count in rows.seams.items()})
    mapped.dead.extend(DeadLetter(name, row.row_id, "", row.reason, row.detail, None) for row in rows.dead)
    counts.update(key(FINDINGS, note.stream, note.kind) for note in mapped.noted if note.stream == name)
