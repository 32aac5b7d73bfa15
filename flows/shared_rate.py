"""A rate that several processes share: a global concurrency limit of Prefect whose slots come back with time."""

from functools import lru_cache

import httpx
from prefect.client.orchestration import get_client
from prefect.concurrency.sync import rate_limit
from prefect.exceptions import ObjectNotFound

from flows.errors import ServerFailed, SettingsInvalid
from flows.prefect_gone import gone, is_gone


def take(name: str, events: int) -> None:
    """Take so many events from the limit and return when they may be sent. Raises `SettingsInvalid`, `ServerGone`."""
    try:
        most = most_at_once(name)
        for start in range(0, events, most):
            rate_limit(name, occupy=min(most, events - start), strict=True)
    except Exception as error:
        if isinstance(error, ServerFailed) or is_gone(error):
            raise gone() from None
        raise


@lru_cache(maxsize=8)
def most_at_once(name: str) -> int:
    """Return how many events the limit gives at once: more are never taken in one go.

    Raises `SettingsInvalid`; `ServerFailed` where Prefect's server does not answer.
    """
    try:
        with get_client(sync_client=True) as client:
            found = client.read_global_concurrency_limit_by_name(name)
    except ObjectNotFound:
        cure = f"make it: prefect gcl create {name} --limit 1000 --slot-decay-per-second 1000"
        raise SettingsInvalid([f"there is no global concurrency limit {name!r}; {cure}"]) from None
    except httpx.HTTPError:
        cure = "start it, or set PREFECT_API_URL to where it is"
        raise ServerFailed(f"Prefect's server, which has the limit {name!r}, cannot be reached; {cure}") from None
    if not found.slot_decay_per_second or not found.limit:
        cure = f"prefect gcl update {name} --slot-decay-per-second 1000"
        raise SettingsInvalid([f"the global concurrency limit {name!r} gives no slots back with time; {cure}"])
    return found.limit
