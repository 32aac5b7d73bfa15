"""What the data plane holds after real runs, against the truth computed from the source by other means."""

import ast
import json
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import jsonschema_rs
import pytest
import yaml
from deliveries import ROOT, ground
from dirt import spoil
from truth import STATES, read_truth

from sandbox.platform.sample import SampleOptions, write_sample

NAMES = {"identify": "Identify", "group": "Group"}
RANKS = {"identify": 0, "group": 1, "track": 2}
TRIGGERS = {"User Signed Up", "User Signed In", "User Updated Profile", "User Viewed Licenses"}


@pytest.fixture(scope="module", params=["integer", "string"])
def world(request, tmp_path_factory, plane):
    """Give a sample platform, with more dirt than it has of itself, and what makes grounds to run on."""
    folder = tmp_path_factory.mktemp(request.param)
    source = folder / "platform.db"
    write_sample(f"sqlite:///{source}", SampleOptions(users=300, keys=request.param))
    spoil(source, strings=request.param == "string")

    def truth(identify="current", streams=()):
        return read_truth(source, datetime.now(UTC), identify, streams)

    return SimpleNamespace(truth=truth, ground=lambda name, **more: ground(source, plane, folder / name, **more))


@pytest.fixture(scope="module")
def imported(world):
    """Give a whole import, and on the same ledger a second one and a third of another number of shards."""
    place = world.ground("whole")
    runs = [place.run(), place.run(), place.run(shards=3)]
    return SimpleNamespace(truth=world.truth(), runs=runs, first=runs[0])


@pytest.fixture(scope="module")
def history(world):
    return SimpleNamespace(truth=world.truth("history"), first=world.ground("history").run(identify="history"))


