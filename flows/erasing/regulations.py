"""The body of the request that has users suppressed and deleted: for a person to send, never sent here.

RudderStack: `POST https://api.rudderstack.com/v2/regulations`, in the EU `api.eu.rudderstack.com`, with a service
access token as the bearer. Each of the `users` has a `userId`; `suppress_with_delete` must name `destinationIds` and no
`sourceIds`. 200,000 users times destinations an hour, on the enterprise plan; it deletes at Amplitude, AppsFlyer,
Braze, CleverTap, Intercom, Iterable, Mixpanel and Redis in cloud mode.
(www.rudderstack.com/docs/api/user-suppression-api)

Segment: `POST https://api.segmentapis.com/regulations`, its Public API's `createWorkspaceRegulation`: at most 5,000 ids
a call, and 110,000 a month. (segment.com/docs/privacy/user-deletion-and-suppression)
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

_SEGMENT_MOST = 5_000


class Regulation(NamedTuple):
    """Where the requests go, their bodies, and what a person must still fill in, if anything."""

    address: str
    bodies: Sequence[Mapping[str, Any]]
    to_do: str = ""


def regulation(target: str, users: Sequence[str], destination_ids: Sequence[str]) -> Regulation:
    """Return the request of a target, `rudderstack` or `segment`, in as many bodies as it takes."""
    if target == "segment":
        shares = [list(users[start : start + _SEGMENT_MOST]) for start in range(0, len(users), _SEGMENT_MOST)]
        kind = {"regulationType": "SUPPRESS_WITH_DELETE", "subjectType": "USER_ID"}
        return Regulation("https://api.segmentapis.com/regulations", [{**kind, "subjectIds": own} for own in shares])
    to_do = (
        ""
        if destination_ids
        else "it names no destination: put their ids into destinationIds, as /v2/destinations tells them"
    )
    body = {
        "regulationType": "suppress_with_delete",
        "destinationIds": list(destination_ids),
        "users": [{"userId": user} for user in users],
    }
    return Regulation("https://api.rudderstack.com/v2/regulations", [body], to_do)
