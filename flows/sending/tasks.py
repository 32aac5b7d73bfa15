"""The three actions as Prefect tasks, for use in other flows.

`destinations` is `none`, display names between commas, or `all`, of those that the connection allows;
`other_connection` is one whose write key and allowed destinations go instead.

A task gives the message's id, and fails where the message is refused, set aside or stopped. With a timestamp a retry
sends nothing twice.
"""

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.alerts.events import TAG
from flows.blocks import RudderStackConnection
from flows.errors import Exit
from flows.sending.connecting import send_over
from flows.sending.delivering import Became
from flows.sending.forms import Group, Identify, Track

TAGS = (TAG, "send")


class NotSent(Exception):
    """A message is a dead letter, or was stopped on its way."""


@task(name="identify", task_run_name="identify", tags=TAGS, cache_policy=NO_CACHE, persist_result=False)
def identify(
    message: Identify,
    *,
    destinations: str,
    connection: RudderStackConnection | None = None,
    other_connection: RudderStackConnection | None = None,
) -> str:
    """Tell who a person is, and return the message's id."""
    return _id_of(send_over(message, destinations, connection, other_connection))


@task(name="track", task_run_name="track", tags=TAGS, cache_policy=NO_CACHE, persist_result=False)
def track(
    message: Track,
    *,
    destinations: str,
    connection: RudderStackConnection | None = None,
    other_connection: RudderStackConnection | None = None,
) -> str:
    """Tell what a person did, and return the message's id."""
    return _id_of(send_over(message, destinations, connection, other_connection))


@task(name="group", task_run_name="group", tags=TAGS, cache_policy=NO_CACHE, persist_result=False)
def group(
    message: Group,
    *,
    destinations: str,
    connection: RudderStackConnection | None = None,
    other_connection: RudderStackConnection | None = None,
) -> str:
    """Tell which group a person belongs to, and return the message's id."""
    return _id_of(send_over(message, destinations, connection, other_connection))


def _id_of(became: Became) -> str:
    if became.outcome.exit is not Exit.DONE:
        raise NotSent(became.outcome.words)
    return became.message_id
