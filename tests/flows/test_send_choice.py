"""Where a message by hand may go on to is chosen, out of what its connection allows; and the connection is there."""

from uuid import uuid4

import pytest
from prefect import flow
from prefect.utilities.callables import parameter_schema
from sent import AT, arrived

from flows.blocks import RudderStackConnection
from flows.errors import SettingsInvalid
from flows.forms import Route
from flows.sending.flows import send_group, send_identify, send_track
from flows.sending.forms import Group, Identify, Track
from flows.sending.tasks import group, identify, track

WRITE_KEY, DISABLED_KEY = "wk-flows-0001", "wk-flows-0002"
WHO = {"user_id": "of-a-choice", "timestamp": AT}
FORMS = {
    send_identify: Identify(**WHO),
    send_track: Track(**WHO, event="User Signed In"),
    send_group: Group(**WHO, group_id="g7"),
}
TASKS = dict(zip((identify, track, group), FORMS.values(), strict=True))

pytestmark = pytest.mark.usefixtures("prefect")


@pytest.fixture
def allowing(put, plane):
    """Give what saves a connection that allows those destinations; the environment has none that holds."""
    put(DATA_PLANE_URL="http://127.0.0.1:9", WRITE_KEY=DISABLED_KEY, DESTINATIONS="all")

    def saved(destinations, write_key=WRITE_KEY):
        name = f"choice-{uuid4().hex[:8]}"
        block = RudderStackConnection(data_plane_url=plane.url, write_key=write_key, destinations=destinations)
        block.save(name, _sync=True)
        return RudderStackConnection.load(name, _sync=True)

    return saved


def integrations(plane, state):
    assert state.is_completed(), state.message
    (message,) = arrived(plane, state.message.split(" was delivered")[0].split()[-1])
    return message["integrations"]


@pytest.mark.parametrize("action", FORMS, ids=lambda action: action.name)
def test_the_form_wants_the_choice_in_the_words_of_an_import(action):
    schema = parameter_schema(action)
    field, said = schema.properties["destinations"], Route.model_fields["destinations"]
    assert schema.required == ["message", "destinations"]
    assert (field["title"], field["description"]) == (said.title, said.description)


@pytest.mark.parametrize("action", FORMS, ids=lambda action: action.name)
def test_none_goes_on_to_nobody_though_all_are_allowed(allowing, plane, action):
    state = action(FORMS[action], "none", allowing("all"), return_state=True)
    assert integrations(plane, state) == {"All": False}


def test_what_is_chosen_goes_on_to_that_alone(allowing, plane):
    message = Identify(user_id="of-a-choice")
    for allowed, chosen in (("all", "Braze"), ("Braze, Amplitude", " Braze")):
        state = send_identify(message, chosen, allowing(allowed), return_state=True)
        assert integrations(plane, state) == {"All": False, "Braze": True}
    state = send_identify(message, "all", allowing("all"), return_state=True)
    assert integrations(plane, state) == {"All": True}


def test_the_connection_whose_write_key_it_is_says_what_is_allowed(allowing, plane, held):
    message, other = Identify(user_id="of-a-choice"), allowing("Amplitude")
    before = held()
    wide, closed = allowing("all", DISABLED_KEY), allowing("", DISABLED_KEY)
    for refused in ("Braze", "all", "Amplitude, Braze"):
        state = send_identify(message, refused, wide, other, return_state=True)
        assert state.is_failed()
        assert f"{other.given().where} allows Amplitude; allow it there" in state.message
    assert held() == before

    state = send_identify(message, "Amplitude", closed, other, return_state=True)
    assert integrations(plane, state) == {"All": False, "Amplitude": True}


def test_without_a_connection_the_environment_says_what_is_allowed(put, held):
    put(DESTINATIONS="Braze")
    before = held()
    state = send_identify(Identify(user_id="1"), "Amplitude", return_state=True)
    assert "Amplitude: BACKFILL_DESTINATIONS allows Braze; allow it there, or choose" in state.message
    assert held() == before


@pytest.mark.parametrize("action", FORMS, ids=lambda action: action.name)
def test_an_empty_choice_is_none_made(allowing, held, action):
    before = held()
    state = action(FORMS[action], " ", allowing("all"), return_state=True)
    assert state.is_failed()
    assert "choose the destinations: `none`" in state.message
    assert held() == before


@pytest.mark.parametrize("action", TASKS, ids=lambda action: action.name)
def test_a_task_wants_the_choice_too(allowing, held, action):
    before, asked = held(), {"connection": allowing("Amplitude")}

    @flow
    def of_others(asked):
        return action(TASKS[action], **asked)

    with pytest.raises(TypeError, match="destinations"):
        of_others(asked)
    for nothing in ("", None):
        with pytest.raises(SettingsInvalid, match="choose the destinations"):
            of_others(asked | {"destinations": nothing})
    with pytest.raises(SettingsInvalid, match="allows Amplitude"):
        of_others(asked | {"destinations": "Braze"})
    assert held() == before


@pytest.mark.parametrize("place", ["connection", "other_connection"])
@pytest.mark.parametrize("action", FORMS, ids=lambda action: action.name)
def test_a_block_that_is_gone_is_told_with_the_cure(allowing, held, action, place):
    before = held()
    gone = {"$ref": {"block_document_id": str(uuid4())}}
    blocks = {"connection": allowing("all")} | {place: gone}
    state = action(FORMS[action], "none", **blocks, return_state=True)
    assert state.is_failed()
    assert "A block that the form names is not there any more: choose another, or make it under Blocks" in state.message
    assert held() == before
