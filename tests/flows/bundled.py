"""What the tests of bundles share: one in small parts, what a data plane holds of it, one that must not be asked."""

import gzip
import json
import re
import socket
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.bundles.exporting import export
from flows.bundles.settings import ExportSettings
from flows.bundles.signing import private_key
from flows.options import Options
from flows.settings import load
from loaders.batches import Limits
from sandbox.gateway.server import GatewaySettings, running_gateway

KEY = "wk-bundles-0001"
PART_BYTES = 400_000
OF_THE_SOURCE = ("SOURCE_URL", "SOURCE_TIMEZONE", "MODELS", "DESTINATIONS")
_IMPORT = re.compile(rb'"import_id":"[0-9a-f-]{36}"')


@dataclass(frozen=True)
class Held:
    """A data plane of a test's own, and what it holds, in the order of arrival."""

    url: str
    store: Path

    def ask(self, query):
        with closing(sqlite3.connect(self.store)) as connection:
            return connection.execute(query).fetchall()

    def messages(self):
        return [bytes(raw) for (raw,) in self.ask("SELECT raw FROM events ORDER BY seq")]

    def ids(self):
        return [one for (one,) in self.ask("SELECT message_id FROM events ORDER BY seq")]

    def settings(self, folder, **changes):
        """Give the settings of a push: it needs no others."""
        values = {"DATA_PLANE_URL": self.url, "WRITE_KEY": KEY, "LEDGER_URL": f"sqlite:///{folder}/push.db"}
        return {f"BACKFILL_{name}": value for name, value in (values | changes).items()}


@contextmanager
def data_plane(folder, **how):
    settings = GatewaySettings(store=folder / "plane.db", write_keys=(KEY,), **how)
    with running_gateway(settings) as gateway:
        yield Held(gateway.url, gateway.store)


def of_source(environment, folder, **changes):
    """Give the settings of an export: those of a run without a data plane."""
    own = {f"BACKFILL_{name}": environment[f"BACKFILL_{name}"] for name in OF_THE_SOURCE}
    own["BACKFILL_LEDGER_URL"] = f"sqlite:///{folder}/export.db"
    return own | {f"BACKFILL_{name}": value for name, value in changes.items()}


def made(folder, environment, sign=None, **options):
    """Export into a folder, in parts so small that shards have several, and give what came of it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in of_source(environment, folder.parent).items():
            patch.setenv(name, value)
        patch.setattr("flows.bundles.exporting.PART", Limits(10**9, PART_BYTES))
        patch.setattr("extractors.boundaries.PAGE_KEYS", 5)
        key = private_key(sign) if sign else None
        return export(load(ExportSettings), Options(**options), folder, key)


def key_pair(folder):
    """Make a key and its public half as a person would, and give both files."""
    own, public = folder / "key.pem", folder / "key.pub.pem"
    for words in (("genpkey", "-algorithm", "ed25519", "-out", own), ("pkey", "-in", own, "-pubout", "-out", public)):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)  # noqa: S607  # as the docs say
    return own, public


def lines(bundle):
    """Give the messages of a bundle's parts, in the order of the parts."""
    return [line for part in sorted(bundle.glob("*.ndjson.gz")) for line in text_of(part).splitlines()]


def text_of(part):
    return gzip.decompress(part.read_bytes())


@contextmanager
def unasked():
    """Give the URL of a data plane that must not be asked anything, not even whether it is there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)  # noqa: FBT003  # as sockets have it
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(BlockingIOError):
            listener.accept()


def unmarked(messages):
    """Give messages without what tells which import they are of."""
    return sorted(_IMPORT.sub(b'"import_id":"-"', message) for message in messages)


def by_user(messages):
    """Give the ids of each user's messages, in their order."""
    users = {}
    for message in map(json.loads, messages):
        users.setdefault(message.get("userId") or message["anonymousId"], []).append(message["messageId"])
    return users
