"""The four times."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.gateway.dates import parse_instant
from sandbox.gateway.times import event_timestamp, format_instant, set_times

RECEIVED = datetime(2021, 9, 1, 9, 45, tzinfo=UTC)
RECEIVED_TEXT = "2021-09-01T09:45:00.000Z"
EARLIER, LATER = "2021-09-01T09:15:00.000Z", "2021-09-01T09:30:00.000Z"

PARSED = [
    ("2022-02-01T19:14:18.381Z", "2022-02-01T19:14:18.381Z"),
    ("2022-02-01T19:14:18Z", "2022-02-01T19:14:18.000Z"),
    ("2022-02-01T19:14Z", "2022-02-01T19:14:00.000Z"),
    ("2022-02-01T19:14:18.678999Z", "2022-02-01T19:14:18.678Z"),
    ("2022-02-01T19:14:18.678999999Z", "2022-02-01T19:14:18.678Z"),
    ("2022-02-01T19:14:18.123456+00:00", "2022-02-01T19:14:18.123Z"),
    ("2022-02-01T19:14:18.5+02:00", "2022-02-01T19:14:18.500+02:00"),
    ("2022-02-01T19:14:18-0530", "2022-02-01T19:14:18.000-05:30"),
    ("2022-02-01 19:14:18 +0200", "2022-02-01T19:14:18.000+02:00"),
    ("2022-02-01 19:14:18 +0000 UTC", "2022-02-01T19:14:18.000Z"),
    ("2022-02-01T19:14:18.381", "2022-02-01T19:14:18.381Z"),
    ("2022-02-01 19:14:18", "2022-02-01T19:14:18.000Z"),
    ("2022-02-01 19:14:18 EST", "2022-02-01T19:14:18.000Z"),
    ("2022-02-01 19:14:18 Europe/Paris", "2022-02-01T19:14:18.000Z"),
    ("03/04/2020", "2020-03-04T00:00:00.000Z"),
    ("2022-02-01", "2022-02-01T00:00:00.000Z"),
    ("2020-01", "2020-01-01T00:00:00.000Z"),
    ("1577934245", "2020-01-02T03:04:05.000Z"),
    ("1577934245678", "2020-01-02T03:04:05.678Z"),
    ("1577934245678999", "2020-01-02T03:04:05.678Z"),
    ("1577934245678999999", "2020-01-02T03:04:05.678Z"),
    ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
    ("0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000Z"),
    ("2099-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z"),
    ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
    ("2020-02-29T00:00:00.000Z", "2020-02-29T00:00:00.000Z"),
]
UNPARSEABLE = [
    1577934245678, 1.5, True, None, {}, [], "", "null", "NaT", "None", " 2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z ",
    "2020-02-30", "2020-02-30T00:00:00.000Z", "2019-02-29", "2019-02-29T00:00:00.000Z", "2020-13-01",
    "2020-13-01T00:00:00.000Z", "2020-01-02T24:00:00", "2020-01-02T24:00:00.000Z", "2020-01-02T03:04:60Z",
    "2020-01-02T03:04:60.000Z", "1577934245.678", "157793424567", "20200102T030405Z", "2020-W01-1T00:00:00.000Z",
    "10000-01-01T00:00:00Z", "٢٠٢٠-01-02T03:04:05.000Z",
]  # fmt: skip


@pytest.mark.parametrize(("text", "timestamp"), PARSED, ids=[text for text, _ in PARSED])
def test_a_timestamp_that_parses_is_used_as_it_is(text, timestamp):
    event = {"timestamp": text, "originalTimestamp": LATER, "sentAt": EARLIER}

    assert set_times(event, RECEIVED).timestamp == timestamp
    assert event_timestamp(event, RECEIVED) == timestamp


@pytest.mark.parametrize("value", UNPARSEABLE, ids=repr)
def test_what_does_not_parse_is_silently_now(value):
    event = {"timestamp": value, "originalTimestamp": value, "sentAt": value}

    assert set_times(event, RECEIVED) == (RECEIVED_TEXT,) * 4
    assert event_timestamp(event, RECEIVED) == RECEIVED_TEXT


VECTORS = [
    pytest.param({"originalTimestamp": LATER, "sentAt": EARLIER}, "2021-09-01T10:00:00.000Z", id="processor_test.go"),
    pytest.param({"originalTimestamp": EARLIER}, EARLIER, id="original alone"),
    pytest.param({"originalTimestamp": EARLIER, "sentAt": LATER}, LATER, id="sent late"),
    pytest.param({"sentAt": EARLIER}, "2021-09-01T10:15:00.000Z", id="sent alone"),
    pytest.param({}, RECEIVED_TEXT, id="none"),
    pytest.param({"receivedAt": EARLIER}, RECEIVED_TEXT, id="the client's receivedAt is ignored"),
    pytest.param({"originalTimestamp": "0001-01-01T00:00:00Z"}, "1729-05-23T09:57:43.145Z", id="Go's longest duration"),
]


@pytest.mark.parametrize(("event", "timestamp"), VECTORS)
def test_a_missing_timestamp_is_reckoned(event, timestamp):
    times = set_times(event, RECEIVED)

    assert times.timestamp == event_timestamp(event, RECEIVED) == timestamp
    assert times.received_at == RECEIVED_TEXT


def test_what_is_absent_is_the_time_of_receipt():
    times = set_times({"timestamp": EARLIER}, RECEIVED)

    assert times == (RECEIVED_TEXT, RECEIVED_TEXT, RECEIVED_TEXT, EARLIER)


minutes = st.integers(-14 * 60, 14 * 60)
zones = minutes.map(lambda away: timezone(timedelta(minutes=away)))


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_timestamp_in_the_output_form_is_returned_verbatim(instant):
    text = instant.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"

    assert event_timestamp({"timestamp": text}, RECEIVED) == text
    assert set_times({"timestamp": text}, RECEIVED).timestamp == text


@given(st.datetimes(timezones=zones))
def test_any_iso_text_is_cut_to_milliseconds_with_its_offset(instant):
    parsed = parse_instant(instant.isoformat())

    assert parsed == instant
    assert parsed.utcoffset() == instant.utcoffset()
    assert parse_instant(format_instant(parsed)) == instant.replace(microsecond=instant.microsecond // 1000 * 1000)


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.none(), st.from_regex(r"[0-9TZ:+/. -]{0,26}")))
def test_nothing_sent_as_a_time_breaks_the_gateway(value):
    event = {"timestamp": value, "originalTimestamp": value, "sentAt": value}

    assert event_timestamp(event, RECEIVED) == set_times(event, RECEIVED).timestamp
