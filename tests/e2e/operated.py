"""What a person operates: a sample platform, a local data plane, and Prefect served on them."""

import secrets
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from served import Served, environment_with, serving
from sqlalchemy import make_url

from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample

ROOT = Path(__file__).resolve().parents[2]
USERS = 400
_SAVE = """
import os
from flows.blocks import PlatformDatabase, RudderStackConnection
value = os.environ.__getitem__
RudderStackConnection(
    data_plane_url=value("BACKFILL_DATA_PLANE_URL"),
    write_key=value("BACKFILL_WRITE_KEY"),
).save("live")
PlatformDatabase(
    url=value("BACKFILL_SOURCE_URL"),
    timezone=value("BACKFILL_SOURCE_TIMEZONE"),
    profile=value("BACKFILL_MODELS"),
    name="platform",
).save("store")
"""


@dataclass(frozen=True)
class Operated:
    """The served Prefect, and what it works on. `secrets` are in its settings, and nowhere else may they be.

    `platform` and `prefects` are the databases of the sample and of Prefect's server.
    """

    served: Served
    data_plane: str
    secrets: tuple[str, ...]
    platform: str
    prefects: str | None

    def counts(self):
        """Return the figures of what the data plane holds."""
        return requests.get(f"{self.data_plane}/sandbox/counts", timeout=10).json()

    def held(self):
        """Return how many events the data plane holds."""
        return self.counts()["events"]

    def ledger(self, query, *values):
        """Return the rows that the ledger answers with."""
        path = self.served.folder / "data" / "state" / "ledger.db"
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(query, values).fetchall()

    def delivered(self):
        """Return how many messages the ledger has a receipt of."""
        return self.ledger("SELECT coalesce(sum(events), 0) FROM batches WHERE state = 'delivered'")[0][0]

    def owners(self):
        """Return who holds the ledger."""
        return self.ledger("SELECT owner FROM locks WHERE owner IS NOT NULL")

    def message(self, run):
        """Return what the run's state says."""
        return self.served.ask("GET", f"/flow_runs/{run}")["state"]["message"]

    def make_block(self, kind, name, like, **values):
        """Make a block like another one of its kind, but for those values, and return its id."""
        place = f"/block_types/slug/{kind}/block_documents/name/{like}?include_secrets=true"
        other = self.served.ask("GET", place)
        made = {key: other[key] for key in ("block_type_id", "block_schema_id")}
        data = other["data"] | values
        return self.served.ask("POST", "/block_documents/", name=name, data=data, **made)["id"]

    def begin_anew(self):
        """Put the ledger aside under another name, and empty the data plane. No run may be at work."""
        state = self.served.folder / "data" / "state"
        aside = f"aside-{len(list(state.glob('aside-*.db')))}.db"
        for path in state.glob("ledger.db*"):
            path.rename(state / path.name.replace("ledger.db", aside))
        requests.delete(f"{self.data_plane}/sandbox/events", timeout=60).raise_for_status()


@contextmanager
def operating(folder, platform, prefects=None, *, users=USERS, latency_ms=20):
    """Serve Prefect in that folder, on a sample written to the database of that URL, until the block ends.

    Without a database of its own Prefect's server keeps to SQLite, and then its pages may wait a minute for its locks.
    The database lets everybody in, so a password of any kind will do; it is as
    secret as a real one. The connections are there as blocks too: `live` and `store`.
    """
    write_key, password = f"wk-{secrets.token_hex(12)}", f"pw-{secrets.token_hex(12)}"
    source = make_url(platform).set(password=password).render_as_string(hide_password=False)
    write_sample(source, SampleOptions(users=users))
    plane = GatewaySettings(store=folder / "events.db", write_keys=(write_key,), latency_ms=latency_ms)
    with running_gateway(plane) as gateway:
        settings = {
            "BACKFILL_SOURCE_URL": source,
            "BACKFILL_SOURCE_TIMEZONE": "America/New_York",
            "BACKFILL_MODELS": str(ROOT / "extractors" / "models" / "sample"),
            "BACKFILL_DATA_PLANE_URL": gateway.url,
            "BACKFILL_WRITE_KEY": write_key,
            "BACKFILL_DESTINATIONS": "none",
            "PREFECT_WORKER_QUERY_SECONDS": "1",  # else each run waits ten for the worker to ask
        }
        if prefects:
            settings["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = prefects.replace("+psycopg", "+asyncpg")
        with serving(folder, settings) as served:
            api = {"PREFECT_API_URL": f"{served.address}/api", "PREFECT_HOME": str(folder / "saving")}
            environment = environment_with(settings | api)
            subprocess.run([sys.executable, "-c", _SAVE], cwd=folder, env=environment, check=True)
            yield Operated(served, gateway.url, (write_key, password), platform, prefects)
