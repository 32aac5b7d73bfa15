"""What a run from a form says, in the words of that form and of its blocks, and never in the command line's."""

import re
from dataclasses import replace

import pytest
from filled import saved
from prefect.utilities.callables import parameter_schema

from flows.approval import words
from flows.backfill import backfill
from flows.blocks import PlatformDatabase, RudderStackConnection
from flows.connecting import connections
from flows.errors import SettingsInvalid
from flows.forms import Safety, What
from flows.nightly import nightly
from flows.plan import plan
from flows.replay import replay
from flows.sending.flows import send_identify
from flows.sending.forms import Identify
from flows.summary import Summary
from flows.verify import verify
from flows.wording import filled_in, told

pytestmark = pytest.mark.usefixtures("prefect")


def named(block):
    return block._block_document_name  # noqa: SLF001  # Prefect has no other word for it


def refused(blocks, **groups):
    """Return what the state of an import with that form says."""
    route = {"destinations": "none", **blocks, **groups.pop("route", {})}
    state = backfill(route=route, **groups, return_state=True)
    assert state.is_failed()
    return state.message


@pytest.mark.parametrize(
    ("group", "values", "expected"),
    [
        ("what", {"since": "2024-02-01", "until": "2024-01-01"}, '"Since" must be before "Until"'),
        ("what", {"since": "yesterday"}, "\"Since\" is 'yesterday'; write a date or a time"),
        ("what", {"since": "2099-01-01"}, '"Since" is in the future'),
        ("safety", {"max_dead": "one"}, "\"Dead letters allowed\" is 'one'; write a count"),
        ("safety", {"max_events": 3}, 'more than the 3 that "Most events" allows'),
        ("safety", {"max_cost": "9"}, '"Highest cost" needs the prices: name your price table by "Price table"'),
        ("safety", {"plan": "nowhere.json"}, '"Plan" nowhere.json cannot be read'),
    ],
)
def test_a_refusal_names_the_fields_of_the_form(blocks, group, values, expected):
    said = refused(blocks, **{group: values})
    assert expected in said
    assert "--" not in re.sub("`[^`]*`", "", said)


def test_an_end_does_too_and_the_error_itself_has_the_commands_words(blocks):
    route = {"destinations": "none", **blocks}
    state = backfill(route=route, return_state=True)
    assert 'more than "Dead letters allowed" allows; `backfill status` lists them' in state.message
    state = backfill(route=route, what={"since": "yesterday"}, return_state=True)
    error = state.result(raise_on_failure=False)
    assert isinstance(error, SettingsInvalid)
    assert "--since is 'yesterday'" in str(error)


@pytest.mark.parametrize(
    ("which", "change", "expected"),
    [
        (
            "connection",
            {"data_plane_url": "http://127.0.0.1:1"},
            'check "Data plane URL" of RudderStack Connection "test-',
        ),
        ("connection", {"write_key": "wrong"}, 'set "Source write key" of RudderStack Connection "test-'),
        ("database", {"url": "sqlite:///no/such.db"}, '("URL" of Platform Database "test-'),
        ("database", {"profile": "no/models"}, '("Profile" of Platform Database "test-'),
    ],
)
def test_a_fault_of_a_block_names_its_field(blocks, which, change, expected):
    said = refused(blocks, route={which: saved(blocks[which], **change)})
    assert expected in said
    assert "BACKFILL_" not in said


@pytest.mark.parametrize(
    ("chosen", "cure"),
    [
        ((), "Or choose a Platform Database and a RudderStack Connection in the form."),
        (("connection",), "Or choose a Platform Database in the form."),
    ],
)
def test_what_is_neither_set_nor_chosen_may_be_chosen(blocks, chosen, cure):
    said = refused({name: blocks[name] for name in chosen})
    assert "BACKFILL_SOURCE_URL is not set" in said
    assert said.endswith(cure)


def test_a_command_stays_as_it_is_to_be_typed():
    with filled_in({"what": What(), "safety": Safety()}):
        assert (
            told("`backfill run --since 1` or --since: --since-when")
            == '`backfill run --since 1` or "Since": --since-when'
        )
    assert told("--since BACKFILL_MODELS is not set") == "--since BACKFILL_MODELS is not set"


def test_of_two_connections_that_one_is_named_whose_write_key_went(blocks):
    wrong = saved(blocks["connection"], write_key="wrong")
    asked = {"connection": blocks["connection"], "other_connection": wrong}
    state = send_identify(Identify(user_id="1"), "none", **asked, return_state=True)
    assert f'"Source write key" of RudderStack Connection "{named(wrong)}"' in state.message
    dead = saved(blocks["connection"], data_plane_url="http://127.0.0.1:1")
    state = send_identify(Identify(user_id="1"), "none", connection=dead, other_connection=wrong, return_state=True)
    assert f'"Data plane URL" of RudderStack Connection "{named(dead)}"' in state.message


def test_a_connection_is_tested_with_its_models(blocks):
    said = connections(**blocks, return_state=True).message
    assert re.search(r"clock says 2.*Z\. Its profile has 1\d models\.$", said)
    state = connections(database=saved(blocks["database"], profile="no/models"), return_state=True)
    assert state.is_failed()
    assert "no/models" in state.message


def test_a_message_by_hand_goes_beside_an_import_of_another_source_name(blocks):
    blocks |= {"database": saved(blocks["database"], name="relias-store")}
    state = backfill(route={"destinations": "none", **blocks}, safety={"max_dead": "20%"}, return_state=True)
    assert state.is_completed()
    asked = {"connection": blocks["connection"], "return_state": True}
    state = send_identify(Identify(user_id="1"), "none", **asked)
    assert state.is_completed(), state.message
    state = backfill(route={"destinations": "none", **blocks}, safety={"max_dead": "20%"}, return_state=True)
    assert state.is_completed(), state.message


def test_a_canary_that_was_delivered_before_says_so():
    known = Summary("r", 9, 9, 0, 0, 9, 0, 0, 0, 9, balanced=True, events={}, users=0, bytes=0, requests=0, seconds=1.0)
    said = words(known)
    assert said.startswith("**All of the canary was delivered before: nothing was sent now.** 9 rows read")
    assert "0 users" not in said
    assert "|" not in said
    said = words(replace(known, delivered=2, already_delivered=7, users=1, events={"Identify": 2}))
    assert said.startswith("**The canary was sent.** 1 user · 9 rows read")
    assert "| Identify | 2 |" in said
    assert "nothing of the canary" in words(replace(known, messages=0, already_delivered=0))


@pytest.mark.parametrize("flow", [backfill, nightly, plan, replay, verify, send_identify, connections])
def test_every_group_has_a_title(flow):
    schema = parameter_schema(flow).model_dump()
    for name, field in schema["properties"].items():
        reference = field.get("$ref", "").rpartition("/")[2]
        title = field.get("title") or schema["definitions"][reference]["title"]
        assert title[0].isupper(), name
    if flow is send_identify:
        assert schema["properties"]["other_connection"]["title"] == "Write key of"


def test_blocks_give_what_they_say():
    for kind in (PlatformDatabase, RudderStackConnection):
        assert set(kind.GIVES.values()) == set(kind.model_fields) & set(kind.GIVES.values())
        assert {name for name, field in kind.model_fields.items() if field.title} == set(kind.GIVES.values())
