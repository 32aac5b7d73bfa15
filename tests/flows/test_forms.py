"""Runs started from a form: what one is refused for is a state that says the cure; blocks are passed by reference."""

import json
import re
import sqlite3
import threading
import time
from contextlib import closing
from uuid import uuid4

import pytest
from filled import IMPORT, filled, saved
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.utilities.schema_tools import validate

from flows.approval import was_approved
from flows.backfill import backfill
from flows.blocks import PlatformDatabase
from flows.connecting import connections
from flows.errors import SettingsInvalid
from flows.nightly import nightly
from flows.options import Options
from flows.plan import plan
from flows.replay import replay
from flows.routing import Reference, settings_of
from flows.verify import verify
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.runs import end_run, start_run

WRITE_KEY = "wk-flows-0001"

pytestmark = pytest.mark.usefixtures("prefect")


def run(**form):
    return backfill(**form, return_state=True)


def test_blocks_take_the_place_of_the_environment(blocks, held):
    before = held()
    state = run(route={**blocks, "destinations": "Braze"}, safety={"max_dead": "20%"}, pace={"shards": 2})
    assert state.is_completed()
    assert held() == before + state.result()["delivered"]


def test_a_form_that_was_filled_in_wrongly_is_refused_with_every_fault(blocks, held):
    before = held()
    what = {"since": "2024-02-01", "until": "2024-01-01", "streams": ["invoices"]}
    state = run(route={**blocks, "destinations": "none"}, what=what)
    assert state.is_failed()
    assert '"Since" must be before "Until"' in state.message
    assert "there is no stream 'invoices'; streams are accounts" in state.message
    assert held() == before


@pytest.mark.parametrize(
    ("destinations", "words"),
    [
        (" ", "choose the destinations: `none`"),
        (",", "has an empty name between its commas"),
        ("All", "`all` alone, in small letters"),
        ("None", "`none` stands alone, in small letters"),
        ("Braze, none", "`none` stands alone"),
        ("all", 'all: RudderStack Connection "test-.*" allows Amplitude, Braze; allow it there, or'),
        ("Braze, Mailchimp", 'Mailchimp: RudderStack Connection "test-.*" allows Amplitude, Braze; allow it there, or'),
    ],
)
def test_destinations_are_chosen_among_those_that_the_connection_allows(blocks, held, destinations, words):
    before = held()
    state = run(route={**blocks, "destinations": destinations})
    assert state.is_failed()
    assert re.search(words, state.message)
    assert held() == before


def test_a_connection_whose_data_plane_is_dead_is_refused(blocks):
    dead = saved(blocks["connection"], data_plane_url="http://127.0.0.1:1")
    state = run(route={"database": blocks["database"], "connection": dead, "destinations": "none"})
    assert state.is_failed()
    assert "127.0.0.1:1" in state.message
    assert WRITE_KEY not in state.message


def test_a_block_that_does_not_hold_is_named_and_its_secret_is_not(blocks):
    wrong = saved(blocks["connection"], data_plane_url="http://ada:sesame@plane.example.org")
    broken = PlatformDatabase(url="nonsense://sesame", timezone="Mars", profile="nowhere", name="platform")
    broken.save(f"test-{uuid4().hex[:8]}", _sync=True)
    state = run(route={"database": broken, "connection": wrong, "destinations": "none"})
    assert state.is_failed()
    assert re.search(r'RudderStack Connection "test-\w+": must not hold a user or a password', state.message)
    assert re.search(r"Platform Database \"test-\w+\": 'Mars' is no time zone", state.message)
    assert "sesame" not in state.message


def test_a_block_that_is_gone_is_told_with_the_cure(blocks):
    gone = {"$ref": {"block_document_id": str(uuid4())}}
    state = run(route={"database": gone, "connection": blocks["connection"], "destinations": "none"})
    assert state.is_failed()
    assert "A block that the form names is not there any more: choose another, or make it under Blocks" in state.message
    with pytest.raises(SettingsInvalid, match='there is no RudderStack Connection "gone" in Prefect; choose another'):
        settings_of(Reference(None, "gone", "none"))


@pytest.mark.usefixtures("blocks")
def test_nothing_given_names_what_is_missing():
    state = run(route={"destinations": "none"})
    assert state.is_failed()
    assert "BACKFILL_SOURCE_URL is not set" in state.message


