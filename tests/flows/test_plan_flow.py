"""A plan from a form: its page, the file that it writes, and the import that is kept to that file."""

import asyncio
import json
import sqlite3
from contextlib import closing

import pytest
from filled import IMPORT, filled
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey, FlowRunFilter

from flows.backfill import backfill
from flows.plan import plan

pytestmark = pytest.mark.usefixtures("prefect")


def planned(what=(), **reckoning):
    form = {"max_dead": "20%", **reckoning}
    return plan({"destinations": "none"}, dict(what), form, return_state=True)


def imported(**values):
    return backfill(**filled(IMPORT, **{"max_dead": "20%", **values}), return_state=True)


def shown(state, key="backfill-plan"):
    """Return the flow run's name and parameters, and its artifacts of that key."""

    async def read():
        run_id = state.state_details.flow_run_id
        mine = FlowRunFilter(id={"any_": [run_id]})
        async with get_client() as client:
            run = await client.read_flow_run(run_id)
            wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
            return run, await client.read_artifacts(artifact_filter=wanted, flow_run_filter=mine)

    return asyncio.run(read())


def test_an_import_of_a_plan_s_file_sends_what_its_page_said(put, held, tmp_path, platform):
    put(SOURCE_NAME="the shop of a plan")
    before, file = held(), tmp_path / "new" / "plan.json"
    state = planned({"since": "2022-01-01", "streams": ["orders", "sign_ups"]}, file=str(file), rate=100)
    assert state.is_completed()
    assert held() == before
    run, (artifact,) = shown(state)
    figures = state.result()
    assert run.name == "plan 2022-01-01…now · orders, sign_ups"
    assert artifact.description == state.message
    assert artifact.data.startswith("# What a run would send\n\nNothing was sent.")
    assert f"| = delivered | {figures['delivered']:,} |" in artifact.data
    assert "At 100 events a second" in artifact.data
    with closing(sqlite3.connect(platform)) as connection:
        people = {one for row in connection.execute("SELECT email, phone, last_name FROM accounts") for one in row}
    assert [one for one in people if one and len(one) > 4 and one in artifact.data] == []

    written = json.loads(file.read_text())
    assert (written["delivered"], written["bytes"]) == (figures["delivered"], figures["bytes"])
    ended = imported(plan=str(file))
    assert ended.is_completed(), ended.message
    assert {name: ended.result()[name] for name in ("delivered", "users", "bytes", "requests", "events")} == {
        name: written[name] for name in ("delivered", "users", "bytes", "requests", "events")
    }
    assert held() == before + written["delivered"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"since": "2023-01-01"}, '"Since" is 2023-01-01T05:00:00.000000Z; planned was not set'),
        ({"identify": "none"}, '"Identify" is none; planned was current'),
        ({"streams": ["carts"]}, "there is no stream 'carts'"),
        ({"max_users": 1}, "users would be sent, "),
        ({"max_cost": "1"}, '"Highest cost" needs the prices'),
    ],
)
def test_an_import_that_is_asked_for_something_else_is_refused(put, held, tmp_path, values, words):
    put()
    file = tmp_path / "plan.json"
    assert planned({"streams": ["orders"]}, file=str(file)).is_completed()
    before = held()
    state = imported(plan=str(file), **values)
    assert state.is_failed()
    assert words in state.message
    assert held() == before


def test_a_file_that_is_none_is_refused(put, held, tmp_path):
    put()
    before = held()
    state = imported(plan=str(tmp_path / "nowhere.json"))
    assert "nowhere.json cannot be read" in state.message
    assert "`backfill plan --json FILE`" in state.message
    assert held() == before


@pytest.mark.parametrize(
    ("reckoning", "words"),
    [
        ({"prices": "/nowhere/prices.yaml"}, '"Price table" /nowhere/prices.yaml cannot be read'),
        ({"file": "/dev/null/plan.json"}, "/dev/null/plan.json cannot be written"),
        ({"max_dead": "many"}, '"Dead letters allowed" is '),
        ({"max_dead": "0"}, 'dead letters are more than "Dead letters allowed" allows'),
    ],
)
def test_a_plan_that_cannot_be_made_says_why(put, reckoning, words):
    put()
    state = planned({"streams": ["sign_ins"]}, **reckoning)
    assert state.is_failed()
    assert words in state.message


def test_a_dry_run_is_a_plan_of_the_import(put, held):
    put()
    before = held()
    state = imported(dry_run=True, streams=["orders"])
    _, (artifact,) = shown(state)
    assert state.message.startswith("Nothing was sent. A run would end so: ")
    assert "## What a run of this plan is held to" in artifact.data
    assert held() == before
