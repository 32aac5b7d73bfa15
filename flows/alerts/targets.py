"""Where alerts go: blocks that keep the addresses as secrets, of types that every Prefect server has.

A server loads a block by its type, out of its own installation, so that a type of ours would be unknown to it. Of its
own types `Slack Webhook` gives any address to Apprise as it is, and `Webhook` keeps one whole as a secret. `Custom
Webhook` is not taken: where a receiver answers with an error, it writes the address into the server's log.
"""

import logging
from collections.abc import Iterator
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from prefect.automations import CallWebhook, SendNotification
from prefect.blocks.core import Block
from prefect.blocks.notifications import SlackWebhook
from prefect.blocks.webhook import Webhook
from prefect.types import SecretDict
from pydantic import SecretStr

from flows.errors import SettingsInvalid

PREFIX = "backfill-alerts-"
_JSON = SecretDict({"Content-Type": "application/json"})


class Target(Protocol):
    """What can be told."""

    def tell(self, subject: str, body: str) -> CallWebhook | SendNotification:
        """Return the action that tells it; both texts are templates."""


class Hook(NamedTuple):
    """A saved `Webhook`: it gets a POST of a JSON object with `subject` and `text`."""

    block_id: UUID

    def tell(self, subject: str, body: str) -> CallWebhook:
        """Return the action that tells it; both texts are templates."""
        texts = f"{{% set subject %}}{subject}{{% endset %}}{{% set text %}}{body}{{% endset %}}"
        payload = '{"subject": {{ subject | tojson }}, "text": {{ text | tojson }}}'
        return CallWebhook(block_document_id=self.block_id, payload=texts + payload)


class Notified(NamedTuple):
    """A saved address of Apprise."""

    block_id: UUID

    def tell(self, subject: str, body: str) -> SendNotification:
        """Return the action that tells it; both texts are templates."""
        return SendNotification(block_document_id=self.block_id, subject=subject, body=body)


class Addresses(NamedTuple):
    """Who is told: a webhook, addresses of Apprise, or both."""

    webhook: SecretStr | None
    apprise: tuple[SecretStr, ...]


def blocks(addresses: Addresses) -> dict[str, Block]:
    """Return the blocks that hold the addresses, by the names to save them under.

    Addresses of a machine's own network are as good as others. Raises `SettingsInvalid` where there is none, or for
    every one that does not hold; no message repeats one.
    """
    faults = list(_faults(addresses))
    if faults:
        raise SettingsInvalid(faults)
    found: dict[str, Block] = {}
    if addresses.webhook:
        found[f"{PREFIX}webhook"] = Webhook(url=addresses.webhook, headers=_JSON, allow_private_urls=True)
    for number, url in enumerate(addresses.apprise, 1):
        found[f"{PREFIX}apprise-{number}"] = SlackWebhook(url=url, allow_private_urls=True)
    return found


def target_of(block: Block, block_id: UUID) -> Target:
    """Return the saved block as a target."""
    return Hook(block_id) if isinstance(block, Webhook) else Notified(block_id)


def _faults(addresses: Addresses) -> Iterator[str]:
    if not addresses.webhook and not addresses.apprise:
        yield "nobody is to be told; name a target, by --webhook or --apprise"
    if addresses.webhook and not _is_http(addresses.webhook.get_secret_value()):
        yield "--webhook is no address of a webhook; write it as https://hooks.example.com/…"
    for number, url in enumerate(addresses.apprise, 1):
        if not _is_known(url):
            which = f" {number}" if len(addresses.apprise) > 1 else ""
            yield f"--apprise{which} is no address that Apprise knows; write it as slack://… or mailtos://…"


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_known(url: SecretStr) -> bool:
    """Ask Apprise, whose own words may hold a part of the address."""
    log = logging.getLogger("apprise")
    before, log.disabled = log.disabled, True
    try:
        return bool(SlackWebhook(url=url)._apprise_client)  # noqa: SLF001  # all that tells
    finally:
        log.disabled = before
