"""Details: they complete the rows that own them, and share their fate."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from extractors.rows import Rows
from mappers.kinds import Key
from mappers.outcomes import DeadRow, Detail, Details, Filtered, Stream

Fates = Mapping[Key, Filtered | DeadRow | None]
"""What became of the owners, by the key that details refer to; None: mapped, if only once."""


def drop_broken(detail: Detail, lines: Rows, owners: Rows) -> None:
    """Set aside the owners of dead details: without them they would be told wrong."""
    if lines.broken:
        words = f"a row of {detail.stream} that belongs to it is dead"
        broken = [row for row in owners.rows if getattr(row, detail.owner) in lines.broken]
        owners.dead.extend(DeadRow(row.row_id, "Broken-Detail", words) for row in broken)
        owners.rows = [row for row in owners.rows if getattr(row, detail.owner) not in lines.broken]


def by_owner(detail: Detail, lines: Rows) -> Details:
    """Return the details by the key of the row that owns them."""
    grouped: dict[Key, list[Any]] = defaultdict(list)
    place = detail.row._fields.index(detail.key)
    for row in lines.rows:
        grouped[row[place]].append(row)
    return grouped


def set_aside(rows: Rows) -> dict[Key, Filtered | DeadRow]:
    """Return the rows that are filtered or dead so far, by row id."""
    outcomes: list[Filtered | DeadRow] = [*rows.filtered, *rows.dead]
    return {outcome.row_id: outcome for outcome in outcomes}


def fates(stream: Stream, owner: str, owners: Rows, unmapped: Mapping[Key, Filtered | DeadRow]) -> Fates:
    """Return the owners' fates. `unmapped` were set aside before mapping, when an equal row may have gone on."""
    is_row_id = owner == "row_id" or stream.state  # an account is its user; a log's row is not
    found: dict[Key, Filtered | DeadRow | None] = {**unmapped} if is_row_id else {}
    gone = {key: outcome for key, outcome in set_aside(owners).items() if outcome is not unmapped.get(key)}
    mapped: set[Key] = set()
    for row in owners.rows:
        key, fate = getattr(row, owner), gone.get(row.row_id)
        if fate is None:
            mapped.add(key)
        found[key] = fate
    found.update(dict.fromkeys(mapped))
    return found


def settle(detail: Detail, lines: Rows, outside: set[Key], owners: Fates) -> None:
    """Give each detail its owner's fate; one without an owner has the detail's own.

    Details of owners outside the window, which the query's margin brought in, are not counted.
    """
    _forget_outside(lines, outside)
    orphan = detail.orphan(Key(""), "No-Owner", "") if detail.orphan is DeadRow else Filtered(Key(""), "no owner")
    place = detail.row._fields.index(detail.key)
    for row in lines.rows:
        fate = owners.get(row[place], orphan)
        if fate is None:
            continue
        identity = Key("/".join(getattr(row, name) for name in detail.identity))
        if row[place] in outside:
            lines.read -= 1
        elif isinstance(fate, Filtered):
            lines.filtered.append(Filtered(identity, fate.reason))
        else:
            reason = "No-Owner" if fate is orphan else "Owner-Dead"
            lines.dead.append(DeadRow(identity, reason, f"{detail.key} refers to no row that is sent"))


def _forget_outside(lines: Rows, outside: set[Key]) -> None:
    if outside:
        before = len(lines.filtered) + len(lines.dead)
        lines.filtered = [one for one in lines.filtered if one.row_id.rpartition("/")[0] not in outside]
        lines.dead = [one for one in lines.dead if one.row_id.rpartition("/")[0] not in outside]
        lines.read -= before - len(lines.filtered) - len(lines.dead)
