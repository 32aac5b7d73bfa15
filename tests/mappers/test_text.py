"""Cleaning of what people typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.text import digits, trimmed

PHONES = st.none() | st.text() | st.text(alphabet="0123456789 +-().extEXT#xX٣²", max_size=20)


@given(PHONES)
def test_digits_are_ascii_digits_or_nothing_and_stay_so(phone):
    cleaned = digits(phone)

    assert cleaned is None or (cleaned.isascii() and cleaned.isdigit())
    assert cleaned == digits(cleaned)


@given(st.text(alphabet=" +-().", max_size=5), st.integers(0, 10**15))
def test_what_stands_around_the_digits_does_not_matter(around, number):
    assert str(number) == digits(f"{around}{number}{around}")


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        (None, None),
        ("", None),
        ("none", None),
        ("٣٤٥", None),
        ("9195550100", "9195550100"),
        ("(919) 555-0100", "9195550100"),
        ("+1 919.555.0100", "19195550100"),
        ("919-555-0100 ext. 12", "9195550100"),
        ("919-555-0100 EXT 12", "9195550100"),
        ("919-555-0100x12", "9195550100"),
        ("919-555-0100 X 12", "9195550100"),
        ("919-555-0100 #12", "9195550100"),
        ("919-555-0100\nx\n12", "9195550100"),
        ("0049 30 0000", "0049300000"),
    ],
    ids=repr,
)
def test_digits_of_a_phone_without_its_extension(phone, expected):
    assert expected == digits(phone)


@pytest.mark.parametrize("phone", ["#919-555-0100", "Fax: 919-555-0100", "Text 919-555-0100"])
def test_letters_before_the_number_are_no_extension(phone):
    assert digits(phone) == "9195550100"


@given(st.none() | st.text())
def test_trimmed_text_has_no_blanks_around_it_and_is_never_empty(text):
    cleaned = trimmed(text)

    assert cleaned is None or (cleaned and cleaned == cleaned.strip())
    assert cleaned == trimmed(cleaned)


@pytest.mark.parametrize(
    ("text", "expected"), [(None, None), ("", None), (" \t\n\u00a0", None), (" a  b ", "a  b"), ("é", "é")], ids=repr
)
def test_only_the_blanks_around_a_text_go(text, expected):
    assert expected == trimmed(text)
