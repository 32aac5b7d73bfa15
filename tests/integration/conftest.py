"""Lets the test files of this folder import their siblings, and keeps one local data plane for all of them."""

import sys
from pathlib import Path

import pytest

from sandbox.gateway.server import GatewaySettings, running_gateway

sys.path.insert(0, str(Path(__file__).parent))

WRITE_KEY = "integration-write-key"


@pytest.fixture(scope="session")
def plane(tmp_path_factory):
    store = tmp_path_factory.mktemp("plane") / "events.db"
    with running_gateway(GatewaySettings(store=store, write_keys=(WRITE_KEY,))) as gateway:
        yield gateway
