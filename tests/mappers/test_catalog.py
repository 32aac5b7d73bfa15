"""The catalog pairs streams with their names, their columns and the plan."""

from pathlib import Path

import pytest

from loaders.plan import load_plan
from mappers.catalog import DETAILS, STREAMS

PLAN = load_plan(Path(__file__).parents[2] / "data" / "tracking_plan.yaml")

every_stream = pytest.mark.parametrize("stream", STREAMS.values(), ids=lambda stream: stream.name)


def test_a_stream_is_found_by_its_own_name():
    assert list(STREAMS) == [stream.name for stream in STREAMS.values()]
    assert list(DETAILS) == [detail.stream for detail in DETAILS.values()]


def test_identify_and_group_come_before_every_track_of_the_same_instant():
    assert list(STREAMS)[:3] == ["accounts", "memberships", "sign_ups"]


@every_stream
def test_every_rule_of_a_stream_stands_in_the_plan_and_can_be_in_the_source(stream):
    assert all(PLAN.rules[rule].in_source for rule in stream.rules)


def test_every_rule_that_can_be_in_the_source_has_a_stream():
    mapped = {rule for stream in STREAMS.values() for rule in stream.rules}

    assert {rule.key for rule in PLAN.rules.values() if rule.in_source} == mapped


@every_stream
def test_an_identify_comes_right_before_the_track_that_it_belongs_to(stream):
    calls = [PLAN.rules[rule].call for rule in stream.rules]

    assert "identify" not in calls[1:]


@every_stream
def test_the_columns_that_a_stream_names_are_its_own(stream):
    details = {stream.detail.stream} if stream.detail else set()
    named = {name for names in stream.only_for.values() for name in names}

    assert set(stream.log_identity) <= set(stream.row._fields)
    assert named <= {*stream.row._fields, *details}
    assert set(stream.only_for) <= set(stream.rules)


@pytest.mark.parametrize("detail", DETAILS.values(), ids=lambda detail: detail.stream)
def test_the_columns_that_a_detail_names_are_its_own(detail):
    owners = [stream for stream in STREAMS.values() if stream.detail is detail]

    assert {detail.key, *detail.identity} <= set(detail.row._fields)
    assert owners
    assert all(detail.owner in stream.row._fields for stream in owners)
