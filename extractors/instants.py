"""Naive local times to instants in UTC: a column at a time, exact to the microsecond.

An hour that happens twice or not at all is read as Python's zoneinfo reads it (PEP 495): `fold=0`, the policy
`earliest`, takes the offset before the change, `fold=1`, `latest`, the one after. `dead` sets such rows aside. Times
that carry an offset of their own are taken at their word.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mappers.kinds import Instant

Fold = Literal["earliest", "latest", "dead"]

_SHORTEST = len("2020-01-01 00:00")  # a date alone is no moment, and numpy would read "now" as one
_TIME = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?"
_PLAIN = re.compile(rf"{_TIME}(?:\n{_TIME})*", re.ASCII)
_SENTINELS = (np.datetime64("1971-01-01", "us"), np.datetime64("9000-01-01", "us"))

Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class Zone:
    """The zone that naive times are in, and what to do in the hour that happens twice, or not at all."""

    name: str
    ambiguous: Fold = "earliest"
    nonexistent: Fold = "earliest"


@dataclass
class Reading:
    """A column of instants, in UTC; `faults` has the reason for each place where there is none, `seams` the counts."""

    values: list[Instant | None]
    faults: dict[int, str]
    seams: Counter[str]


def read_instants(values: Sequence[Any], zone: Zone, now: Instant) -> Reading:
    """Read a column of driver values. Faults: Unparseable-Time, Sentinel-Time, Future-Time, and those of the seams."""
    faults: dict[int, str] = {}
    seams: Counter[str] = Counter()
    local, aware = _parsed(values, faults)
    given = ~np.isnat(local)
    sentinel = given & ((local < _SENTINELS[0]) | (local >= _SENTINELS[1]))
    local[sentinel] = np.datetime64("NaT")
    moments = _to_utc(local, zone, faults, seams)
    for place, moment in aware.items():
        moments[place] = moment
        sentinel[place] = bool(moment < _SENTINELS[0] or moment >= _SENTINELS[1])
    moments[sentinel] = np.datetime64("NaT")
    future = moments > np.datetime64(now[:26], "us")
    faults.update(dict.fromkeys(np.flatnonzero(sentinel).tolist(), "Sentinel-Time"))
    faults.update(dict.fromkeys(np.flatnonzero(future).tolist(), "Future-Time"))
    texts = np.datetime_as_string(moments, unit="us", timezone="UTC").tolist()
    absent = np.flatnonzero(np.isnat(moments)).tolist()
    result: list[Instant | None] = texts
    for place in absent:
        result[place] = None
    return Reading(result, faults, seams)


def _parsed(values: Sequence[Any], faults: dict[int, str]) -> tuple[Times, dict[int, np.datetime64]]:
    """Return naive local times, NaT where there is none, and by place the moments of those with an offset."""
    kinds = set(map(type, values))
    if kinds <= {str, type(None)}:
        texts = ["NaT" if value is None else value for value in values] if type(None) in kinds else values
        if _are_plain(values):
            try:
                return np.array(texts, dtype="datetime64[us]"), {}
            except ValueError:
                pass
    elif kinds <= {datetime, type(None)} and not any(value.tzinfo for value in values if value is not None):
        return np.array(values, dtype="datetime64[us]"), {}
    return _parsed_singly(values, faults)


def _are_plain(values: Sequence[Any]) -> bool:
    """Tell whether all texts are a date with a time, and nothing else: numpy would read much more than that."""
    present = [value for value in values if value is not None]
    return not present or _PLAIN.fullmatch("\n".join(present)) is not None


def _parsed_singly(values: Sequence[Any], faults: dict[int, str]) -> tuple[Times, dict[int, np.datetime64]]:
    local = np.full(len(values), np.datetime64("NaT"), dtype="datetime64[us]")
    aware: dict[int, np.datetime64] = {}
    for place, value in enumerate(values):
        moment = _moment(value)
        if moment is None:
            if value is not None:
                faults[place] = "Unparseable-Time"
        elif moment.tzinfo is None:
            local[place] = np.datetime64(moment, "us")
        else:
            aware[place] = _in_utc(moment)
    return local, aware


def _in_utc(moment: datetime) -> np.datetime64:
    try:
        return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")
    except OverflowError:  # beyond the calendar's ends, where only sentinels stand
        return _SENTINELS[1]


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and len(value) >= _SHORTEST and value.isprintable():
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return None


def _to_utc(local: Times, zone: Zone, faults: dict[int, str], seams: Counter[str]) -> Times:
    index = pd.DatetimeIndex(local)
    utc = index.tz_localize(zone.name, ambiguous="NaT", nonexistent="NaT").tz_convert("UTC").tz_localize(None)
    moments: Times = utc.to_numpy().copy()
    for place in np.flatnonzero(np.isnat(moments) & ~np.isnat(local)).tolist():
        seam, moment = _at_seam(local[place].item(), zone)
        seams[seam] += 1
        if moment is None:
            faults[place] = "Ambiguous-Time" if seam == "ambiguous" else "Nonexistent-Time"
        else:
            moments[place] = np.datetime64(moment, "us")
    return moments


def _at_seam(local: datetime, zone: Zone) -> tuple[str, datetime | None]:
    """Return which seam of the zone the time lies in, and its moment by the zone's policy."""
    earliest, latest = (local.replace(tzinfo=ZoneInfo(zone.name), fold=fold).astimezone(UTC) for fold in (0, 1))
    seam = "ambiguous" if earliest < latest else "nonexistent"
    policy = zone.ambiguous if seam == "ambiguous" else zone.nonexistent
    if policy == "dead":
        return seam, None
    return seam, (earliest if policy == "earliest" else latest).replace(tzinfo=None)
