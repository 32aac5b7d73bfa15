"""What a page's query returned to typed rows, and those set aside with their reasons."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from extractors.contract import ROW_ID, Column, Contract
from extractors.convert import convert
from extractors.instants import Zone, read_instants
from extractors.pages import Axis, Window
from mappers.kinds import Instant, Key
from mappers.outcomes import DeadRow, Filtered

TOO_RECENT = "too recent"


@dataclass(frozen=True)
class Cleaning:
    """What rows are cleaned by: zone, window, the moment of the run and that up to which rows count as settled."""

    zone: Zone
    window: Window
    now: Instant
    settled: Instant


@dataclass
class Rows:
    """The rows of one stream on one page: `read` = rows + filtered + dead.

    `broken` are the keys of owners one of whose details is dead: without it they would be told wrong. `outside` are
    the rows that the query's margin brought in from outside the window, which are not counted.
    """

    read: int = 0
    rows: list[Any] = field(default_factory=list)
    filtered: list[Filtered] = field(default_factory=list)
    dead: list[DeadRow] = field(default_factory=list)
    broken: set[Key] = field(default_factory=set)
    outside: set[Key] = field(default_factory=set)
    seams: Counter[str] = field(default_factory=Counter)


def typed_rows(fetched: Sequence[Sequence[Any]], contract: Contract, axis: Axis, keyed: bool, by: Cleaning) -> Rows:  # noqa: FBT001  # the model has a key or not
    """Return the typed rows of what was fetched in the contract's order. Rows outside the window are not counted."""
    result = Rows()
    if not fetched:
        return result
    faults: dict[int, tuple[str, str]] = {}
    columns = [
        _typed(values, column, by, faults, result.seams)
        for column, values in zip(contract.columns, zip(*fetched, strict=True), strict=True)
    ]
    if not keyed:
        names = [column.name for column in contract.columns]
        columns[names.index(ROW_ID)] = _occurrences(names, columns)
    if axis is Axis.NOBODY:
        faults = dict.fromkeys(range(len(fetched)), ("No-Identity", "neither user_id nor anonymous_id"))
    made = list(map(contract.row._make, zip(*columns, strict=True)))
    _sort_out(made, contract, faults, by, result)
    if keyed:
        _collapse(contract, result)
    return result


def _typed(
    values: Sequence[Any], column: Column, by: Cleaning, faults: dict[int, tuple[str, str]], seams: Counter[str]
) -> Sequence[Any]:
    if column.kind is Instant:
        reading = read_instants(values, by.zone, by.now)
        own, typed = reading.faults, reading.values
        seams.update(reading.seams)
    else:
        own = {}
        typed = list(convert(values, column.kind, own))
    for place, reason in own.items():
        faults.setdefault(place, (reason, column.name))
    if not column.nullable and not column.optional and None in typed and column.name != ROW_ID:
        missing = "Missing-Time" if column.kind is Instant else "Missing-Value"
        for place, value in enumerate(typed):
            if value is None:
                faults.setdefault(place, (missing, f"{column.name} is null"))
    if column.kind is bool:
        return [bool(value) for value in typed]
    return typed


def _sort_out(
    made: list[Any], contract: Contract, faults: dict[int, tuple[str, str]], by: Cleaning, result: Rows
) -> None:
    """Divide the rows into those to map, those to filter and those that are dead."""
    moment = contract.row._fields.index(contract.moment) if contract.moment else None
    bounded = contract.window is not None
    for place, row in enumerate(made):
        at = row[moment] if moment is not None else None
        if at is not None and bounded and not by.window.holds(at):
            result.outside.add(_identity(row, contract))
            continue
        result.read += 1
        if place in faults:
            _set_aside(row, contract, *faults[place], result)
        elif ROW_ID in contract.identity and row.row_id is None:
            _set_aside(row, contract, "Missing-Key", "row_id is null", result)
        elif at is not None and at > by.settled:
            result.filtered.append(Filtered(_identity(row, contract), TOO_RECENT))
        else:
            result.rows.append(row)


def _collapse(contract: Contract, result: Rows) -> None:
    """Let exact copies be one row; rows that share their identity and differ are dead, all of them."""
    identities = [_identity(row, contract) for row in result.rows]
    if len(set(identities)) == len(identities):
        return
    first: dict[Key, Any] = {}
    conflicting: set[Key] = set()
    for identity, row in zip(identities, result.rows, strict=True):
        if first.setdefault(identity, row) != row:
            conflicting.add(identity)
    kept: list[Any] = []
    seen: set[Key] = set()
    for identity, row in zip(identities, result.rows, strict=True):
        if identity in conflicting:
            _set_aside(row, contract, "Conflicting-Rows", "rows of one identity differ", result)
        elif identity in seen:
            result.filtered.append(Filtered(identity, "exact copy"))
        else:
            seen.add(identity)
            kept.append(row)
    result.rows = kept


def _set_aside(row: Any, contract: Contract, reason: str, detail: str, result: Rows) -> None:
    result.dead.append(DeadRow(_identity(row, contract), reason, detail))
    if contract.owner:
        result.broken.add(getattr(row, contract.owner))


def _identity(row: Any, contract: Contract) -> Key:
    parts = [getattr(row, name) for name in contract.identity]
    if None in parts:
        return Key(f"row {_digest(contract.row._fields, row)}")
    return parts[0] if len(parts) == 1 else Key("/".join(parts))


def _occurrences(names: Sequence[str], columns: Sequence[Sequence[Any]]) -> list[Key]:
    """Return an id for each row of a log without a key: its digest, and which of the equal rows it is."""
    seen: Counter[str] = Counter()
    ids = []
    for values in zip(*columns, strict=True):
        digest = _digest(names, values)
        seen[digest] += 1
        ids.append(Key(f"{digest}.{seen[digest]}"))
    return ids


def _digest(names: Sequence[str], values: Sequence[Any]) -> str:
    """Return a digest of the values that are there, the same from every database and for every set of null columns."""
    parts = [
        f"{name}={value.normalize() if isinstance(value, Decimal) else value}"
        for name, value in zip(names, values, strict=True)
        if value is not None
    ]
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
