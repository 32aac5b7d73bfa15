"""What a person asks of a run: dates in the source's zone, streams by their names, every fault at once."""

import json

import pytest

from flows.errors import SettingsInvalid
from flows.options import Options, options_of, read_options

ZONE = "America/New_York"


def options(since=None, until=None, streams=(), zone=ZONE):
    return options_of(since, until, Options(streams=tuple(streams)), zone)


def faults_of(**asked):
    with pytest.raises(SettingsInvalid) as raised:
        options(**asked)
    return raised.value.faults


def test_nothing_asked_is_everything():
    assert options() == Options(None, None, (), "current", 8)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-01-31", "2024-01-31T05:00:00.000000Z"),
        ("2024-07-31", "2024-07-31T04:00:00.000000Z"),
        ("2024-01-31T18:00", "2024-01-31T23:00:00.000000Z"),
        ("2024-01-31 18:00:00.5", "2024-01-31T23:00:00.500000Z"),
        ("2024-01-31T18:00Z", "2024-01-31T18:00:00.000000Z"),
        ("2024-01-31T18:00+02:00", "2024-01-31T16:00:00.000000Z"),
    ],
)
def test_a_date_without_an_offset_is_in_the_sources_zone(text, instant):
    assert options(since=text).since == instant
    assert options(until=text).until == instant


def test_every_fault_is_said_at_once_with_the_cure():
    first, second, third, fourth = faults_of(since="31.1.2024", until="soon", streams=["orders", "order", "Orders"])

    assert first == "--since is '31.1.2024'; write a date or a time, as 2024-01-31 or 2024-01-31T18:00"
    assert second.startswith("--until is 'soon'")
    assert third.startswith("there is no stream 'order'; streams are accounts, memberships")
    assert fourth.startswith("there is no stream 'Orders'")


@pytest.mark.parametrize(
    ("since", "until"),
    [("2024-01-02", "2024-01-01"), ("2024-01-01", "2024-01-01"), ("2024-01-01", "2024-01-01T05:00Z")],
)
def test_a_window_that_holds_nothing_is_refused(since, until):
    assert faults_of(since=since, until=until) == ("--since must be before --until",)


@pytest.mark.parametrize("text", ["", " ", "2024-02-30", "2024-13-01", "now", "20240131T", "2024-01-31T25:00"])
def test_what_is_no_date_is_refused(text):
    assert len(faults_of(since=text)) == 1


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31T23:59:59", "0001-01-01T00:00+05:00", "0900-01-01"])
def test_a_date_at_the_ends_of_the_calendar_is_an_instant_or_a_fault(zone, text):
    try:
        since = options(since=text, zone=zone).since
    except SettingsInvalid:
        return
    assert len(since) == len("2024-01-31T05:00:00.000000Z")


def test_the_ledger_gives_back_what_was_asked():
    asked = options("2024-01-01", "2024-02-01", ["orders", "accounts"])
    assert read_options(json.loads(json.dumps(asked.parameters()))) == asked
