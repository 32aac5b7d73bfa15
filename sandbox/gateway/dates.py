"""Text that RudderStack takes for an instant (araddon/dateparse 6b43995a, with its surprises).

The forms that machines write are here: ISO 8601 with T or a space, epochs as strings of 10, 13, 16 or 19 digits, dates,
months, American dates. dateparse knows many more that people write (`May 8, 2009 5:57:51 PM`); here they do not parse,
so such a text gets the time it was received, which shows at once that it was not normalised before it was sent.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

_TIME = (
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<offset>Z| ?[+-][0-9]{2}:?[0-9]{2})?"
    r"(?: (?!(?:AM|PM)$)[A-Za-z][A-Za-z_/]+)?"
)
_YEAR_FIRST = re.compile(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:[T ]{_TIME})?")
_MONTH_FIRST = re.compile(rf"(?P<month>[0-9]{{1,2}})/(?P<day>[0-9]{{1,2}})/(?P<year>[0-9]{{4}})(?: {_TIME})?")
_MONTH = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")
_FORMS = (_YEAR_FIRST, _MONTH_FIRST, _MONTH)

_DIGITS = re.compile("[0-9]+")
_COMPACT_FORMATS = {4: "%Y", 8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}
_EPOCH_UNITS_A_SECOND = {10: 1, 13: 10**3, 16: 10**6, 19: 10**9}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_instant(value: object) -> datetime | None:
    """Read a JSON value as an instant; None if RudderStack would not, as for anything that is no string.

    Without a zone it is UTC; a zone's name after the time is ignored; `03/04/2020` is the fourth of March. The offset
    given is kept. Digits beyond the microsecond are dropped.
    """
    return _parse_text(value) if isinstance(value, str) else None


@lru_cache(maxsize=1024)  # an event's times are often the same text
def _parse_text(text: str) -> datetime | None:
    try:
        return _parse_digits(text) if _DIGITS.fullmatch(text) else _parse_form(text)
    except (ValueError, OverflowError):
        return None


def _parse_digits(text: str) -> datetime | None:
    if (units := _EPOCH_UNITS_A_SECOND.get(len(text))) is not None:
        return _EPOCH + timedelta(microseconds=int(text) * 10**6 // units)
    if (form := _COMPACT_FORMATS.get(len(text))) is not None:
        return datetime.strptime(text, form).replace(tzinfo=UTC)
    return None


def _parse_form(text: str) -> datetime | None:
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _build(match.groupdict())
    return None


def _build(parts: dict[str, str | None]) -> datetime:
    return datetime(
        year=int(parts["year"] or 0),
        month=int(parts["month"] or 1),
        day=int(parts.get("day") or 1),
        hour=int(parts.get("hour") or 0),
        minute=int(parts.get("minute") or 0),
        second=int(parts.get("second") or 0),
        microsecond=int((parts.get("fraction") or "0").ljust(6, "0")[:6]),
        tzinfo=_zone(parts.get("offset")),
    )


def _zone(offset: str | None) -> tzinfo:
    if offset is None or offset == "Z":
        return UTC
    digits = offset.strip().replace(":", "")
    away = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5]))
    return timezone(-away if digits[0] == "-" else away) if away else UTC
