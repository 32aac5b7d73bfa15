"""Accounts: the one Identify a user that tells their traits as they are now."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mappers.addresses import address
from mappers.kinds import Day, Instant, Key, milliseconds
from mappers.licenses import LICENSES, license_traits
from mappers.messages import Traits, merged
from mappers.outcomes import Details, Draft, Filtered, Outcome, Stream
from mappers.text import digits, trimmed

IDENTIFY = "identify_current"


class Account(NamedTuple):
    """An account as it is now."""

    row_id: Key
    user_id: Key
    changed_at: Instant
    is_deleted: bool = False
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    job_title: str | None = None
    company_name: str | None = None
    username: str | None = None
    website: str | None = None
    gender: str | None = None
    birthday: Day | None = None
    avatar: str | None = None
    description: str | None = None
    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    created_at: Instant | None = None


def drafts(rows: Sequence[Account], _: frozenset[str], licenses: Details) -> Iterator[Outcome]:
    """Yield one Identify an account, dated by the latest change of the account or of its licenses."""
    for row in rows:
        if row.is_deleted:
            yield Filtered(row.row_id, "deleted account")
            continue
        owned = licenses.get(row.user_id, ())
        changed_at = max([row.changed_at, *(license_.changed_at for license_ in owned)])
        body = merged("identify", _standard(row), _custom(row) | license_traits(owned))
        yield Draft(IDENTIFY, row.user_id, None, changed_at, row.row_id, changed_at, body)


def _standard(row: Account) -> Traits:
    traits: dict[str, object] = {
        "email": trimmed(row.email),
        "phone": digits(row.phone),
        "title": trimmed(row.job_title),
        "username": trimmed(row.username),
        "website": trimmed(row.website),
        "gender": trimmed(row.gender),
        "birthday": row.birthday,
        "avatar": row.avatar,
        "description": row.description,
        "address": address(row.street, row.city, row.state, row.postal_code, row.country),
        "createdAt": milliseconds(row.created_at) if row.created_at else None,
    }
    return traits  # type: ignore[return-value]  # the nulls go in `merged`


def _custom(row: Account) -> dict[str, str | None]:
    return {
        "first_name": trimmed(row.first_name),
        "last_name": trimmed(row.last_name),
        "company_name": trimmed(row.company_name),
    }


ACCOUNTS = Stream("accounts", Account, (IDENTIFY,), drafts, detail=LICENSES, state=True)
