"""One served Prefect for this folder's tests, on a small sample platform and a local data plane.

Its database is in PostgreSQL, as in compose.yaml; the ledger is where it is by default.

Lets the test files of this folder import their siblings.
"""

import sys
from pathlib import Path

import pytest
import requests

sys.path.insert(0, str(Path(__file__).parent))

from served import PASSWORD, ROOT, serving

from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    """Give the settings of a run on a small sample, sent to a local data plane that takes a while to answer."""
    folder = tmp_path_factory.mktemp("world")
    write_sample(f"sqlite:///{folder}/platform.db", SampleOptions(users=200))
    plane = GatewaySettings(store=folder / "events.db", write_keys=("wk-deployments",), latency_ms=150)
    with running_gateway(plane) as gateway:
        yield {
            "BACKFILL_SOURCE_URL": f"sqlite:///{folder}/platform.db",
            "BACKFILL_SOURCE_TIMEZONE": "America/New_York",
            "BACKFILL_MODELS": str(ROOT / "extractors" / "models" / "sample"),
            "BACKFILL_DATA_PLANE_URL": gateway.url,
            "BACKFILL_WRITE_KEY": "wk-deployments",
            "BACKFILL_BATCH_EVENTS": "100",
            "BACKFILL_IN_FLIGHT": "1",
        }


@pytest.fixture(scope="session")
def prefects(postgres):
    """Give the URL of the database of Prefect's server."""
    return postgres.fresh_database()


@pytest.fixture(scope="session")
def served(tmp_path_factory, settings, prefects):
    """Give a served Prefect that asks for a password, and whose scheduler and worker look more often."""
    server = {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefects.replace("postgresql+psycopg", "postgresql+asyncpg"),
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
    }
    with serving(tmp_path_factory.mktemp("served"), settings | server, PASSWORD) as served:
        yield served


@pytest.fixture
def held(settings):
    """Give what counts the events that the data plane took."""
    return lambda: requests.get(f"{settings['BACKFILL_DATA_PLANE_URL']}/sandbox/counts", timeout=10).json()["events"]
