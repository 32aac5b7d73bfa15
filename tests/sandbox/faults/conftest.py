"""One gateway for the whole folder, emptied before each test, and what starts a plane with faults before it."""

import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from sandbox.faults.plan import FaultPlan
from sandbox.faults.plane import running_faults
from sandbox.gateway.server import GatewaySettings, running_gateway

sys.path.insert(0, str(Path(__file__).parent))

from through import KEY, Through


@pytest.fixture(scope="session")
def gateway(tmp_path_factory):
    settings = GatewaySettings(store=tmp_path_factory.mktemp("gateway") / "events.db", write_keys=(KEY,))
    with running_gateway(settings) as running:
        yield running


@pytest.fixture
def http():
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def faults(gateway, http):
    """Give what starts a plane for as long as a `with` lasts: by its faults, and by what else a plan has."""
    http.delete(f"{gateway.url}/sandbox/events", timeout=5)

    @contextmanager
    def started(*script, tls=None, **rest):
        with running_faults(gateway.url, FaultPlan(script=script, **rest), tls=tls) as plane:
            yield Through(plane, http, gateway.url)

    return started
