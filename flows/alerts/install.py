"""Writes targets and automations into the Prefect server; done again it changes only what is asked for otherwise."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
from prefect.automations import Automation, AutomationCore
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import PREFECT_API_URL
from prefect.utilities.urls import url_for
from prefect.variables import Variable

from flows.alerts.automations import automations
from flows.alerts.events import DEAD_SHARE
from flows.alerts.targets import PREFIX, Addresses, blocks, target_of
from flows.errors import ServerFailed


def install(addresses: Addresses, dead_share: str, heartbeat: timedelta) -> list[str]:
    """Write everything, take away the targets of before that are none any more, and return the automations' names.

    An automation that was switched off stays so. Raises `SettingsInvalid` for addresses that do not hold,
    `ServerFailed` where the server does not take it all.
    """
    wanted = blocks(addresses)
    try:
        saved: dict[str, Any] = {name: block.save(name, overwrite=True) for name, block in wanted.items()}
        targets = [target_of(block, saved[name]) for name, block in wanted.items()]
        link = url_for("flow-run", obj_id="{{ flow_run.id }}") or ""
        made = automations(targets, link, heartbeat)
        with get_client(sync_client=True) as client:
            for automation in made:
                _put(client, automation)
            _remove_others(client, set(saved.values()))
        Variable.set(DEAD_SHARE, dead_share, overwrite=True)
    except httpx.HTTPError as error:
        raise ServerFailed(f"Prefect at {PREFECT_API_URL.value()} {_why(error)}") from None
    return [automation.name for automation in made]


def _put(client: SyncPrefectClient, wanted: AutomationCore) -> None:
    """Create the automation, or make the one of its name like it."""
    values = wanted.model_dump()
    for found in client.read_automations_by_name(wanted.name)[:1]:
        Automation(**values | {"id": found.id, "enabled": found.enabled}).update()
        return
    client.create_automation(wanted)


def _remove_others(client: SyncPrefectClient, kept: set[UUID]) -> None:
    """Delete the blocks of ours that no alert goes to any more: they hold secrets."""
    asked = {"block_documents": {"name": {"like_": PREFIX}}, "include_secrets": False}
    for document in client.request("POST", "/block_documents/filter", json=asked).json():
        block_id = UUID(document["id"])
        if block_id not in kept:
            client.delete_block_document(block_id)


def _why(error: httpx.HTTPError) -> str:
    if not isinstance(error, httpx.HTTPStatusError):
        return "does not answer any more; run this again once it is there"
    status = error.response.status_code
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return f"answered {status}; set PREFECT_API_AUTH_STRING to what the server has"
    return f"answered {status}; see its log, and whether PREFECT_API_URL is the API of a Prefect 3 server"
