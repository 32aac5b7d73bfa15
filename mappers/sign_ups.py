"""Sign-ups: a user signs up for an account."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mappers.kinds import Instant, Key
from mappers.messages import merged
from mappers.outcomes import Details, Draft, Outcome, Stream
from mappers.text import trimmed

IDENTIFY, SIGNED_UP = "identify_signed_up", "user_signed_up"


class SignUp(NamedTuple):
    """An account at the moment that it was made."""

    row_id: Key
    user_id: Key
    occurred_at: Instant
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None


def drafts(rows: Sequence[SignUp], wanted: frozenset[str], _: Details) -> Iterator[Outcome]:
    """Yield User Signed Up, in the history mode after an Identify with e-mail and names."""
    for row_id, user_id, occurred_at, email, first_name, last_name in rows:
        if IDENTIFY in wanted:
            names = {"first_name": trimmed(first_name), "last_name": trimmed(last_name)}
            traits = merged("identify", {"email": trimmed(email)}, names)
            yield Draft(IDENTIFY, user_id, None, occurred_at, row_id, "", traits)
        if SIGNED_UP in wanted:
            yield Draft(SIGNED_UP, user_id, None, occurred_at, row_id, "", {})


SIGN_UPS = Stream(
    "sign_ups",
    SignUp,
    (IDENTIFY, SIGNED_UP),
    drafts,
    only_for={IDENTIFY: ("email", "first_name", "last_name")},
)
