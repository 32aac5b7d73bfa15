"""The three actions as Prefect flows, each with its form.

Prefect keeps what a person typed into the form as the run's parameters, and no more of it. What is connected to is a
block, given by reference: no secret is a parameter.
"""

from typing import Annotated, Any

from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic.config import JsonDict

from flows.blocks import RudderStackConnection
from flows.errors import SettingsInvalid
from flows.formed import formed
from flows.forms import Route
from flows.sending.connecting import send_over
from flows.sending.fields import unfit
from flows.sending.forms import Action, Group, Identify, Track
from flows.tasks import state_of
from mappers.kinds import instant_of

_CHOICE = Route.model_fields["destinations"]
_WORDS: JsonDict = {"title": _CHOICE.title, "description": _CHOICE.description}

Destinations = Annotated[str, Field(json_schema_extra=_WORDS)]  # Prefect puts a parameter's name over its title
Connection = Annotated[
    RudderStackConnection | None,
    Field(title="Connection", description="Where it goes. None: where the worker's environment says"),
]
Other = Annotated[
    RudderStackConnection | None,
    Field(title="Write key of", description="Another connection, whose write key and allowed destinations go instead"),
]


def _fitting(given: Any, fit: ValidatorFunctionWrapHandler) -> Any:
    """Return the form, or why it is none: Prefect itself would log what was typed."""
    try:
        return fit(given)
    except ValidationError as error:
        return SettingsInvalid(unfit(error))


@formed("send-identify", lambda: "send identify")
def send_identify(
    message: Annotated[Identify, Field(title="Identify"), WrapValidator(_fitting)],
    destinations: Destinations,
    connection: Connection = None,
    other_connection: Other = None,
) -> State[Any]:
    """Tell who a person is: one Identify, checked against the tracking plan and sent once."""
    return _sent(message, destinations, connection, other_connection)


@formed("send-track", lambda: "send track")
def send_track(
    message: Annotated[Track, Field(title="Track"), WrapValidator(_fitting)],
    destinations: Destinations,
    connection: Connection = None,
    other_connection: Other = None,
) -> State[Any]:
    """Tell what a person did: one Track of the tracking plan, checked against it and sent once."""
    return _sent(message, destinations, connection, other_connection)


@formed("send-group", lambda: "send group")
def send_group(
    message: Annotated[Group, Field(title="Group"), WrapValidator(_fitting)],
    destinations: Destinations,
    connection: Connection = None,
    other_connection: Other = None,
) -> State[Any]:
    """Tell which group a person belongs to: one Group, checked against the tracking plan and sent once."""
    return _sent(message, destinations, connection, other_connection)


def _sent(message: Action | SettingsInvalid, destinations: str, connection: Connection, other: Other) -> State[Any]:
    """Send it and return the state that says what became of it, without a word of what it holds.

    Without a timestamp it happened when the run was to begin, which a retry does not change: so it keeps its id.
    """
    if isinstance(message, SettingsInvalid):
        raise message
    became = send_over(message, destinations, connection, other, instant_of(flow_run.scheduled_start_time))
    return state_of(became.outcome)
