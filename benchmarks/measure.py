"""What a contestant is given, what it tells, and what is measured around its work."""

import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

MEGABYTE = 1_000_000
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, kilobytes elsewhere
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class Task:
    """What every contestant is given: the sink, the sample database, and the batch limits that all keep to.

    `calls` is the file of recorded messages, which the peers are handed; `ledger` is where a fresh one may be made.
    """

    url: str
    database: str
    models: str
    ledger: str
    calls: str
    batch_events: int
    batch_bytes: int


@dataclass(frozen=True)
class Told:
    """What a contestant says of its work: events sent, seconds by piece, and other counts worth showing."""

    events: int
    seconds: Mapping[str, float]
    counts: Mapping[str, int]


Work = Callable[[], Told]
Ready = Callable[[Task], Work]
"""Makes everything ready that stays outside the clock, and returns the work."""


@dataclass(frozen=True)
class Measured:
    """A contestant's work measured: seconds on the clock and of its process's CPU, memory before and at its peak."""

    events: int
    wall_seconds: float
    cpu_seconds: float
    import_seconds: float
    before_mb: float
    peak_mb: float
    pieces: Mapping[str, float]
    counts: Mapping[str, int]


def measured(work: Work, import_seconds: float) -> Measured:
    """Do the work and measure it."""
    before, begun, cpu = _resident_mb(), perf_counter(), _cpu_seconds()
    told = work()
    wall, used = perf_counter() - begun, _cpu_seconds() - cpu
    return Measured(told.events, wall, used, import_seconds, before, _peak_mb(), told.seconds, told.counts)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT / MEGABYTE


def _resident_mb() -> float:
    """Return the memory held now; where the system does not say, the peak so far."""
    if not _STATM.exists():
        return _peak_mb()
    return int(_STATM.read_text().split()[1]) * resource.getpagesize() / MEGABYTE
