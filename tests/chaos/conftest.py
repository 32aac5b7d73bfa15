"""A small platform with its independent truth, a data plane, a ledger, and the command in processes to be killed.

Lets the test files of this folder import their siblings, and the truth of the integration tests.
"""

import os
import sqlite3
import sys
import tempfile
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

sys.path.insert(0, str(Path(__file__).parents[1] / "integration"))
sys.path.insert(0, str(Path(__file__).parent))

from commands import serving_commands
from scene import KEY, Scene, environment
from truth import read_truth

from sandbox.faults.plan import FaultPlan
from sandbox.faults.plane import running_faults
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    """Give a small sample with all its dirt; its user of thousands of events keeps some hundred of them."""
    path = tmp_path_factory.mktemp("chaos") / "platform.db"
    write_sample(f"sqlite:///{path}", SampleOptions(users=60))
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in ("sign_in_log", "cart_events"):
            connection.execute(f"DELETE FROM {table} WHERE account_id = 1 AND rowid % 12 != 0")  # noqa: S608
    return path


@pytest.fixture(scope="session")
def moment():
    """Give the moment at which what lies ahead of it is the future."""
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def truth(platform, moment):
    """Give what an import of the platform must deliver."""
    return read_truth(platform, moment)


@pytest.fixture(scope="session")
def commands(tmp_path_factory):
    """Give what starts the command in processes of its own."""
    with serving_commands(tmp_path_factory.mktemp("commands")) as commands:
        yield commands


@pytest.fixture(scope="session")
def only_gateway(tmp_path_factory):
    """Give the one gateway of all tests."""
    settings = GatewaySettings(store=tmp_path_factory.mktemp("gateway") / "events.db", write_keys=(KEY,))
    with running_gateway(settings) as gateway:
        yield gateway


@pytest.fixture
def gateway(only_gateway):
    """Give the gateway, emptied."""
    requests.delete(f"{only_gateway.url}/sandbox/events", timeout=10).raise_for_status()
    return only_gateway


@pytest.fixture
def folder():
    """Give a folder in memory, where there is such: a kill, unlike a power cut, leaves what was written anyhow."""
    memory = Path("/dev/shm")  # noqa: S108  # the folder in it has a name of its own
    with tempfile.TemporaryDirectory(prefix="chaos-", dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


@pytest.fixture
def scene(platform, truth, gateway, commands, folder):
    """Give a scene without faults and with a fresh ledger."""
    settings = environment(f"sqlite:///{platform}", gateway.url, f"sqlite:///{folder}/ledger.db")
    return Scene(truth, gateway.store, settings, commands)


@pytest.fixture
def faulty(scene, gateway):
    """Give what puts a plane with faults before the gateway, for as long as a `with` lasts."""

    @contextmanager
    def put(*script, **plan):
        with running_faults(gateway.url, FaultPlan(script=script, **plan)) as plane:
            yield scene.with_settings(DATA_PLANE_URL=plane.url), plane

    return put