@pytest.fixture(scope="module")
def windowed(world):
    """Give an import of the middle of history, from the very instant of one Track to that of another, and the rest."""
    truth = world.truth()
    moments = sorted(one.moment for one in truth.events if one.stream not in STATES)
    since, until = moments[len(moments) // 3], moments[2 * len(moments) // 3]
    place = world.ground("windowed")
    bounds = {name: f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}" for name, moment in (("since", since), ("until", until))}
    return SimpleNamespace(truth=truth, since=since, until=until, first=place.run(**bounds), rest=place.run())


def same(expected, received):
    """Say which items differ, rather than print two multisets of thousands."""
    missing, unexpected = list((expected - received).elements()), list((received - expected).elements())
    if missing or unexpected:
        some = [*(f"missing: {one}" for one in missing[:8]), *(f"unexpected: {one}" for one in unexpected[:8])]
        pytest.fail("\n".join([f"{len(missing)} missing, {len(unexpected)} unexpected", *some]))


def plan_rules():
    plan = yaml.safe_load((ROOT / "data" / "tracking_plan.yaml").read_text(encoding="utf-8"))
    rules = {}
    for rule in plan["rules"]:
        if rule["status"] == "active":
            name = rule.get("event", rule["key"])
            rules.setdefault((rule["call"], name), jsonschema_rs.validator_for(rule["schema"]))
    return rules


def in_windows_order(events):
    ranks = [RANKS[event.type] for event in events]
    tracks = [event.timestamp for event in events if event.type == "track"]
    return ranks == sorted(ranks) and tracks == sorted(tracks)


@pytest.mark.parametrize("name", ["truth", "truth_rows", "truth_bodies"])
def test_the_truth_stands_on_the_standard_library_alone(name):
    tree = ast.parse(Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {getattr(node, "module", None) or node.names[0].name for node in imports}
    assert {module.split(".")[0] for module in modules} <= sys.stdlib_module_names | {"truth_rows", "truth_bodies"}


# What is sent


def test_everything_that_must_be_delivered_is_and_nothing_else(imported):
    same(imported.truth.multiset(), imported.first.multiset())


def test_every_instant_is_the_rows_own(imported):
    expected = Counter((one.who, one.event.name, one.event.timestamp) for one in imported.truth.events)
    received = Counter((one.who, one.event.name, one.event.timestamp) for one in imported.first.events)
    same(expected, received)
    for one in imported.first.events:
        assert one.message["originalTimestamp"] == one.message["timestamp"] == one.at_destination


def test_every_event_keeps_to_the_plan(imported):
    rules = plan_rules()
    for one in imported.first.events:
        name = {"identify": "identify_current", "group": "group_organisation"}.get(one.event.type, one.event.name)
        rules[one.event.type, name].validate(one.message)


def test_message_ids_are_distinct(imported):
    ids = [one.message_id for one in imported.first.events]
    assert len(set(ids)) == len(ids)
    assert all(one.message_id == one.message["messageId"] for one in imported.first.events)


def test_nobody_has_two_identities(imported):
    assert all((one.event.user_id is None) != (one.event.anonymous_id is None) for one in imported.first.events)
    assert all(isinstance(one.who, str) and one.who.strip() for one in imported.first.events)


def test_no_destination_gets_anything_unasked(imported):
    assert {json.dumps(one.message["integrations"]) for one in imported.first.events} == {'{"All": false}'}


def test_traits_stand_in_the_context_too(imported):
    for one in imported.first.events:
        assert one.message["context"].get("traits") == (one.message["traits"] if one.event.type == "identify" else None)


# In which order


def test_identify_comes_before_group_and_group_before_tracks_in_time_order(imported):
    assert [who for who, events in imported.first.by_user().items() if not in_windows_order(events)] == []


def test_a_user_has_one_identify_at_most(imported):
    identified = Counter(one.who for one in imported.first.events if one.event.type == "identify")
    assert set(identified.values()) == {1}


# What is counted


def test_the_summary_says_what_the_data_plane_holds(imported):
    first, summary = imported.first, imported.first.summary
    names = Counter(NAMES.get(one.event.type, one.event.name) for one in first.events)
    assert summary.balanced
    assert (summary.delivered, summary.events) == (len(first.events), dict(sorted(names.items())))
    assert (summary.requests, summary.users) == (first.requests, len(first.by_user()))
    assert (summary.in_doubt, summary.already_delivered) == (0, 0)


def test_every_row_has_the_fate_that_it_should(imported):
    fates, summary = imported.truth.fates.of(), imported.first.summary
    same(fates, imported.first.fates())
    total = Counter(fate for (_, fate), count in fates.items() for _ in range(count))
    assert (summary.rows_mapped, summary.rows_filtered, summary.rows_dead) == (
        total["mapped"],
        total["filtered"],
        total["dead"],
    )
    assert summary.rows_read == total.total()


@pytest.mark.parametrize("fate", ["filtered", "dead"])
def test_every_row_that_is_set_aside_has_its_reason(imported, fate):
    details = {"licenses", "checkout_lines", "order_lines"}  # these have their owner's fate, in words of their own
    expected = {
        (stream, reason): count
        for (stream, its_fate, reason), count in imported.truth.fates.counts.items()
        if its_fate == fate and stream not in details
    }
    received = imported.first.reasons(f"rows_{fate}")
    assert {named: count for named, count in received.items() if named[0] not in details} == expected


def test_messages_that_the_plan_refuses_are_dead_and_counted(imported):
    refused = Counter()
    for (stream, _), count in imported.first.reasons("dead").items():
        refused[stream] += count
    assert refused == imported.truth.refused
    assert imported.first.summary.dead == imported.truth.refused.total()


# Again, in part, and otherwise


@pytest.mark.parametrize("again", [1, 2])
def test_another_run_sends_nothing(imported, again):
    first, summary = imported.first.summary, imported.runs[again].summary
    assert imported.runs[again].events == []
    assert (summary.delivered, summary.requests, summary.already_delivered) == (0, 0, first.delivered)
    assert summary.balanced
    assert (summary.rows_read, summary.dead) == (first.rows_read, first.dead)


def test_a_run_of_some_streams_sends_those_alone(world):
    chosen = ("orders", "sign_ins", "memberships")
    truth, delivery = world.truth(streams=chosen), world.ground("streams").run(streams=chosen)
    same(truth.multiset(), delivery.multiset())
    same(truth.fates.of(), delivery.fates())
    assert delivery.summary.balanced


def test_a_window_sends_what_is_inside_and_the_users_who_were_active(windowed):
    inside = windowed.truth.within(windowed.since, windowed.until)
    assert 0 < len(inside) < len(windowed.truth.events)
    same(Counter(one.event for one in inside), windowed.first.multiset())
    tracks = [one.event for one in windowed.first.events if one.event.type == "track"]
    at = [f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in (windowed.since, windowed.until)]
    assert all(at[0] <= track.timestamp[:19] <= at[1] for track in tracks)


def test_a_window_and_then_the_whole_is_everything_once(windowed):
    same(windowed.truth.multiset(), windowed.first.multiset() + windowed.rest.multiset())
    ids = [one.message_id for one in windowed.first.events + windowed.rest.events]
    assert len(set(ids)) == len(ids)
    assert windowed.rest.summary.already_delivered == windowed.first.summary.delivered
    assert windowed.first.summary.balanced
    assert windowed.rest.summary.balanced


@pytest.mark.parametrize("part", ["first", "rest"])
def test_a_window_keeps_the_order(windowed, part):
    users = getattr(windowed, part).by_user()
    assert [who for who, events in users.items() if not in_windows_order(events)] == []


# The other identify modes


def test_history_sends_an_identify_for_every_trigger(history):
    same(history.truth.multiset(), history.first.multiset())
    assert history.first.summary.balanced
    assert history.first.summary.dead == history.truth.refused.total()


def test_history_tells_everything_in_time_order_after_the_first_identify(history):
    """The oldest Identify goes first of all; from there on a user's events go by time."""
    for events in history.first.by_user().values():
        kinds = [event.type for event in events]
        assert "identify" not in kinds or kinds[0] == "identify"
        later = [event.timestamp for event in events[1:]]
        assert later == sorted(later)
        identified = [event.timestamp for event in events if event.type == "identify"]
        assert identified == sorted(identified)


def test_history_identifies_right_before_each_trigger(history):
    """Every Identify has its own trigger after it: no Track of another time is between them, but the first may wait."""
    owed = 0
    for events in history.first.by_user().values():
        open_ = Counter()
        for place, event in enumerate(events):
            if event.type == "identify":
                open_[event.timestamp] += 1
            elif event.name in TRIGGERS and open_[event.timestamp]:
                open_[event.timestamp] -= 1
            if place and event.type == "track":
                assert not [at for at, left in open_.items() if left and at < event.timestamp]
        owed += open_.total()
    assert owed == 1  # that of the Track which the plan refused for its section


def test_history_keeps_to_the_plan(history):
    rules = plan_rules()
    told = [validator for (call, _), validator in rules.items() if call == "identify"]
    for one in history.first.events:
        if one.event.type == "identify":
            assert any(validator.is_valid(one.message) for validator in told)
        elif one.event.type == "track":
            rules["track", one.event.name].validate(one.message)


def test_without_identify_none_is_sent(world):
    truth, delivery = world.truth("none"), world.ground("none").run(identify="none")
    same(truth.multiset(), delivery.multiset())
    assert "Identify" not in delivery.summary.events
    assert delivery.summary.balanced


def test_destinations_that_are_asked_for_are_allowed(world):
    delivery = world.ground("asked", DESTINATIONS="Amplitude, Google Sheets").run(streams=("memberships",))
    allowed = {json.dumps(one.message["integrations"], sort_keys=True) for one in delivery.events}
    assert allowed == {'{"All": false, "Amplitude": true, "Google Sheets": true}'}
