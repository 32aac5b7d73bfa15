"""A message sent over a connection of Prefect's, or where the environment says."""

from flows.blocks import RudderStackConnection
from flows.sending.delivering import Became, send
from flows.sending.forms import Action
from flows.settings import DeliverySettings, Given, load
from mappers.kinds import Instant


def send_over(
    message: Action,
    connection: RudderStackConnection | None,
    other: RudderStackConnection | None,
    now: Instant | None = None,
) -> Became:
    """Send the message over the connection, with the other's write key where there is one; raises what `send` does."""
    given = [connection.given()] if connection else []
    if other:
        where, values = other.given()
        given.append(Given(where, {"write_key": values["write_key"]}))
    return send(message, load(DeliverySettings, *given), now)
