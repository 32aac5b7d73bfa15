"""What a page's query returned to typed rows, and those set aside with their reasons."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from types import MappingProxyType
from typing import Any, NamedTuple

from extractors.contract import ANONYMOUS, ROW_ID, USER, Column, Contract
from extractors.convert import convert
from extractors.extents import Extent
from extractors.instants import Zone, read_instants
from extractors.pages import Axis, Window
from extractors.people import EVERYBODY, People
from extractors.query import is_beside, key_of
from mappers.kinds import LAST, Instant, Key
from mappers.outcomes import DeadRow, Filtered

TOO_RECENT = "too recent"

Faults = dict[int, tuple[str, str]]
"""For each place of a row that is dead: the reason, and where."""


@dataclass(frozen=True)
class Cleaning:
    """What rows are cleaned by: zone, window, the moment of the run and that up to which rows count as settled.

    Rows of those who are not among the people are left out before anything else is found of them.
    """

    zone: Zone
    window: Window
    now: Instant
    settled: Instant
    people: People = EVERYBODY


@dataclass
class Rows:
    """The rows of one stream on one page: `read` = rows + filtered + dead.

    `broken` are the keys of owners one of whose details is dead: without it they would be told wrong. `outside` are
    the rows that the query's margin brought in from outside the window, which are not counted. `left_out` are the
    people whose rows were, and why.
    """

    read: int = 0
    rows: list[Any] = field(default_factory=list)
    filtered: list[Filtered] = field(default_factory=list)
    dead: list[DeadRow] = field(default_factory=list)
    broken: set[Key] = field(default_factory=set)
    outside: set[Key] = field(default_factory=set)
    seams: Counter[str] = field(default_factory=Counter)
    left_out: dict[Key, str] = field(default_factory=dict)


class _Read(NamedTuple):
    rows: Sequence[Any]
    identities: Sequence[Key]
    moments: Sequence[Instant | None]


def typed_rows(  # noqa: PLR0913, PLR0917  # a page's rows hang on as much
    fetched: Sequence[Sequence[Any]],
    contract: Contract,
    axis: Axis,
    present: frozenset[str],
    by: Cleaning,
    extent: Extent | None = None,
    shared: Mapping[Key, int] = MappingProxyType({}),
) -> Rows:
    """Return the typed rows of what was fetched in the contract's order, and the extent's column where it is beside it.

    Rows outside the extent's window are not counted. `shared` are the row ids that several rows have, on any page.
    Where people are left out and no column of the contract tells whose a row is, the last one that was fetched does.
    """
    result = Rows()
    if not fetched:
        return result
    faults: Faults = {}
    values = list(zip(*fetched, strict=True))
    columns = {
        column.name: _typed(own, column, by, faults, result.seams)
        for column, own in zip(contract.columns, values, strict=False)
    }
    if ROW_ID in contract.identity and ROW_ID not in present:
        columns[ROW_ID] = _occurrences(_identity_of_log(columns, contract, present), faults)
    if axis is Axis.NOBODY:
        faults = dict.fromkeys(range(len(fetched)), ("No-Identity", "neither user_id nor anonymous_id"))
    identities = _identities(columns, contract, faults)
    if shared:
        _find_shared(identities, shared, faults)
    rows = list(map(contract.row._make, zip(*columns.values(), strict=True)))
    read = _Read(rows, identities, columns[contract.moment] if contract.moment else ())
    keep = [True] * len(rows)
    if extent and (extent.window.since or extent.window.until):
        own = [columns.get(extent.column, ())] if extent.nulls else _followed(values, contract, extent, by.zone)
        _leave_outside(own, keep, identities, extent.window, result)
    if not by.people.are_all:
        _leave_out(_owners(columns, values, contract, axis), axis, keep, identities, by.people, result)
    _sort_out(read, keep, contract, faults, by, result)
    _collapse(list(compress(rows, keep)), list(compress(identities, keep)), contract, result)
    return result


def _typed(values: Sequence[Any], column: Column, by: Cleaning, faults: Faults, seams: Counter[str]) -> Sequence[Any]:
    own: dict[int, str] = {}
    typed: Sequence[Any]
    if column.kind is Instant:
        reading = read_instants(values, by.zone, by.now)
        own, typed = reading.faults, reading.values
        seams.update(reading.seams)
    else:
        typed = convert(values, column.kind, own)
    for place, reason in own.items():
        faults.setdefault(place, (reason, column.name))
    if not column.nullable and not column.optional and column.name != ROW_ID and None in typed:
        missing = "Missing-Time" if column.kind is Instant else "Missing-Value"
        for place, value in enumerate(typed):
            if value is None:
                faults.setdefault(place, (missing, f"{column.name} is null"))
    return list(map(bool, typed)) if column.kind is bool else typed


def _identities(columns: dict[str, Sequence[Any]], contract: Contract, faults: Faults) -> Sequence[Key]:
    """Return what tells the rows apart; a row without it is dead, and known by its digest."""
    parts = [columns[name] for name in contract.identity]
    if not any(None in part for part in parts):
        return parts[0] if len(parts) == 1 else list(map(Key, map("/".join, zip(*parts, strict=True))))
    identities = []
    for place, values in enumerate(zip(*parts, strict=True)):
        if None in values:
            faults.setdefault(place, ("Missing-Key", f"{contract.identity[values.index(None)]} is null"))
            identities.append(Key(f"row {_digest([column[place] for column in columns.values()])}"))
        else:
            identities.append(Key("/".join(values)))
    return identities


def _followed(values: Sequence[Any], contract: Contract, extent: Extent, zone: Zone) -> list[Sequence[Instant | None]]:
    """Return when rows changed, and happened: what lies in the future is not there yet, and no fault of its row."""
    place = len(contract.columns) if is_beside(contract, extent) else contract.row._fields.index(extent.column)
    own = read_instants(values[place], zone, LAST).values
    return [own, *(_followed(values, contract, extent.other, zone) if extent.other else ())]


def _leave_outside(
    moments: Sequence[Sequence[Instant | None]],
    keep: list[bool],
    identities: Sequence[Key],
    window: Window,
    result: Rows,
) -> None:
    """Leave out the rows none of whose moments lies in the window; one that has none is judged by what is wrong."""
    for place, ats in enumerate(zip(*moments, strict=True)):
        known = [at for at in ats if at is not None]
        if known and not any(map(window.holds, known)):
            keep[place] = False
            result.outside.add(identities[place])


def _owners(
    columns: Mapping[str, Sequence[Any]], values: Sequence[Sequence[Any]], contract: Contract, axis: Axis
) -> Sequence[Key | None]:
    """Return whose the rows are."""
    name = key_of(axis)
    return columns[name] if name in contract.row._fields else convert(values[-1], Key, {})


def _leave_out(
    owners: Sequence[Key | None],
    axis: Axis,
    keep: list[bool],
    identities: Sequence[Key],
    people: People,
    result: Rows,
) -> None:
    """Filter the rows of people who are left out, whatever else is wrong with them: no letter is to name them."""
    for place, reason in people.left_out(axis, owners).items():
        if keep[place]:
            keep[place] = False
            result.read += 1
            result.filtered.append(Filtered(identities[place], reason))
            result.left_out[owners[place] or Key("")] = reason


def _find_shared(identities: Sequence[Key], shared: Mapping[Key, int], faults: Faults) -> None:
    """Find the rows whose id other rows have that are not here: they are of other users, so they differ."""
    here = Counter(identity for identity in identities if identity in shared)
    for place, identity in enumerate(identities):
        if here.get(identity, 0) < shared.get(identity, 0):
            faults.setdefault(place, ("Conflicting-Rows", "rows of different users, or times, have one row id"))


def _sort_out(read: _Read, keep: list[bool], contract: Contract, faults: Faults, by: Cleaning, result: Rows) -> None:
    """Leave those rows that are to be mapped; set aside the dead and the too recent."""
    rows, identities, moments = read
    result.read += sum(keep)
    for place, (reason, detail) in faults.items():
        if keep[place]:
            keep[place] = False
            _set_aside(rows[place], contract, DeadRow(identities[place], reason, detail), result)
    if max(filter(None, moments), default="") > by.settled:
        for place, at in enumerate(moments):
            if keep[place] and at is not None and at > by.settled:
                keep[place] = False
                result.filtered.append(Filtered(identities[place], TOO_RECENT))


def _collapse(rows: list[Any], identities: list[Key], contract: Contract, result: Rows) -> None:
    """Let exact copies be one row; rows that share their identity and differ are dead, all of them.

    So are those that share it with a row of somebody who is left out: it is of another.
    """
    result.rows = rows
    dead = {letter.row_id for letter in result.dead}
    dead |= {one.row_id for one in result.filtered if one.reason != TOO_RECENT}
    if len(set(identities)) == len(identities) and dead.isdisjoint(identities):
        return
    first: dict[Key, Any] = {}
    conflicting = {
        identity
        for identity, row in zip(identities, rows, strict=True)
        if identity in dead or first.setdefault(identity, row) != row
    }
    result.rows = []
    for identity, row in zip(identities, rows, strict=True):
        if identity in conflicting:
            letter = DeadRow(identity, "Conflicting-Rows", "rows of one identity differ")
            _set_aside(row, contract, letter, result)
        elif first.pop(identity, None) is None:
            result.filtered.append(Filtered(identity, "exact copy"))
        else:
            result.rows.append(row)


def _set_aside(row: Any, contract: Contract, letter: DeadRow, result: Rows) -> None:
    result.dead.append(letter)
    if contract.owner:
        result.broken.add(getattr(row, contract.owner))


def _identity_of_log(
    columns: Mapping[str, Sequence[Any]], contract: Contract, present: frozenset[str]
) -> list[Sequence[Any]]:
    """Return the columns that tell the rows of a log without a key apart.

    Whose it is, is one: a visitor who signs up and keeps the id, as stores have it, did nothing again.
    """
    own = [columns[name] for name in contract.log_identity if name in present and name not in (USER, ANONYMOUS)]
    visitors = columns.get(ANONYMOUS) or [None] * len(columns[USER])
    return [[user or visitor for user, visitor in zip(columns[USER], visitors, strict=True)], *own]


def _occurrences(columns: Sequence[Sequence[Any]], faults: Faults) -> list[Key]:
    """Return an id for each row of a log without a key: its digest, and which of the equal rows it is.

    Dead rows are numbered apart: what could not be read in them counts as null, and must not change another's id.
    """
    seen: Counter[str] = Counter()
    ids = []
    for place, values in enumerate(zip(*columns, strict=True)):
        digest = f"{_digest(values)}.dead" if place in faults else _digest(values)
        seen[digest] += 1
        ids.append(Key(f"{digest}.{seen[digest]}"))
    return ids


def _digest(values: Sequence[Any]) -> str:
    """Return a digest of typed values, the same from every database: decimals are normalised when they are read."""
    return hashlib.blake2b(repr(values).encode(), digest_size=16).hexdigest()
