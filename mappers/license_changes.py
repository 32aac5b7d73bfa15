"""License changes: a user adds or edits a license, the stored trace of User Viewed Licenses."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mappers.kinds import Instant, Key
from mappers.licenses import LICENSES, License, license_traits
from mappers.outcomes import Details, Draft, Filtered, Outcome, Stream

IDENTIFY, VIEWED = "identify_viewed_licenses", "user_viewed_licenses"


class LicenseChange(NamedTuple):
    """A license record added or edited; `action` says which."""

    row_id: Key
    user_id: Key
    occurred_at: Instant
    license_id: Key
    action: str


def drafts(rows: Sequence[LicenseChange], wanted: frozenset[str], licenses: Details) -> Iterator[Outcome]:
    """Yield the Track, in the history mode after an Identify with the licenses that existed at that moment."""
    for row_id, user_id, occurred_at, license_id, action in rows:
        owned = []
        if IDENTIFY in wanted:
            owned = [one for one in licenses.get(user_id, ()) if _existed(one, occurred_at)]
            if owned:
                yield Draft(IDENTIFY, user_id, None, occurred_at, row_id, "", license_traits(owned))
        if VIEWED not in wanted:
            if not owned:
                yield Filtered(row_id, "switched off in the plan")
            continue
        properties = {"license_id": license_id, "action": action}
        yield Draft(VIEWED, user_id, None, occurred_at, row_id, "", properties)


def _existed(license_: License, at: Instant) -> bool:
    return license_.created_at is None or license_.created_at <= at


LICENSE_CHANGES = Stream(
    "license_changes",
    LicenseChange,
    (IDENTIFY, VIEWED),
    drafts,
    detail=LICENSES,
    only_for={IDENTIFY: ("licenses",)},
    log_identity=("user_id", "occurred_at", "license_id", "action"),
)