def test_a_connection_is_tested(blocks, held):
    before = held()
    state = connections(**blocks, return_state=True)
    assert state.is_completed()
    assert re.fullmatch(
        r"The data plane answers .*\. The database answers: its clock says 2.*Z\. Its profile has 14 models\.",
        state.message,
    )
    for one, words in (({"data_plane_url": "http://127.0.0.1:1"}, "127.0.0.1:1"), ({"write_key": "wrong"}, "401")):
        failed = connections(connection=saved(blocks["connection"], **one), return_state=True)
        assert failed.is_failed()
        assert words in failed.message
    assert "choose a RudderStack connection" in connections(return_state=True).message
    assert held() == before


@pytest.mark.parametrize("flow", [backfill, nightly, plan, replay, verify])
def test_every_field_of_a_form_has_a_title_and_says_what_it_is(flow):
    schema = flow.parameters.model_dump()
    groups = [
        name["$ref"].rpartition("/")[2] for one in schema["properties"].values() for name in one.get("allOf", [one])
    ]
    for group in groups:
        assert schema["definitions"][group]["description"]
        for name, field in schema["definitions"][group]["properties"].items():
            assert field["title"].lower() != name or " " not in name
            assert field["title"] == "Identify" or field["description"]


@pytest.mark.parametrize(
    ("pace", "words"),
    [({"shards": 91}, "91 is greater than the maximum of 90"), ({"workers": 0}, "less than the minimum")],
)
def test_limits_are_enforced_before_a_run_exists(pace, words):
    schema = backfill.parameters.model_dump()
    faults = validate({"route": {"destinations": "none"}, "pace": pace}, schema, raise_on_error=False)
    assert any(words in str(fault) for fault in faults)


def resumed(over, asked):
    """Resume the first run that pauses, and note what its page asked."""
    while not over.is_set():
        with get_client(sync_client=True) as client:
            paused = FlowRunFilter(state={"type": {"any_": ["PAUSED"]}})
            for one in client.read_flow_runs(flow_run_filter=paused):
                asked.append(one.name)
                client.resume_flow_run(one.id, run_input={})
                return
        time.sleep(0.2)


def test_a_canary_goes_first_and_the_others_once_a_person_resumes(blocks, held, monkeypatch):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 20)
    before, over, asked = held(), threading.Event(), []
    person = threading.Thread(target=resumed, args=(over, asked))
    person.start()
    try:
        form = filled(IMPORT, canary=7, shards=2, max_dead="20%")
        state = run(**{**form, "route": {**blocks, "destinations": "none"}})
    finally:
        over.set()
        person.join()
    assert asked == ["import the beginning…now · all streams"]
    assert state.is_completed()
    figures = state.result()
    assert figures["already_delivered"] > 0
    assert held() == before + figures["already_delivered"] + figures["delivered"]


def test_a_canary_that_nobody_approves_is_all_that_was_sent(blocks, environment, held, monkeypatch):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 20)
    monkeypatch.setattr("flows.approval.APPROVAL_SECONDS", 1)
    before = held()
    form = filled(IMPORT, canary=7, shards=2, max_dead="20%")
    state = run(**{**form, "route": {**blocks, "destinations": "none"}})
    assert state.is_failed()  # by Prefect's server, or by us: whichever is the first to see that the time is over
    with closing(sqlite3.connect(environment["BACKFILL_LEDGER_URL"].removeprefix("sqlite:///"))) as ledger:
        ((ended, summary),) = ledger.execute("SELECT kind, summary FROM runs").fetchall()
    assert ended == "canary"
    assert held() == before + json.loads(summary)["delivered"]
    assert 0 < json.loads(summary)["users"] <= 7


@pytest.mark.parametrize(
    ("kind", "state", "approved"),
    [("import", "stopped", True), ("import", "running", True), ("import", "done", False), ("canary", "stopped", False)],
)
def test_only_what_was_begun_and_stopped_is_not_asked_for_again(settings, kind, state, approved):
    asked = Options(canary=7)
    with disposing(open_ledger(settings.ledger_url.get_secret_value())) as ledger:
        start_run(ledger, "run-1", kind, asked.parameters(), {}, ())
        if state != "running":
            end_run(ledger, "run-1", state, {})
    assert was_approved(settings, asked) is approved
    assert not was_approved(settings, Options(canary=8))


def test_a_dry_run_sends_nothing(blocks, held):
    before = held()
    state = run(route={**blocks, "destinations": "none"}, safety={"dry_run": True, "max_dead": "20%"})
    assert state.is_completed()
    assert state.message.startswith("Nothing was sent. A run would end so: ")
    assert held() == before
