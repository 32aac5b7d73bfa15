"""Local times to instants: as zoneinfo has them, to the microsecond, and what is no time is never one."""

from bisect import bisect
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.instants import Zone, read_instants

ZONES = [
    "America/New_York",
    "America/St_Johns",  # half an hour off
    "America/Sao_Paulo",  # its seams were at midnight
    "Europe/Berlin",
    "Europe/Dublin",  # its winter is the exception
    "Africa/Casablanca",  # leaves its summer for a month
    "Asia/Kathmandu",  # went on by 15 minutes in 1986
    "Australia/Lord_Howe",  # half an hour of change
    "Pacific/Apia",  # left out a whole day in 2011
    "UTC",
]
POLICIES = ["earliest", "latest", "dead"]
END = "9999-12-31T23:59:59.999999Z"
FIRST, LAST = datetime(1971, 1, 2), datetime(2099, 12, 30)  # noqa: DTZ001  # times of the source are naive
HOUR = timedelta(hours=1)


def text_of(moment):
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def expected(local, zone):
    """Read a naive time by zoneinfo alone: its seam, and its instant or the reason why there is none."""
    early, late = (local.replace(tzinfo=ZoneInfo(zone.name), fold=fold) for fold in (0, 1))
    if early.utcoffset() == late.utcoffset():
        return None, text_of(early), None
    seam = "ambiguous" if early.utcoffset() > late.utcoffset() else "nonexistent"
    policy = getattr(zone, seam)
    if policy == "dead":
        return seam, None, f"{seam.capitalize()}-Time"
    return seam, text_of(early if policy == "earliest" else late), None


@cache
def seams(name):
    """Return the local times at which the zone's offset changes, by looking at every day and halving."""
    zone, found, day = ZoneInfo(name), [], timedelta(days=1)
    at = datetime(1971, 1, 2, tzinfo=UTC)
    while at.year < 2060:
        if at.astimezone(zone).utcoffset() != (at + day).astimezone(zone).utcoffset():
            before = at.astimezone(zone).utcoffset()
            seconds = range(86_400)
            second = bisect(
                seconds, 0, key=lambda s, at=at, b=before: (at + timedelta(seconds=s)).astimezone(zone).utcoffset() != b
            )
            found.append((at + timedelta(seconds=second)).astimezone(zone).replace(tzinfo=None))
        at += day
    return found


def near(moments):
    """Draw times close to one of those moments, and now and then to its very edge."""
    offsets = st.one_of(
        st.sampled_from([timedelta(0), HOUR, -HOUR, HOUR / 2, -HOUR / 2]).flatmap(
            lambda edge: st.integers(-1, 1).map(lambda tick: edge + timedelta(microseconds=tick))
        ),
        st.timedeltas(-25 * HOUR, 25 * HOUR),
    )
    return st.builds(lambda moment, offset: moment + offset, st.sampled_from(moments), offsets)


@st.composite
def zoned_times(draw):
    name = draw(st.sampled_from(ZONES))
    anywhere = st.datetimes(FIRST, LAST)
    times = st.one_of(anywhere, near(seams(name))) if seams(name) else anywhere
    zone = Zone(name, draw(st.sampled_from(POLICIES)), draw(st.sampled_from(POLICIES)))
    return zone, draw(st.lists(times, min_size=1, max_size=12))


def assert_read(columns, zone, times):
    wanted = [expected(local, zone) for local in times]
    for values in columns:
        reading = read_instants(values, zone, END)
        assert reading.values == [value for _, value, _ in wanted]
        assert reading.faults == {place: fault for place, (_, _, fault) in enumerate(wanted) if fault}
        assert sum(reading.seams.values()) == sum(1 for seam, _, _ in wanted if seam)
        assert all(reading.seams[name] == sum(1 for seam, _, _ in wanted if seam == name) for name in reading.seams)


@settings(deadline=None, max_examples=300)
@given(zoned_times())
def test_naive_times_are_as_zoneinfo_has_them_for_every_policy(given_):
    zone, times = given_
    texts = [local.isoformat(" ") for local in times]
    assert_read([times, texts, [*times[:-1], texts[-1]], [local.isoformat() for local in times]], zone, times)


@pytest.mark.parametrize("name", ZONES)
def test_both_edges_of_every_seam_of_sixty_years(name):
    ticks = [
        timedelta(0),
        timedelta(microseconds=-1),
        HOUR,
        HOUR - timedelta(microseconds=1),
        -HOUR,
        HOUR / 2,
        -HOUR / 2,
    ]
    times = [seam + tick for seam in seams(name) for tick in ticks] or [FIRST]
    for policy in POLICIES:
        assert_read([times], Zone(name, policy, policy), times)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", [name for name in ZONES if name != "UTC"])
