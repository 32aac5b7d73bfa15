"""Licenses: all of a user's professional license data, as traits of the user.

A license has no message of its own: it completes the Identify of its account, and in the history mode that of the
license change. "All license data displayed will be sent" (tracking plan, row 7).
"""

from collections.abc import Sequence
from typing import NamedTuple

from mappers.kinds import Day, Instant, Key
from mappers.messages import Json
from mappers.outcomes import Detail, Filtered


class License(NamedTuple):
    """A license record as it is now."""

    row_id: Key
    user_id: Key
    changed_at: Instant
    created_at: Instant | None = None
    profession: str | None = None
    license_type: str | None = None
    license_number: str | None = None
    state: str | None = None
    status: str | None = None
    issued_on: Day | None = None
    expires_on: Day | None = None


LICENSES = Detail("licenses", License, key="user_id", owner="user_id", orphan=Filtered)


def license_traits(licenses: Sequence[License]) -> dict[str, Json]:
    """Return the licenses as a list of objects, and beside it the flat summary that every destination can hold."""
    if not licenses:
        return {}
    ordered = sorted(licenses, key=lambda license_: license_.row_id)
    expiries = [license_.expires_on for license_ in ordered if license_.expires_on]
    traits: dict[str, Json] = {
        "licenses": [_license(license_) for license_ in ordered],
        "license_count": len(ordered),
    }
    if expiries:
        traits["next_license_expiration"] = min(expiries)
    return traits


def _license(row: License) -> dict[str, Json]:
    fields = {
        "license_id": row.row_id,
        "profession": row.profession,
        "license_type": row.license_type,
        "license_number": row.license_number,
        "state": row.state,
        "status": row.status,
        "issued_on": row.issued_on,
        "expires_on": row.expires_on,
    }
    return {name: value for name, value in fields.items() if value is not None}
