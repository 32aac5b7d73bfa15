"""Profile updates: a user changes their details, password or credit card on the account page."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mappers.kinds import Instant, Key
from mappers.messages import Json, merged
from mappers.outcomes import Details, Draft, Filtered, Outcome, Stream
from mappers.text import digits, trimmed

IDENTIFY, UPDATED = "identify_updated_profile", "user_updated_profile"


class ProfileUpdate(NamedTuple):
    """A change of the profile: which part, and the new values of the details that changed (null where they did not).

    `section` is `details`, `password` or `credit_card`. There is no column for a password or a card, by intent.
    """

    row_id: Key
    user_id: Key
    occurred_at: Instant
    section: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    company_name: str | None = None


def drafts(rows: Sequence[ProfileUpdate], wanted: frozenset[str], _: Details) -> Iterator[Outcome]:
    """Yield User Updated Profile, in the history mode after an Identify with the traits that changed, if any did."""
    for row in rows:
        phone, company = digits(row.phone), trimmed(row.company_name)
        traits = {}
        if IDENTIFY in wanted:
            names = {"first_name": trimmed(row.first_name), "last_name": trimmed(row.last_name)}
            standard = {"email": trimmed(row.email), "phone": phone}
            traits = merged("identify", standard, names | {"company_name": company})
            if traits:
                yield Draft(IDENTIFY, row.user_id, None, row.occurred_at, row.row_id, "", traits)
        if UPDATED not in wanted:
            if not traits:
                yield Filtered(row.row_id, "switched off in the plan")
            continue
        properties: dict[str, Json] = {"section": row.section}
        if phone:
            properties["phone"] = phone
        if company:
            properties["company_name"] = company
        yield Draft(UPDATED, row.user_id, None, row.occurred_at, row.row_id, "", properties)


PROFILE_UPDATES = Stream(
    "profile_updates",
    ProfileUpdate,
    (IDENTIFY, UPDATED),
    drafts,
    only_for={IDENTIFY: ("email", "first_name", "last_name")},
    log_identity=("user_id", "occurred_at", "section", "phone", "company_name"),
)
