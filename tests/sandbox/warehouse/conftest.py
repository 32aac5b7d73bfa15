"""A local data plane that really receives, and what loads its store into a warehouse and asks that."""

import json
from dataclasses import dataclass

import pytest
import requests
from sqlalchemy import Engine, create_engine, text

from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.warehouse.load import load_warehouse

WRITE_KEY = "warehouse-write-key"
SCHEMA = "relias"


@dataclass(frozen=True)
class Loaded:
    """A loaded warehouse, and the rows a table that loading it gave."""

    counts: dict
    engine: Engine

    def ask(self, question):
        """Give the rows of an answer, as tuples."""
        with self.engine.connect() as connection:
            connection.execute(text(f"SET search_path TO {SCHEMA}"))
            return [tuple(row) for row in connection.execute(text(question))]

    def types(self, table):
        """Give the columns of a table and their types."""
        return dict(
            self.ask(
                "SELECT column_name, data_type FROM information_schema.columns"  # noqa: S608 - the test's own names
                f" WHERE table_schema = '{SCHEMA}' AND table_name = '{table}'"
            )
        )


@pytest.fixture(scope="session")
def gateway(tmp_path_factory):
    store = tmp_path_factory.mktemp("warehouse") / "events.db"
    with running_gateway(GatewaySettings(store=store, write_keys=(WRITE_KEY,))) as running:
        yield running


@pytest.fixture
def send(gateway):
    """Give what posts one batch to a data plane with nothing in it."""
    requests.delete(f"{gateway.url}/sandbox/events", timeout=10)

    def sent(*messages):
        body = json.dumps({"batch": messages})
        answer = requests.post(f"{gateway.url}/v1/batch", body, auth=(WRITE_KEY, ""), timeout=10)
        assert (answer.status_code, answer.text) == (200, "ok")

    return sent


@pytest.fixture
def load(gateway, postgres_url):
    """Give what loads the data plane's store into the warehouse, again if need be."""
    engine = create_engine(postgres_url)
    yield lambda: Loaded(load_warehouse(gateway.store, postgres_url, SCHEMA), engine)
    engine.dispose()
