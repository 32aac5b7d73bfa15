"""The three actions in Prefect: found in the data plane, told by the state, and kept as parameters and nowhere else."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, LogFilter, LogFilterFlowRunId
from prefect.exceptions import PrefectHTTPStatusError
from prefect.flow_engine import run_flow
from prefect.logging.handlers import APILogHandler
from prefect.states import AwaitingRetry, Scheduled
from sent import AT, CART, CONTEXT, GROUP_TRAITS, TRAITS, TRAITS_ON_THE_WIRE, arrived, texts_in

from flows.blocks import RudderStackConnection
from flows.errors import SettingsInvalid
from flows.sending.flows import send_group, send_identify, send_track
from flows.sending.forms import Group, Identify, Track
from flows.sending.tasks import NotSent, identify
from flows.settings import ROOT
from sandbox.faults.catalog import RESET_STORED
from sandbox.faults.plan import FaultPlan
from sandbox.faults.plane import running_faults
from sandbox.gateway.server import GatewaySettings, running_gateway

WRITE_KEY, DISABLED_KEY, OTHER_KEY = "wk-flows-0001", "wk-flows-0002", "wk-flows-0009"
FORMS = {
    send_identify: Identify(user_id="person-42", traits=TRAITS, custom={"hobby": "knitting"}),
    send_track: Track(user_id="person-42", event="Product Added", custom=CART, context=CONTEXT),
    send_group: Group(user_id="person-42", group_id="house-7", traits=GROUP_TRAITS),
}

pytestmark = pytest.mark.usefixtures("prefect")


class Shown:
    """What Prefect shows of a flow run, but for the parameters, which are what the person typed."""

    def __init__(self, state):
        APILogHandler().flush()
        self.state = state
        asyncio.run(self._read(state.state_details.flow_run_id))

    async def _read(self, run_id):
        async with get_client() as client:
            self.run = await client.read_flow_run(run_id)
            self.tasks = await client.read_task_runs(flow_run_filter=FlowRunFilter(id={"any_": [run_id]}))
            self.logs = await client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id])))

    @property
    def everything(self):
        parts = [*self.tasks, *self.logs]
        run = self.run.model_dump_json(exclude={"parameters"})
        return "\n".join([run, *(part.model_dump_json() for part in parts)])


@pytest.fixture(scope="module")
def other_plane(tmp_path_factory):
    """Give a data plane that knows one key alone."""
    settings = GatewaySettings(store=tmp_path_factory.mktemp("other") / "events.db", write_keys=(OTHER_KEY,))
    with running_gateway(settings) as gateway:
        yield gateway


@pytest.mark.parametrize("action", FORMS, ids=lambda action: action.name)
def test_an_action_is_found_in_the_data_plane_and_in_prefect_only_as_its_parameters(put, plane, action):
    put()
    shown = Shown(action(FORMS[action], "none", return_state=True))
    title, message_id = re.fullmatch(r"(.+) ([0-9a-f-]{36}) was delivered\.", shown.state.message).groups()

    (message,) = arrived(plane, message_id)
    assert (message["type"], message["userId"]) == (FORMS[action].call, "person-42")
    assert title == ("Track Product Added" if action is send_track else action.name.removeprefix("send-").capitalize())
    assert (shown.state.is_completed(), shown.run.name) == (True, action.name.replace("-", " "))
    typed = texts_in(TRAITS) | texts_in(GROUP_TRAITS) | {"person-42", "house-7", "knitting"}
    assert {text for text in typed | {WRITE_KEY} if text in shown.everything} == set()
    assert WRITE_KEY not in shown.run.model_dump_json()


def test_a_connection_says_where_it_goes_and_another_gives_its_write_key(put, other_plane, plane):
    put(DATA_PLANE_URL="http://127.0.0.1:9", WRITE_KEY=DISABLED_KEY)
    live = RudderStackConnection(data_plane_url=other_plane.url, write_key=DISABLED_KEY, destinations="Braze")
    live.save("live-of-send", overwrite=True)
    key = RudderStackConnection(data_plane_url=plane.url, write_key=OTHER_KEY, destinations="all")
    key.save("key-of-send", overwrite=True)
    asked = {"message": Identify(user_id="1"), "connection": RudderStackConnection.load("live-of-send")}
    asked |= {"destinations": "Braze"}

    shown = Shown(send_identify(**asked, return_state=True))
    assert "401 invalid write key. Cure:" in shown.state.message
    shown = Shown(send_identify(**asked, other_connection=RudderStackConnection.load("key-of-send"), return_state=True))
    (message,) = arrived(other_plane, shown.state.message.split()[1])
    assert message["integrations"] == {"All": False, "Braze": True}
    everything = shown.run.model_dump_json() + shown.everything
    assert {secret for secret in (DISABLED_KEY, OTHER_KEY) if secret in everything} == set()


@pytest.mark.parametrize(
    ("action", "message", "words"),
    [
        (send_identify, Identify(traits=TRAITS), ["there is neither a user ID nor an anonymous ID"]),
        (send_identify, Identify(custom={"firstName": "Ada"}), ["neither a user ID", "shadows first_name"]),
        (
            send_track,
            Track(user_id="1", event="Zzz of Ada"),
            ["the tracking plan has no such event; it has User Signed"],
        ),
        (send_track, Track(user_id="1", event="Product Added"), ["cart_id: required", "product_id: required"]),
        (
            send_identify,
            {"user_id": "1", "traits": {"email": "ada-at-example", "age": "forty"}, "colour": "Ada"},
            ["traits.email: must be an address", "traits.age: Input should be a valid integer", "colour: Extra inputs"],
        ),
    ],
)
def test_a_refusal_is_failed_with_every_fault_and_not_a_word_that_was_typed(put, caplog, action, message, words):
    ledger = put()["BACKFILL_LEDGER_URL"].removeprefix("sqlite:///")
    shown = Shown(action(message, "none", return_state=True))

    assert shown.state.is_failed()
    assert [word for word in words if word not in shown.state.message] == []
    assert not Path(ledger).exists()
    typed = {"ada-at-example", "forty", "Zzz of Ada", *texts_in(TRAITS) - {"Writes programs"}}
    said = shown.everything + caplog.text
    assert {text for text in typed if text in said} == set()


def test_settings_that_do_not_hold_are_all_said(set_environment):
    set_environment({"BACKFILL_DESTINATIONS": "Braze,,"})
    shown = Shown(send_identify(Identify(user_id="1"), "none", return_state=True))
    assert [name for name in ("DATA_PLANE_URL is not set", "WRITE_KEY is not set", "DESTINATIONS: has an empty name")
            if f"BACKFILL_{name}" not in shown.state.message] == []  # fmt: skip


def test_a_form_of_a_deployment_is_held_against_its_limits_at_once(put):
    put()
    left_out = {"timestamp": None, "traits": {"age": None, "birthday": None, "email": "", "phone": ""}}
    assert asyncio.run(_deployed({"message": {"user_id": "1", **left_out}, "destinations": "none"})).is_scheduled()
    for bad in ({"age": 200}, {"email": "nobody"}, {"phone": "none"}, {"age": "x"}, {"address": {"zip": "1"}}):
        with pytest.raises(PrefectHTTPStatusError, match=r"Validation failed for field 'message\.traits"):
            asyncio.run(_deployed({"message": {"user_id": "1", "traits": bad}, "destinations": "none"}))
    with pytest.raises(PrefectHTTPStatusError, match="'destinations' is a required property"):
        asyncio.run(_deployed({"message": {"user_id": "1"}}))


async def _deployed(parameters):
    """Ask for a run of a deployment as its form does, long before it is to begin, and return its state."""
    deployment_id = await (await send_identify.to_deployment("of-a-test")).apply()
    later = Scheduled(scheduled_time=datetime.now(UTC) + timedelta(days=1))
    async with get_client() as client:
        run = await client.create_flow_run_from_deployment(deployment_id, parameters=parameters, state=later)
    return run.state


def test_a_run_that_is_retried_keeps_its_id(put, plane):
    """Without a timestamp it happened when the run was to begin; the first attempt is stored and never answered."""
    message = Identify(user_id="1")
    asked = {"message": message, "destinations": "none"}
    with running_faults(plane.url, FaultPlan(script=(RESET_STORED,))) as broken:
        put(DATA_PLANE_URL=broken.url, PATIENCE_SECONDS="0")
        first = send_identify(message, "none", return_state=True)
    run_id = first.state_details.flow_run_id
    message_id = re.search("[0-9a-f-]{36}", first.message)[0]
    assert (first.is_failed(), len(arrived(plane, message_id))) == (True, 1)

    put()
    run = asyncio.run(_retried(run_id))
    second = run_flow(send_identify, flow_run=run, parameters=asked, return_type="state")
    assert second.message == f"Identify {message_id} was delivered."
    assert second.state_details.flow_run_id == run_id


async def _retried(run_id):
    """Ask for a retry as the run's page does, and return the run."""
    async with get_client() as client:
        await client.set_flow_run_state(run_id, AwaitingRetry())
        return await client.read_flow_run(run_id)


def test_a_task_gives_its_id_to_another_flow_and_fails_it_where_it_is_not_sent(put, plane, tmp_path):
    put()

    @flow
    def of_others(message):
        return identify(message, destinations="none")

    message_id = of_others(Identify(user_id="1", timestamp=AT, traits=TRAITS))
    assert arrived(plane, message_id)[0]["traits"] == TRAITS_ON_THE_WIRE
    with pytest.raises(SettingsInvalid, match="neither a user ID"):
        of_others(Identify(timestamp=AT))
    settings = GatewaySettings(store=tmp_path / "small.db", write_keys=(WRITE_KEY,), max_bytes=100)
    with running_gateway(settings) as gateway:
        put(DATA_PLANE_URL=gateway.url)
        with pytest.raises(NotSent, match="is a dead letter"):
            of_others(Identify(user_id="1"))


def test_the_example_of_the_guide_does_what_it_says(put, plane):
    put()
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "send.md").read_text(), re.DOTALL)
    own = {}
    exec(example, own)  # noqa: S102  # our own guide
    first, second = own["welcome"]("42", "ada@example.org")
    assert [arrived(plane, one)[0]["type"] for one in (first, second)] == ["identify", "track"]
