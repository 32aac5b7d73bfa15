"""What is no time is never one, whatever stands beside it in its column; nor is a sentinel."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.instants import Zone, read_instants

END = "9999-12-31T23:59:59.999999Z"
FIRST, LAST = datetime(1971, 1, 2), datetime(2099, 12, 30)  # noqa: DTZ001  # times of the source are naive

NO_TIMES = [
    "now", "today", "NaT", "", " ", "null", "2020-07-01", "2020-07", "2020", "20200701", "2020-07-01T", "2020-07-01 10",
    "2020-02-30 10:00:00", "2020-07-01 25:00:00", "2020-07-01 10:60:00", "2020-07-01 10:00:61", "0000-00-00 00:00:00",
    "01/07/2020 10:00:00", "2020-7-1 10:00:00 AM", "1593600000", "1593600000.123456", "2020-07-01 10:00:00 EST",
    "2020-07-01 10:00:00 America/New_York", "yesterday at noon, or so", "             now", "             NaT",
    "-2020-07-01 10:00:00", "2020-07-01x", "2020-07-01 10:00:00 junk",
]  # fmt: skip
PADDED = ["      2020-07-01", "         2020-07", "2020-07-01      ", "            2020"]
WITH_TAIL = ["2020-07-01 10:00 ", "2020-07-01 10:00:00\n", "2020-07-01 10:00:00\x00", " 2020-07-01 10:00:00"]


@pytest.mark.parametrize("value", NO_TIMES)
@pytest.mark.parametrize(
    "others", [[], ["2020-07-01 10:00:00"], ["2020-07-01T10:00:00Z"], [datetime(2020, 7, 1, tzinfo=UTC)], [None]]
)
def test_what_is_no_time_is_unparseable_whatever_stands_beside_it(value, others):
    reading = read_instants([value, *others], Zone("America/New_York"), END)
    assert (reading.values[0], reading.faults) == (None, {0: "Unparseable-Time"})


@pytest.mark.parametrize("value", PADDED)
def test_a_padded_date_is_no_time(value):
    reading = read_instants([value], Zone("America/New_York"), END)
    assert (reading.values, reading.faults) == ([None], {0: "Unparseable-Time"})


@pytest.mark.parametrize("value", WITH_TAIL)
def test_a_time_with_something_around_it_is_unparseable_whatever_stands_beside_it(value):
    for others in ([], ["2020-07-01T10:00:00Z"]):
        reading = read_instants([value, *others], Zone("America/New_York"), END)
        assert (reading.values[0], reading.faults) == (None, {0: "Unparseable-Time"})


def test_an_offset_is_seen_whatever_stands_beside_it():
    reading = read_instants(["2020-07-01 10:00:00-05:00", "         2020-07"], Zone("America/New_York"), END)
    assert (reading.values, reading.faults) == (["2020-07-01T15:00:00.000000Z", None], {1: "Unparseable-Time"})


@pytest.mark.parametrize(
    "value", [20200701, 1593600000.5, b"2020-07-01 10:00:00", True, date(2020, 7, 1), ["x"], timedelta(1)]
)
def test_what_is_neither_text_nor_time_is_unparseable(value):
    reading = read_instants([value, None], Zone("UTC"), END)
    assert (reading.values, reading.faults) == ([None, None], {0: "Unparseable-Time"})


def is_a_time(text):
    try:
        return len(text) >= 16 and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


ODD = st.one_of(
    st.text(max_size=30),
    st.text("0123456789-: TtZz+.,", min_size=14, max_size=30),
    st.builds(
        lambda text, place, junk: text[:place] + junk + text[place:],
        st.datetimes(FIRST, LAST).map(lambda local: local.isoformat(" ")),
        st.integers(0, 26),
        st.text("0123456789-: TZ+.x\t", min_size=1, max_size=3),
    ),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(ODD, min_size=1, max_size=5))
def test_garbage_is_never_a_value(texts):
    reading = read_instants(texts, Zone("UTC"), END)
    for place, text in enumerate(texts):
        if not is_a_time(text):
            assert reading.values[place] is None
            assert reading.faults[place] in ("Unparseable-Time", "Sentinel-Time")  # numpy reads the years 0 and 12020


@pytest.mark.parametrize(
    "value",
    [
        "1900-01-01 00:00:00", "1970-01-01 00:00:00", "1970-12-31 23:59:59.999999", "9999-12-31 00:00:00",
        "9000-01-01 00:00:00", "9999-12-31 23:59:59.999999", "0001-01-01 00:00:00", "1753-01-01 00:00:00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "UTC"])
def test_sentinels_are_refused(value, zone):
    for column in ([value], [datetime.fromisoformat(value)], [value, "2020-01-01T00:00:00Z"]):
        reading = read_instants(column, Zone(zone), "2026-01-01T00:00:00.000000Z")
        assert (reading.values[0], reading.faults) == (None, {0: "Sentinel-Time"})


@pytest.mark.parametrize("value", ["1900-01-01 00:00:00+00:00", "1970-01-01T00:00:00Z", "0001-01-01 00:00:00+00"])
def test_sentinels_with_an_offset_are_refused_too(value):
    reading = read_instants([value], Zone("America/New_York"), END)
    assert (reading.values, reading.faults) == ([None], {0: "Sentinel-Time"})


@pytest.mark.parametrize("value", ["0001-01-01 00:00:00+05:00", "9999-12-31 23:59:59-05:00"])
def test_sentinels_at_the_ends_of_the_calendar_are_refused_too(value):
    for column in ([value], [datetime.fromisoformat(value)]):
        reading = read_instants(column, Zone("America/New_York"), END)
        assert (reading.values, reading.faults) == ([None], {0: "Sentinel-Time"})


def test_the_day_after_the_sentinels_is_a_time():
    reading = read_instants(["1971-01-01 00:00:00"], Zone("UTC"), END)
    assert (reading.values, reading.faults) == (["1971-01-01T00:00:00.000000Z"], {})