def test_every_second_of_the_last_two_seams(name, policy):
    zone = Zone(name, policy, policy)
    for seam in seams(name)[-2:]:
        times = [seam + timedelta(seconds=second) for second in range(-7_300, 7_300)]
        reading = read_instants(times, zone, END)
        for place, local in enumerate(times):
            _, instant, fault = expected(local, zone)
            assert (reading.values[place], reading.faults.get(place)) == (instant, fault), local


def test_the_zones_have_the_seams_they_are_here_for():
    assert not seams("UTC")
    assert [seam.year for seam in seams("Asia/Kathmandu")] == [1986]
    assert len(seams("Australia/Lord_Howe")) > 100
    assert datetime(2011, 12, 31) in seams("Pacific/Apia")  # noqa: DTZ001


@pytest.mark.parametrize("separator", ["T", " "])
@pytest.mark.parametrize("digits", range(7))
def test_a_text_may_have_any_fraction_to_the_microsecond(separator, digits):
    fraction = f".{'123456'[:digits]}" if digits else ""
    text = f"2020-07-01{separator}10:20:30{fraction}"
    wanted = f"2020-07-01T14:20:30.{'123456'[:digits]:0<6}Z"

    for column in ([text], [text, None], [text, datetime(2020, 7, 1)]):  # noqa: DTZ001
        assert read_instants(column, Zone("America/New_York"), END).values[0] == wanted


def test_a_text_may_leave_its_seconds_out():
    assert read_instants(["2020-07-01 10:20"], Zone("UTC"), END).values == ["2020-07-01T10:20:00.000000Z"]


AWARE = st.datetimes(
    FIRST,
    LAST,
    timezones=st.one_of(
        st.sampled_from([UTC, *map(ZoneInfo, ZONES)]), st.integers(-14, 14).map(lambda h: timezone(h * HOUR))
    ),
)


@settings(deadline=None)
@given(st.lists(st.one_of(AWARE, st.none()), min_size=1), st.sampled_from(ZONES), st.data())
def test_times_with_an_offset_are_taken_at_their_word(moments, zone, data):
    whole = [moment and moment.replace(tzinfo=timezone(moment.utcoffset())) for moment in moments]
    sent = [
        moment.isoformat(data.draw(st.sampled_from("T "))) if moment and data.draw(st.booleans()) else moment
        for moment in whole
    ]
    reading = read_instants(sent, Zone(zone, "dead", "dead"), END)

    assert reading.values == [moment and text_of(moment) for moment in whole]
    assert not reading.faults
    assert not reading.seams


def test_a_z_at_the_end_is_utc_whatever_the_zone():
    values = ["2020-07-01T10:00:00Z", "2020-07-01 10:00:00.5Z", "2020-07-01 10:00:00+00", "2020-07-01 10:00:00"]
    read = read_instants(values, Zone("America/New_York"), END).values
    assert [text[11:21] for text in read] == ["10:00:00.0", "10:00:00.5", "10:00:00.0", "14:00:00.0"]


def test_the_future_is_refused_to_the_microsecond():
    now = "2024-03-01T12:00:00.000001Z"
    values = [
        "2024-03-01 12:00:00.000001",
        "2024-03-01 12:00:00.000002",
        "2024-03-01T07:00:00.000002-05:00",
        "2038-01-01 00:00",
    ]
    assert read_instants(values, Zone("UTC"), now).faults == dict.fromkeys([1, 2, 3], "Future-Time")


def test_nulls_are_neither_values_nor_faults():
    for column in ([], [None], [None, "2020-07-01 10:00:00"], [None, datetime(2020, 7, 1)]):  # noqa: DTZ001
        reading = read_instants(column, Zone("Europe/Berlin"), END)
        assert [value is None for value in reading.values] == [value is None for value in column]
        assert (reading.faults, reading.seams) == ({}, {})


@settings(deadline=None)
@given(zoned_times(), st.data())
def test_a_column_of_all_kinds_is_read_value_by_value(given_, data):
    zone, times = given_
    forms = [
        lambda local: local,
        lambda local: local.isoformat(" "),
        lambda local: local.isoformat("T"),
        lambda local: local.replace(tzinfo=UTC),
        lambda local: f"{local.isoformat()}Z",
        lambda _: None,
        lambda _: "soon",
        lambda _: 7,
    ]
    column = [data.draw(st.sampled_from(forms))(local) for local in times]
    reading = read_instants(column, zone, END)

    alone = [read_instants([value], zone, END) for value in column]
    assert reading.values == [one.values[0] for one in alone]
    assert reading.faults == {place: one.faults[0] for place, one in enumerate(alone) if one.faults}
