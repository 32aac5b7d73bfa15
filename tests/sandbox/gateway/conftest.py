"""One local data plane for the whole folder, emptied before each test that asks for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from sandbox.gateway.server import GatewaySettings, running_gateway

WRITE_KEY = "a-write-key"
DISABLED_KEY = "a-disabled-key"


@dataclass(frozen=True)
class Client:
    """Talks to a gateway as RudderStack's clients do."""

    url: str
    store: Path
    http: requests.Session

    def post(self, body, path="/v1/batch", *, key=WRITE_KEY, headers=None):
        auth = None if key is None else (key, "")
        return self.http.post(self.url + path, data=body, auth=auth, headers=headers, timeout=10)

    def events(self, **filters):
        return self.http.get(f"{self.url}/sandbox/events", params=filters, timeout=10).json()["events"]

    def counts(self):
        return self.http.get(f"{self.url}/sandbox/counts", timeout=10).json()

    def empty(self):
        return self.http.delete(f"{self.url}/sandbox/events", timeout=10)


def _client(gateway, http):
    return Client(gateway.url, gateway.store, http)


@pytest.fixture(scope="session")
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="session")
def _plane(tmp_path_factory, http):
    settings = GatewaySettings(
        store=tmp_path_factory.mktemp("gateway") / "events.db",
        write_keys=(WRITE_KEY, "another-key"),
        disabled_keys=(DISABLED_KEY,),
    )
    with running_gateway(settings) as gateway:
        yield _client(gateway, http)


@pytest.fixture
def plane(_plane) -> Client:
    """Give a gateway with nothing in it."""
    _plane.empty()
    return _plane


@pytest.fixture
def start(tmp_path, http):
    """Give what starts a gateway with settings of its own, for as long as a `with` lasts."""

    @contextmanager
    def started(**changes):
        settings = GatewaySettings(store=tmp_path / "events.db", write_keys=(WRITE_KEY,), **changes)
        with running_gateway(settings) as gateway:
            yield _client(gateway, http)

    return started
