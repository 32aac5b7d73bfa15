"""Sign-ins: a user signs in."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mappers.kinds import Instant, Key
from mappers.messages import Context, merged
from mappers.outcomes import Details, Draft, Outcome, Stream
from mappers.text import trimmed

IDENTIFY, SIGNED_IN = "identify_signed_in", "user_signed_in"


class SignIn(NamedTuple):
    """A line of the sign-in log."""

    row_id: Key
    user_id: Key
    occurred_at: Instant
    email: str | None = None
    ip: str | None = None
    user_agent: str | None = None


def drafts(rows: Sequence[SignIn], wanted: frozenset[str], _: Details) -> Iterator[Outcome]:
    """Yield User Signed In, in the history mode after an Identify with the e-mail."""
    for row_id, user_id, occurred_at, email, ip, user_agent in rows:
        if IDENTIFY in wanted:
            traits = merged("identify", {"email": trimmed(email)}, {})
            yield Draft(IDENTIFY, user_id, None, occurred_at, row_id, "", traits)
        if SIGNED_IN in wanted:
            yield Draft(SIGNED_IN, user_id, None, occurred_at, row_id, "", {}, None, _context(ip, user_agent))


def _context(ip: str | None, user_agent: str | None) -> Context:
    context: Context = {}
    if ip:
        context["ip"] = ip
    if user_agent:
        context["userAgent"] = user_agent
    return context


SIGN_INS = Stream(
    "sign_ins",
    SignIn,
    (IDENTIFY, SIGNED_IN),
    drafts,
    only_for={IDENTIFY: ("email",)},
    log_identity=("user_id", "occurred_at", "ip", "user_agent"),
)
