"""Are the times in the zone that was said? Told by the hour that the zone does not have, and by when people sleep."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from extractors.contract import Contract
from extractors.instants import Zone
from extractors.survey.findings import Finding, Level
from extractors.survey.sample import Sample

_HOURS = 24
_ENOUGH_TIMES, _ENOUGH_HOURS = 500, 12
_NIGHT = range(1, 6)
_DAY, _AWAKE = range(6, 20), range(7, 24)
_QUIET_HOURS = len(_NIGHT)
_BUSY_NIGHT, _QUIET = 0.06, 0.04  # five hours of an even day are 0.21


def zone_findings(sample: Sample, contract: Contract, zone: Zone, missing_hours: int) -> list[Finding]:
    """Return what speaks against the zone of the column that dates the rows.

    `missing_hours` are the rows whose time lies in an hour that the zone leaves out in spring.
    """
    name = contract.moment
    if name is None or name not in sample.columns:
        return []
    clocks = [clock for value in sample.values(name) if (clock := _clock(value)) is not None]
    cure = f"check BACKFILL_SOURCE_TIMEZONE, which is {zone.name}; for times in UTC set it to UTC"
    findings = []
    if missing_hours:
        what = f"times in the hour that {zone.name} leaves out in spring; in the right zone there are none"
        findings.append(Finding(Level.WARNING, contract.name, name, what, cure, missing_hours, len(clocks)))
    if _look_like_utc(clocks, zone.name):
        what = f"the times look like UTC: read in {zone.name} people are at rest by day, read as UTC by night"
        findings.append(Finding(Level.WARNING, contract.name, name, what, cure, None, len(clocks)))
    return findings


def _look_like_utc(clocks: Sequence[datetime], zone: str) -> bool:
    """Tell whether the reading as UTC has its night where people sleep, and the reading in the zone clearly has not.

    Of times said to be in UTC nothing can be told: nobody said where the people live.
    """
    here = ZoneInfo(zone)
    said = Counter(clock.hour for clock in clocks)
    as_utc = Counter(clock.replace(tzinfo=UTC).astimezone(here).hour for clock in clocks)
    if len(clocks) < _ENOUGH_TIMES or len(said) < _ENOUGH_HOURS:
        return False
    night, night_as_utc = (sum(hours[hour] for hour in _NIGHT) / len(clocks) for hours in (said, as_utc))
    middle, rest = _rest(said)
    clear = rest <= _QUIET * len(clocks) and middle in _DAY and night >= _BUSY_NIGHT
    return clear and night_as_utc <= _QUIET and max(as_utc, key=as_utc.__getitem__) in _AWAKE


def _rest(hours: Counter[int]) -> tuple[int, int]:
    """Return the middle of the five hours on end in which the least happens, and how much does."""
    spans = {start: sum(hours[(start + step) % _HOURS] for step in range(_QUIET_HOURS)) for start in range(_HOURS)}
    start = min(spans, key=spans.__getitem__)
    return (start + _QUIET_HOURS // 2) % _HOURS, spans[start]


def _clock(value: Any) -> datetime | None:
    """Return a time as the clock on the wall shows it; None for one with an offset of its own, and for no time."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    usable = isinstance(moment, datetime) and moment.tzinfo is None and 1971 <= moment.year < 9000  # noqa: PLR2004
    return moment if usable else None
