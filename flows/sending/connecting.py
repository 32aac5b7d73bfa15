"""A message sent over a connection of Prefect's, or where the environment says, to the destinations chosen."""

from flows.blocks import RudderStackConnection
from flows.routing import chosen, reference
from flows.sending.delivering import Became, send
from flows.sending.forms import Action
from flows.settings import DeliverySettings, Given, load
from mappers.kinds import Instant

OF_THE_SOURCE = ("write_key", "destinations")
"""What another connection gives: its write key, and the destinations that are allowed for it."""


def send_over(
    message: Action,
    destinations: str,
    connection: RudderStackConnection | None,
    other: RudderStackConnection | None,
    now: Instant | None = None,
) -> Became:
    """Send the message over the connection; where there is another, its write key is used.

    The destinations are checked against those that the connection allows whose write key it is. Raises what `send`
    does, and `SettingsInvalid` where none was chosen or not all of them are allowed.
    """
    given = [connection.given()] if connection else []
    if other:
        where, values = other.given()
        given.append(Given(where, {name: values[name] for name in OF_THE_SOURCE}))
    allowed = load(DeliverySettings, *given)
    asked = reference(None, other or connection, destinations or "")  # None would mean all that are allowed
    return send(message, chosen(allowed, asked), now)
