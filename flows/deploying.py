"""The deployments of prefect.yaml, and what they need of Prefect's server: the kinds of blocks and the work pool."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

from flows.blocks import PlatformDatabase, RudderStackConnection
from flows.errors import ServerFailed
from flows.settings import ROOT

POOL = "backfill"
DEPLOYMENTS = ROOT / "prefect.yaml"


def deploy() -> None:
    """Make everything that is to be run from the UI, or bring it up to date; runs will work in this folder.

    A schedule that was paused in the UI stays paused. Raises `ServerFailed` with what Prefect says.
    """
    for block in (RudderStackConnection, PlatformDatabase):
        block.register_type_and_schema()
    _make_pool()
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(DEPLOYMENTS)]
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
