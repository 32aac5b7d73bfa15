"""Password resets: a user asks for a reset link, and the mail with it is sent."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mappers.kinds import Instant, Key
from mappers.outcomes import Details, Draft, Filtered, Outcome, Stream

REQUESTED, SENT = "forgot_password_email_requested", "forgot_password_email_sent"


class PasswordReset(NamedTuple):
    """A request for a reset link; `sent_at` is null where the mail never went out."""

    row_id: Key
    user_id: Key
    occurred_at: Instant
    sent_at: Instant | None = None


def drafts(rows: Sequence[PasswordReset], wanted: frozenset[str], _: Details) -> Iterator[Outcome]:
    """Yield Forgot Password Email Requested, and Forgot Password Email Sent where it was."""
    for row in rows:
        if REQUESTED in wanted:
            yield Draft(REQUESTED, row.user_id, None, row.occurred_at, row.row_id, "", {})
        if SENT in wanted and row.sent_at:
            yield Draft(SENT, row.user_id, None, row.sent_at, row.row_id, "", {})
        elif REQUESTED not in wanted:
            yield Filtered(row.row_id, "mail not sent")


PASSWORD_RESETS = Stream(
    "password_resets", PasswordReset, (REQUESTED, SENT), drafts, log_identity=("user_id", "occurred_at")
)
