"""Every reason for which a run sets a row aside, in words, with what to do about it in the model."""

from collections.abc import Mapping

_CAST = "CAST it in the model, or yield another column"
_LEAVE_OUT = "leave these rows out in the model (WHERE … IS NOT NULL) or mend them in the database"
_TIME = "yield a DATETIME or TIMESTAMP column, or text as 2024-01-31 18:00:00"

CURES: Mapping[str, tuple[str, str]] = {
    "Mistyped-Key": (
        "keys that are no whole number, text or UUID",
        "yield the key as an integer or text column, not as a float or bytes",
    ),
    "Blank-Key": ("keys that are blank texts", "leave these rows out in the model, or yield NULL for a row of nobody"),
    "Mistyped-Text": ("values that are no text", f"{_CAST}; bytes must be decoded in the model"),
    "Mistyped-Integer": ("values that are no whole number", _CAST),
    "Integer-Too-Large": ("integers beyond 2^53, which JSON readers round", "check that this is the right column"),
    "Mistyped-Decimal": ("values that are no number", f"{_CAST}; take away signs of currency and separators"),
    "Not-A-Number": ("numbers that are NaN or infinite", "yield NULL for them: NULLIF(…), or CASE"),
    "Mistyped-Flag": ("values that are no flag", "yield 1 or 0 by CASE; Y, N, T and F are read too"),
    "Unparseable-Day": ("values that are no day", "yield a DATE column, or text as 2024-01-31"),
    "Mistyped-Value": ("arrays or JSON where one value is needed", "take the one value out of them in the model"),
    "Unparseable-Time": ("times that cannot be read", f"{_TIME}; seconds since 1970 must be converted in the model"),
    "Sentinel-Time": (
        "times before 1971 or from the year 9000 on, which stand for no time",
        "leave these rows out, or yield NULL for them where the column may be null: NULLIF(…)",
    ),
    "Future-Time": (
        "times later than now",
        "if they are few, mend the rows; if they are the latest rows, the zone is wrong (BACKFILL_SOURCE_TIMEZONE)",
    ),
    "Ambiguous-Time": (
        "times in the hour that happens twice",
        "set BACKFILL_AMBIGUOUS_TIME to earliest or latest to have them sent",
    ),
    "Nonexistent-Time": (
        "times in the hour that does not exist",
        "check BACKFILL_SOURCE_TIMEZONE; BACKFILL_NONEXISTENT_TIME=earliest has them sent",
    ),
    "Missing-Time": ("no time (NULL), and none is invented", _LEAVE_OUT),
    "Missing-Value": ("no value (NULL or empty) where there must be one", _LEAVE_OUT),
    "Missing-Key": ("no key (NULL) to tell the row apart by", "yield a column that is never null, or mend the rows"),
    "No-Identity": ("rows of nobody: no user, no visitor", "join the table that knows the user, or leave them out"),
}
"""By reason: what the rows show, and the cure."""


def cure_of(reason: str) -> tuple[str, str]:
    """Return what the rows show and the cure; a reason that is not known here is told by its name."""
    return CURES.get(reason, (reason, "these rows are set aside as dead letters; mend them or leave them out"))
