"""Driver values to the kinds of a row: what is taken as it is, and the reason for what is not."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractors.convert import convert
from mappers.kinds import Day, Key

LARGE = 2**53 - 1  # the last integer that JSON readers of every kind tell from the next
UUID_KEY = UUID("00000000-0000-4000-8000-00000000000a")


def converted(value, kind):
    """Convert one value: what it became, or the reason why nothing."""
    faults = {}
    (result,) = convert([value], kind, faults)
    return faults.get(0, result)


def is_fault(result):
    return isinstance(result, str) and result.partition("-")[0] in ("Mistyped", "Blank", "Unparseable")


TAKEN = [
    (Key, 7, "7"), (Key, 0, "0"), (Key, -7, "-7"), (Key, LARGE + 2, str(LARGE + 2)), (Key, 10**30, "1" + "0" * 30),
    (Key, "aB3", "aB3"), (Key, " aB3", " aB3"), (Key, "aB3  ", "aB3"),
    (Key, "aB3\t", "aB3\t"), (Key, "007", "007"), (Key, UUID_KEY, str(UUID_KEY)),
    (Key, Decimal(9007199254740993), str(LARGE + 2)), (Key, Decimal("7.00"), "7"), (Key, Decimal("1E+3"), "1000"),
    (str, "Zoë 🎓", "Zoë 🎓"), (str, "", None), (str, " ", " "), (str, 7, "7"), (str, Decimal("1.50"), "1.50"),
    (int, 7, 7), (int, 7.0, 7), (int, Decimal("7.00"), 7), (int, "7", 7), (int, -LARGE, -LARGE), (int, LARGE, LARGE),
    (Decimal, 7, Decimal(7)), (Decimal, 0.1, Decimal("0.1")), (Decimal, 19.99, Decimal("19.99")),
    (Decimal, "19.990", Decimal("19.99")), (Decimal, Decimal("19.990"), Decimal("19.99")),
    (bool, True, True), (bool, False, False), (bool, 1, True), (bool, 0, False), (bool, 1.0, True), (bool, 0.0, False),
    (bool, "1", True), (bool, "0", False), (bool, "f", False), (bool, "y", True), (bool, " N ", False),
    (bool, "T", True), (bool, Decimal(1), True),
    (Day, date(1980, 2, 29), "1980-02-29"), (Day, datetime(1980, 2, 29, 23, 59, tzinfo=UTC), "1980-02-29"),
    (Day, "1980-02-29", "1980-02-29"), (Day, "1980-02-29 00:00:00", "1980-02-29"),
]  # fmt: skip
REFUSED = [
    (Key, True, "Mistyped-Key"), (Key, 7.0, "Mistyped-Key"), (Key, 7.5, "Mistyped-Key"), (Key, b"7", "Mistyped-Key"),
    (Key, Decimal("7.5"), "Mistyped-Key"), (Key, Decimal("NaN"), "Mistyped-Key"),
    (Key, date(2020, 1, 1), "Mistyped-Key"),
    (Key, "z\udce9\udcff", "Mistyped-Key"), (Key, "a\0b", "Mistyped-Key"), (Key, "\0", "Mistyped-Key"),
    (Key, "", "Blank-Key"), (Key, "  ", "Blank-Key"), (Key, "\t\n", "Blank-Key"), (Key, "\u00a0", "Blank-Key"),
    (str, True, "Mistyped-Text"), (str, 1.5, "Mistyped-Text"), (str, b"x", "Mistyped-Text"),
    (int, 7.5, "Mistyped-Integer"), (int, "7.5", "Mistyped-Integer"), (int, "seven", "Mistyped-Integer"),
    (int, "", "Mistyped-Integer"), (int, math.nan, "Mistyped-Integer"), (int, math.inf, "Mistyped-Integer"),
    (int, Decimal("7.5"), "Mistyped-Integer"), (int, date(2020, 1, 1), "Mistyped-Integer"),
    (int, Decimal("NaN"), "Mistyped-Integer"), (int, Decimal("Infinity"), "Mistyped-Integer"),
    (int, LARGE + 1, "Integer-Too-Large"), (int, -LARGE - 1, "Integer-Too-Large"), (int, 1e300, "Integer-Too-Large"),
    (int, str(LARGE + 1), "Integer-Too-Large"), (int, Decimal(LARGE + 1), "Integer-Too-Large"),
    (Decimal, math.nan, "Not-A-Number"), (Decimal, math.inf, "Not-A-Number"), (Decimal, -math.inf, "Not-A-Number"),
    (Decimal, "NaN", "Not-A-Number"), (Decimal, "Infinity", "Not-A-Number"), (Decimal, Decimal("NaN"), "Not-A-Number"),
    (Decimal, "cheap", "Mistyped-Decimal"), (Decimal, "", "Mistyped-Decimal"), (Decimal, "1,99", "Mistyped-Decimal"),
    (Decimal, b"1.99", "Mistyped-Decimal"), (Decimal, date(2020, 1, 1), "Mistyped-Decimal"),
    (bool, 2, "Mistyped-Flag"), (bool, -1, "Mistyped-Flag"), (bool, 0.5, "Mistyped-Flag"), (bool, "", "Mistyped-Flag"),
    (bool, "maybe", "Mistyped-Flag"), (bool, b"\x01", "Mistyped-Flag"), (bool, math.nan, "Mistyped-Flag"),
    (Day, "1980-02-30", "Unparseable-Day"), (Day, "", "Unparseable-Day"), (Day, "soon", "Unparseable-Day"),
    (Day, "0000-00-00", "Unparseable-Day"), (Day, 19800229, "Unparseable-Day"), (Day, b"1980-02-29", "Unparseable-Day"),
]  # fmt: skip
CASES = [*TAKEN, *REFUSED]
KINDS = [Key, str, int, Decimal, bool, Day]


def named(case):
    return f"{getattr(case[0], '__name__', case[0])} {case[1]!r}"


@pytest.mark.parametrize("case", TAKEN, ids=named)
def test_what_is_of_the_kind_is_taken(case):
    kind, value, wanted = case
    faults = {}
    (result,) = convert([value], kind, faults)

    assert (result, type(result), faults) == (wanted, type(wanted), {})


@pytest.mark.parametrize("case", REFUSED, ids=named)
def test_what_is_not_of_the_kind_is_null_with_a_reason(case):
    kind, value, reason = case
    faults = {}
    (result,) = convert([value], kind, faults)

    assert (result, faults) == (None, {0: reason})


@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(data=st.data())
def test_what_a_value_becomes_does_not_hang_on_its_neighbours(kind, data):
    mine = [case for case in CASES if case[0] is kind]
    cases = data.draw(st.lists(st.sampled_from([*mine, (kind, None, None)]), max_size=12))
    faults = {}
    result = list(convert([value for _, value, _ in cases], kind, faults))

    refused = {place: case[2] for place, case in enumerate(cases) if case in REFUSED}
    assert faults == refused
    assert result == [None if place in refused else case[2] for place, case in enumerate(cases)]


def test_one_and_true_and_one_point_nought_are_told_apart():
    faults = {}
    assert list(convert([1, True, 1.0, "1", None, True, 1], Key, faults)) == ["1", None, None, "1", None, None, "1"]
    assert faults == dict.fromkeys([1, 2, 5], "Mistyped-Key")


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_nulls_stay_nulls(kind):
    faults = {}
    assert list(convert([None, None], kind, faults)) == [None, None]
    assert not convert([], kind, faults)
    assert not faults


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("value", [["a"], {"a": 1}, bytearray(b"x")], ids=repr)
def test_values_that_cannot_be_hashed_have_a_reason_too(kind, value):
    assert is_fault(converted(value, kind))


@pytest.mark.parametrize("value", [Decimal("Infinity"), Decimal("-Infinity")])
def test_an_infinite_key_has_a_reason_too(value):
    assert converted(value, Key) == "Mistyped-Key"


@pytest.mark.parametrize("value", ["1e9999999", "-1e9999999", Decimal("1e9999999")], ids=str)
def test_a_number_beyond_all_bounds_has_a_reason_too(value):
    assert is_fault(converted(value, Decimal)) or converted(value, Decimal) == "Not-A-Number"


@pytest.mark.parametrize("value", ["1_000", "٣", "1_0.5"])
@pytest.mark.parametrize("kind", [int, Decimal])
def test_what_only_python_reads_as_a_number_is_refused(value, kind):
    assert is_fault(converted(value, kind))


def test_a_garbled_key_among_good_ones_of_any_kind_is_the_only_one_that_is_refused():
    for good in ("a", "ä", 7, None):
        faults = {}
        assert next(iter(convert([good, "b\udcff", "b\0"], Key, faults))) == (None if good is None else str(good))
        assert faults == {1: "Mistyped-Key", 2: "Mistyped-Key"}


@given(st.integers())
def test_an_integer_key_is_its_digits(number):
    assert converted(number, Key) == str(number)
    assert converted(Decimal(number), Key) == str(number)


@given(st.integers())
def test_an_integer_is_itself_or_too_large(number):
    wanted = number if abs(number) <= LARGE else "Integer-Too-Large"
    assert [converted(value, int) for value in (number, str(number), Decimal(number))] == [wanted] * 3


@given(st.text(min_size=1))
def test_a_key_is_the_text_as_it_is_or_blank(text):
    wanted = text.rstrip(" ") if text.strip() else "Blank-Key"
    assert converted(text, Key) == ("Mistyped-Key" if "\0" in text else wanted)


@given(st.text())
def test_a_text_is_as_it_is_and_an_empty_one_null(text):
    assert list(convert([text, "x"], str, {})) == [text or None, "x"]


@given(st.floats())
def test_a_float_is_the_decimal_that_it_shows_or_no_number(number):
    wanted = Decimal(repr(number)) if math.isfinite(number) else "Not-A-Number"
    assert converted(number, Decimal) == wanted


@given(st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**27), max_value=10**27))
def test_a_decimal_is_exact(number):
    assume(abs(number) < 10**27)
    assert converted(number, Decimal) == number
    assert converted(str(number), Decimal) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_equal_decimals_are_written_alike_whatever_their_source(number):
    forms = [number, number.normalize(), str(number), f"{number}00", number or Decimal("-0.0")]
    assert len({repr(converted(form, Decimal)) for form in forms}) == 1


@given(st.dates())
def test_a_day_is_the_same_from_every_driver(day):
    forms = [day, day.isoformat(), f"{day.isoformat()} 00:00:00", datetime(day.year, day.month, day.day, 23)]  # noqa: DTZ001
    assert [converted(form, Day) for form in forms] == [day.isoformat()] * 4
