"""Whether a ledger is of the platform that is read, and its receipts of the source that is sent to."""

from sqlalchemy import Engine

from flows.settings import DeliverySettings, Settings
from loaders.errors import LedgerUnusable
from loaders.ledger.opening import check_whole
from loaders.ledger.runs import SEND, last_runs

DESTINATIONS = "BACKFILL_DESTINATIONS"
KEY, DELIVERY, PRIVACY = "BACKFILL_WRITE_KEY", "BACKFILL_DATA_PLANE_URL", "BACKFILL_PRIVACY"


def platform_of(settings: Settings) -> dict[str, str]:
    """Return what message ids and times hang on: with another of them, everything would be sent again, or wrong."""
    return {"BACKFILL_SOURCE_NAME": settings.source_name, "BACKFILL_SOURCE_TIMEZONE": settings.source_timezone}


def delivery_of(settings: DeliverySettings) -> dict[str, str]:
    """Return digests of where a run sends to: the key that its receipts are of, and all that it must keep to."""
    return {
        KEY: settings.key_digests[0],
        DELIVERY: settings.delivery_digest,
        DESTINATIONS: settings.destinations.strip(),
    }


def check_ledger(settings: Settings, ledger: Engine, *, thorough: bool = True) -> None:
    """Look whether the ledger is whole and of this source. Raises `LedgerUnusable`."""
    if thorough:
        check_whole(ledger)
    for run in last_runs(ledger, 1, but=SEND):
        for variable, value in platform_of(settings).items():
            known = run["versions"].get(variable, value)
            if known != value:
                raise LedgerUnusable(
                    f"{variable} is {value}, the ledger's last run had {known}: set it back, or begin another ledger"
                )


def check_key(settings: DeliverySettings, ledger: Engine) -> None:
    """Look whether the ledger's receipts are of the source that is sent to. Raises `LedgerUnusable`."""
    ours = settings.key_digests
    if any(run["versions"].get(KEY, ours[0]) not in ours for run in last_runs(ledger, 1, but=SEND)):
        raise LedgerUnusable(
            "The ledger's receipts are of another write key, so that what it has would never reach this source: begin "
            "another ledger, or if it is the same source, set BACKFILL_FORMER_WRITE_KEY to the key that it had"
        )
