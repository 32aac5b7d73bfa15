"""What a driver returns to the kinds of a row, a column at a time; what cannot be that kind has a reason instead.

Distinct values are converted once: prices, flags and days repeat.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime
from decimal import Context, Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from mappers.kinds import Day, Key

_MAX_SAFE_INTEGER = 2**53 - 1
_NUMBERS = {int, float, Decimal}
_EXACT = Context(prec=1_000, Emax=9_999, Emin=-9_999, traps=[])
_FLAGS = {1: True, 0: False, "1": True, "0": False, "Y": True, "N": False, "T": True, "F": False}


class _Unfit(ValueError):
    """A value that is not of the column's kind; the argument is the reason, never the value."""


def convert(values: Sequence[Any], kind: Any, faults: dict[int, str]) -> Sequence[Any]:
    """Return the values as that kind, nulls as None; `faults` gets the reason for each place that is not of it."""
    kinds = set(map(type, values))
    kinds.discard(type(None))
    if kind is str and kinds <= {str}:
        return [value or None for value in values] if "" in values else values
    if kind is int and kinds <= {int} and _all_safe(values):
        return values
    if kind is Key and kinds <= {int}:
        return [None if value is None else str(value) for value in values]
    if kind is Key and kinds <= {str} and (keys := _unpadded(values)) is not None:
        return keys
    return _each(values, kinds, kind, faults)


def _each(values: Sequence[Any], kinds: set[type], kind: Any, faults: dict[int, str]) -> Sequence[Any]:
    converter = _CONVERTERS[kind]
    if not all(issubclass(one, Hashable) for one in kinds):  # arrays and JSON come as lists and dicts
        odd = {place for place, value in enumerate(values) if not isinstance(value, Hashable)}
        faults.update(dict.fromkeys(odd, "Mistyped-Value"))
        values = [None if place in odd else value for place, value in enumerate(values)]
    if len(kinds) > 1 and not (kind is Decimal and kinds <= _NUMBERS):
        values = [None if value is None else (type(value), value) for value in values]  # 1, 1.0 and True are equal
        converter = _second(converter)
    known: dict[Any, Any] = {}
    unfit: dict[Any, str] = {}
    for value in set(values):
        try:
            known[value] = None if value is None else converter(value)
        except _Unfit as reason:
            known[value], unfit[value] = None, str(reason)
    if unfit:
        faults.update((place, unfit[value]) for place, value in enumerate(values) if value in unfit)
    return [known[value] for value in values]


def _second(converter: Callable[[Any], Any]) -> Callable[[tuple[type, Any]], Any]:
    return lambda pair: converter(pair[1])


def _all_safe(values: Sequence[Any]) -> bool:
    present = [value for value in values if value is not None]
    return not present or (max(present) <= _MAX_SAFE_INTEGER and min(present) >= -_MAX_SAFE_INTEGER)


def _unpadded(values: Sequence[Any]) -> Sequence[Any] | None:
    """Return texts as keys, without the blanks that CHAR columns pad with; None where one of them is no key."""
    present = list(filter(None, values))
    lines = "\n".join(present) + "\n"
    if len(present) + values.count(None) < len(values) or any(map(str.isspace, present)) or not is_kept(lines):
        return None
    is_padded = " " in lines and " \n" in lines  # one character is found ten times as fast as two
    return [value and value.rstrip(" ") for value in values] if is_padded else values


def is_kept(text: str) -> bool:
    """Tell whether databases keep the text: not one with NUL, nor what was no UTF-8."""
    return "\0" not in text and (text.isascii() or _is_unicode(text))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _key(value: Any) -> str:
    if isinstance(value, bool | float | bytes | memoryview):
        raise _Unfit("Mistyped-Key")
    if isinstance(value, Decimal):
        if not value.is_finite() or value != value.to_integral_value():
            raise _Unfit("Mistyped-Key")
        return str(int(value))
    if not isinstance(value, int | str | UUID):
        raise _Unfit("Mistyped-Key")
    text = str(value).rstrip(" ")  # CHAR columns pad with blanks
    if not is_kept(text):
        raise _Unfit("Mistyped-Key")
    if not text.strip():
        raise _Unfit("Blank-Key")
    return text


def _text(value: Any) -> str | None:
    if isinstance(value, bool | float | bytes | memoryview):
        raise _Unfit("Mistyped-Text")
    return str(value) or None


def _number(text: str) -> str:
    """Return the text of a number; Python also reads underscores and the digits of every script."""
    if not text.isascii() or "_" in text:
        raise ValueError
    return text


def _integer(value: Any) -> int:
    try:
        value = _number(value) if isinstance(value, str) else value
        number = int(value)
        exact = number == (Decimal(value) if isinstance(value, str) else value)
    except (ValueError, TypeError, OverflowError, InvalidOperation):
        raise _Unfit("Mistyped-Integer") from None
    if not exact:
        raise _Unfit("Mistyped-Integer")
    if abs(number) > _MAX_SAFE_INTEGER:
        raise _Unfit("Integer-Too-Large")
    return number


def _decimal(value: Any) -> Decimal:
    try:
        text = repr(value) if isinstance(value, float) else _number(value) if isinstance(value, str) else value
        number = Decimal(text)
    except (InvalidOperation, TypeError, ValueError):
        raise _Unfit("Mistyped-Decimal") from None
    if not number.is_finite():
        raise _Unfit("Not-A-Number")
    number = _EXACT.normalize(number)
    if not number.is_finite():
        raise _Unfit("Not-A-Number")
    return number or Decimal(0)  # there is but one nought


def _flag(value: Any) -> bool:
    try:
        return _FLAGS[value.strip().upper() if isinstance(value, str) else value]
    except (KeyError, TypeError):
        raise _Unfit("Mistyped-Flag") from None


def _day(value: Any) -> str:
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        return value.date().isoformat() if isinstance(value, datetime) else _isoformat(value)
    except ValueError:
        raise _Unfit("Unparseable-Day") from None


def _isoformat(value: Any) -> str:
    if not isinstance(value, date):
        raise _Unfit("Unparseable-Day")
    return value.isoformat()


_CONVERTERS: Mapping[Any, Callable[[Any], Any]] = {
    Key: _key,
    str: _text,
    int: _integer,
    Decimal: _decimal,
    bool: _flag,
    Day: _day,
}
