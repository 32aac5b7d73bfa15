"""The three actions as Prefect flows, each with its form.

Prefect keeps what a person typed into the form as the run's parameters, and no more of it. What is connected to is a
block, given by reference: no secret is a parameter.
"""

from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from flows.blocks import RudderStackConnection
from flows.errors import EXITS, Exit, SettingsInvalid
from flows.sending.connecting import send_over
from flows.sending.fields import unfit
from flows.sending.forms import Action, Group, Identify, Track
from mappers.kinds import instant_of

Connection = Annotated[
    RudderStackConnection | None,
    Field(title="Connection", description="Where it goes. None: where the worker's environment says"),
]
Other = Annotated[
    RudderStackConnection | None,
    Field(title="Write key of", description="Another connection whose write key is used, and nothing else of it"),
]


def _fitting(given: Any, fit: ValidatorFunctionWrapHandler) -> Any:
    """Return the form, or why it is none: Prefect itself would log what was typed."""
    try:
        return fit(given)
    except ValidationError as error:
        return SettingsInvalid(unfit(error))


@flow(name="send-identify", flow_run_name="send identify", persist_result=False)
def send_identify(
    message: Annotated[Identify, Field(title="Identify"), WrapValidator(_fitting)],
    connection: Connection = None,
    other_connection: Other = None,
) -> State[Any]:
    """Tell who a person is: one Identify, checked against the tracking plan and sent once."""
    return _sent(message, connection, other_connection)


@flow(name="send-track", flow_run_name="send track", persist_result=False)
def send_track(
    message: Annotated[Track, Field(title="Track"), WrapValidator(_fitting)],
    connection: Connection = None,
    other_connection: Other = None,
) -> State[Any]:
    """Tell what a person did: one Track of the tracking plan, checked against it and sent once."""
    return _sent(message, connection, other_connection)


@flow(name="send-group", flow_run_name="send group", persist_result=False)
def send_group(
    message: Annotated[Group, Field(title="Group"), WrapValidator(_fitting)],
    connection: Connection = None,
    other_connection: Other = None,
) -> State[Any]:
    """Tell which group a person belongs to: one Group, checked against the tracking plan and sent once."""
    return _sent(message, connection, other_connection)


def _sent(message: Action | SettingsInvalid, connection: Connection, other: Other) -> State[Any]:
    """Send it and return the state that says what became of it, without a word of what it holds.

    Without a timestamp it happened when the run was to begin, which a retry does not change: so it keeps its id.
    """
    try:
        if isinstance(message, SettingsInvalid):
            raise message
        outcome = send_over(message, connection, other, instant_of(flow_run.scheduled_start_time)).outcome
    except tuple(EXITS) as error:
        return Failed(message=str(error), data=error)
    make = Completed if outcome.exit is Exit.DONE else Failed
    return make(message=outcome.words, data=outcome.document())
