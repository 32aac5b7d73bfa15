"""Naive local instants (America/New_York): the bounds of the history and the seams of the clock."""

import datetime as dt

import numpy as np

from sandbox.platform.rows import Random, Rows, Values

BEGIN = np.datetime64("2019-01-01T00:00:00", "us")
AS_OF = np.datetime64("2026-06-30T12:00:00", "us")
NULL = np.datetime64("NaT", "us")
FIRST_SENTINEL = np.datetime64("1900-01-01T00:00:00", "us")
LAST_SENTINEL = np.datetime64("9999-12-31T00:00:00", "us")
FUTURE = np.datetime64("2099-05-17T10:20:30", "us")
DAY = np.timedelta64(86_400_000_000, "us")
HOUR = np.timedelta64(3_600_000_000, "us")
MINUTE = np.timedelta64(60_000_000, "us")


def _sunday(year: int, month: int, nth: int) -> np.datetime64:
    first = dt.date(year, month, 1)
    return np.datetime64(first + dt.timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1)), "us")


SPRING_GAPS = np.array([_sunday(year, 3, 2) + 2 * HOUR for year in range(2019, 2027)])
"""When the hour begins that does not exist, year by year."""
AUTUMN_FOLDS = np.array([_sunday(year, 11, 1) + HOUR for year in range(2019, 2026)])
"""When the hour begins that happens twice, year by year."""
_SEAM_DAYS = np.concatenate([SPRING_GAPS, AUTUMN_FOLDS]).astype("M8[D]")


def between(rng: Random, low: Values | np.datetime64, high: Values | np.datetime64, size: int) -> Values:
    """Draw instants from low up to high."""
    span = np.broadcast_to(np.asarray(high - low, "m8[us]"), size)
    return low + (rng.random(size) * span.astype(np.int64)).astype("m8[us]")


def in_hours(rng: Random, starts: Values, size: int) -> Values:
    """Draw instants inside the hours that begin then, each hour in turn."""
    chosen = starts[np.arange(size) % len(starts)]
    return between(rng, chosen, chosen + HOUR, size)


def minutes(rng: Random, low: float, high: float, size: int) -> Values:
    """Draw spans of time, in minutes from low up to high."""
    return (rng.uniform(low, high, size) * 60_000_000).astype("m8[us]")


def off_the_seams(rows: Rows) -> Rows:
    """Move what fell on a seam of the clock to before it, so that only planted rows lie there.

    Midnight to three o'clock is squeezed into one hour on those days: order and equality of instants survive.
    """
    instants = {name: values for name, values in rows.columns.items() if values.dtype == "M8[us]"}
    return rows.but(**{name: _squeezed(values) for name, values in instants.items()})


def _squeezed(instants: Values) -> Values:
    days = instants.astype("M8[D]")
    into_day = instants - days
    seam = np.isin(days, _SEAM_DAYS) & (into_day < 3 * HOUR)
    return np.where(seam, days + into_day // 3, instants)
