"""Address changes: a user updates their billing address."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mappers.addresses import address
from mappers.kinds import Instant, Key
from mappers.outcomes import Details, Draft, Outcome, Stream

UPDATED = "billing_address_updated"


class AddressChange(NamedTuple):
    """A billing address as it was entered."""

    row_id: Key
    user_id: Key
    occurred_at: Instant
    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


def drafts(rows: Sequence[AddressChange], _: frozenset[str], __: Details) -> Iterator[Outcome]:
    """Yield Billing Address Updated with the new address."""
    for row in rows:
        new = address(row.street, row.city, row.state, row.postal_code, row.country)
        properties = {"address": new} if new else {}
        yield Draft(UPDATED, row.user_id, None, row.occurred_at, row.row_id, "", properties)


ADDRESS_CHANGES = Stream(
    "address_changes",
    AddressChange,
    (UPDATED,),
    drafts,
    log_identity=("user_id", "occurred_at", "street", "city", "state", "postal_code", "country"),
)
