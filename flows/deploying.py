"""The deployments of prefect.yaml, and what they need of Prefect's server: the kinds of blocks and the work pool."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentUpdate, WorkPoolCreate
from prefect.client.schemas.filters import WorkPoolFilter, WorkPoolFilterName
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.workers.process import ProcessWorker

from flows.blocks import PlatformDatabase, RudderStackConnection
from flows.errors import ServerFailed
from flows.settings import ROOT

POOL = "backfill"
DEPLOYMENTS = ROOT / "prefect.yaml"


def deploy() -> None:
    """Make everything that is to be run from the UI, or bring it up to date; runs will work in this folder.

    The schedules and parameters of a deployment that is there already stay as they are: people set them in the UI.
    Raises `ServerFailed` with what Prefect says.
    """
    for block in (RudderStackConnection, PlatformDatabase):
        block.register_type_and_schema()
    _make_pool()
    with _parameters_kept() as there, TemporaryDirectory() as folder:
        file = Path(folder) / DEPLOYMENTS.name
        file.write_text(yaml.safe_dump(_without_schedules(there), sort_keys=False))
        command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(file)]
        done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603  # our own command
        if done.returncode:
            why = (done.stdout + done.stderr)[-1000:]
            raise ServerFailed(f"The deployments of {DEPLOYMENTS} could not be made:\n{why}")


def check_deployed() -> None:
    """Find out whether there is anything to work off. Raises `ServerFailed`."""
    with get_client(sync_client=True) as client:
        try:
            client.read_work_pool(POOL)
        except ObjectNotFound:
            cure = "`backfill serve` makes it there, or `backfill work --deploy` from here"
            raise ServerFailed(f"Prefect at {client.api_url} has no work pool {POOL}; {cure}") from None


@contextmanager
def _parameters_kept() -> Iterator[Sequence[str]]:
    """Give the names of the deployments that are there, and once the block ends, however it does, their parameters.

    Prefect's own `deploy` puts those of its file over them, and cannot be given any that refer to a block.
    """
    with get_client(sync_client=True) as client:
        there = client.read_deployments(work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL])))
        try:
            yield [one.name for one in there]
        finally:
            faults = [fault for one in there if (fault := _put_back(client, one))]
    if faults:
        raise ServerFailed("\n".join(faults))


def _put_back(client: SyncPrefectClient, before: DeploymentResponse) -> str | None:
    """Give the deployment its parameters again. Return what is to be known where its form does not take them now."""
    try:
        client.update_deployment(before.id, DeploymentUpdate(parameters=before.parameters))
    except PrefectHTTPStatusError as error:
        if error.response.status_code != HTTPStatus.CONFLICT:
            raise
        lost = json.dumps(before.parameters)
        return (
            f"The form of the deployment {before.name} does not take its parameters any more. Set them anew, and start "
            f"this again; they were {lost}"
        )
    return None


def _without_schedules(names: Sequence[str]) -> dict[str, Any]:
    """Return prefect.yaml without the schedules of those deployments: they keep those that they have."""
    asked: dict[str, Any] = yaml.safe_load(DEPLOYMENTS.read_text())
    for one in asked["deployments"]:
        if one["name"] in names:
            one.pop("schedules", None)
    return asked


def _make_pool() -> None:
    with get_client(sync_client=True) as client:
        try:
            client.read_work_pool(POOL)
        except ObjectNotFound:
            template = ProcessWorker.get_default_base_job_template()
            client.create_work_pool(WorkPoolCreate(name=POOL, type=ProcessWorker.type, base_job_template=template))


def _environment() -> Mapping[str, str]:
    """Return what prefect.yaml names: where runs work, and the night's zone and destinations, closed by default."""
    return {
        **os.environ,
        "PWD": str(Path.cwd()),
        "BACKFILL_SOURCE_TIMEZONE": os.environ.get("BACKFILL_SOURCE_TIMEZONE") or "UTC",
        "BACKFILL_DESTINATIONS": os.environ.get("BACKFILL_DESTINATIONS") or "none",
    }
