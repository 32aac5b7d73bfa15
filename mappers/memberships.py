"""Memberships: who belongs to which organisation, with the organisation's traits, as Group."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mappers.addresses import address
from mappers.kinds import Instant, Key, milliseconds
from mappers.messages import GroupTraits, merged
from mappers.outcomes import Details, Draft, Outcome, Stream
from mappers.text import digits, trimmed

GROUP = "group_organisation"


class Membership(NamedTuple):
    """A user's membership and its organisation, as both are now."""

    row_id: Key
    user_id: Key
    changed_at: Instant
    group_id: Key
    organisation_changed_at: Instant | None = None
    name: str | None = None
    industry: str | None = None
    employees: int | None = None
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    plan: str | None = None
    description: str | None = None
    avatar: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    created_at: Instant | None = None


def drafts(rows: Sequence[Membership], _: frozenset[str], __: Details) -> Iterator[Outcome]:
    """Yield one Group a membership, dated by the later change of membership and organisation."""
    for row in rows:
        changed_at = max(row.changed_at, row.organisation_changed_at or row.changed_at)
        body = merged("group", _standard(row), {})
        yield Draft(GROUP, row.user_id, None, changed_at, row.row_id, changed_at, body, row.group_id)


def _standard(row: Membership) -> GroupTraits:
    traits: dict[str, object] = {
        "name": trimmed(row.name),
        "industry": trimmed(row.industry),
        "employees": row.employees,
        "email": trimmed(row.email),
        "phone": digits(row.phone),
        "website": trimmed(row.website),
        "plan": trimmed(row.plan),
        "description": row.description,
        "avatar": row.avatar,
        "address": address(row.street, row.city, row.state, row.postal_code, row.country),
        "createdAt": milliseconds(row.created_at) if row.created_at else None,
    }
    return traits  # type: ignore[return-value]  # the nulls go in `merged`


MEMBERSHIPS = Stream("memberships", Membership, (GROUP,), drafts, state=True)
