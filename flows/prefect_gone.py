"""Prefect's server gone while a run is at work: told as what stopped it, whatever of Prefect failed first."""

from http import HTTPStatus

import httpx
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError

from flows.errors import ServerGone


def is_gone(error: BaseException | None) -> bool:
    """Tell whether the error says that Prefect's server does not answer, or cannot."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    return isinstance(error, httpx.TransportError | ConcurrencySlotAcquisitionError)


def gone() -> ServerGone:
    """Return the error that says so, and what to do."""
    return ServerGone(
        "Prefect's server does not answer any more. What was delivered stands in the ledger (`backfill status`): run "
        "again once the server is there, or with --no-prefect"
    )
