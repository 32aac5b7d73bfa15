"""How old an event may be for a destination to take it: `data/destination_limits.yaml`, with its sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args

from loaders.tables import Row, is_text, read_table
from mappers.kinds import Instant, instant_of

LIMITS = Path(__file__).resolve().parent.parent / "data" / "destination_limits.yaml"

Then = Literal["rejected", "redated"]
"""What becomes of an older event: it does not arrive, or it arrives as if it had happened just now."""

_UNITS = ("hours", "days")
_FIELDS = frozenset({*_UNITS, "then", "note"})


@dataclass(frozen=True)
class AgeLimit:
    """What a destination takes: events of at most that age. `span` is the age in words, as `72 hours`.

    `note` says where the limit is another; empty where it is always this.
    """

    destination: str
    age: timedelta
    span: str
    then: Then
    verified: date
    source: str
    note: str


Limits = Mapping[str, AgeLimit]
"""The limits by destination: by its display name, letter for letter."""


def load_limits(path: Path = LIMITS) -> Limits:
    """Read the table. Raises `DestinationRefused` with every fault at once."""
    rows = read_table(path, _FIELDS, _faults)
    return {row["destination"]: _limit(row) for row in rows}


def oldest_taken(limits: Limits, destination: str, now: Instant) -> Instant | None:
    """Return the oldest instant that the destination takes when it is `now`; what is less is too old.

    None where no limit is known to us.
    """
    limit = limits.get(destination)
    return instant_of(datetime.fromisoformat(now) - limit.age) if limit else None


def told(limits: Limits, destination: str) -> str:
    """Return in words what the destination does with old events, as `older than 72 hours is rejected`."""
    limit = limits.get(destination)
    if not limit:
        return "no limit known to us"
    return f"older than {limit.span} is {limit.then}{f' ({limit.note})' if limit.note else ''}"


def _faults(row: Row) -> list[str]:
    given = [unit for unit in _UNITS if unit in row]
    faults = []
    if len(given) != 1:
        faults.append("must have either `hours` or `days`")
    faults += [
        f"`{unit}` is {row[unit]!r}; it must be a whole number above 0"
        for unit in given
        if type(row[unit]) is not int or row[unit] < 1
    ]
    if row.get("then") not in get_args(Then):
        faults.append(f"`then` is {row.get('then')!r}; it must be {' or '.join(get_args(Then))}")
    if "note" in row and not is_text(row["note"]):
        faults.append("`note` must be a text")
    return faults


def _limit(row: Row) -> AgeLimit:
    unit = next(unit for unit in _UNITS if unit in row)
    return AgeLimit(
        destination=row["destination"],
        age=timedelta(**{unit: row[unit]}),
        span=f"{row[unit]:,} {unit if row[unit] > 1 else unit[:-1]}",
        then=row["then"],
        verified=row["verified"],
        source=row["source"],
        note=row.get("note", ""),
    )
