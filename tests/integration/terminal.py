"""The command `backfill` as a person types it, and what arrived at the local data plane.

Each command is a process of its own, a fork of one that has imported the command once.
"""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from truth import Event
from truth_bodies import canonical

from sandbox.gateway.server import GatewaySettings, running_gateway

ROOT = Path(__file__).resolve().parents[2]
KEY = "wk-commands-0001"


class Arrived(NamedTuple):
    """A message as it arrived: its id, what it says, and its JSON with exact numbers."""

    message_id: str
    event: Event
    message: dict


class Place(NamedTuple):
    """A source with a data plane and a ledger of its own, in a folder."""

    folder: Path
    environment: dict[str, str]
    store: Path
    forking: subprocess.Popen

    def backfill(self, *words, **changes):
        """Run the command and return how it ended."""
        said = {name: str(self.folder / f"{name}.txt") for name in ("stdout", "stderr")}
        for path in said.values():
            Path(path).write_text("")
        asked = {"arguments": list(map(str, words)), "folder": str(self.folder)} | said
        own = _surroundings() | self.environment | changes
        self.forking.stdin.write(json.dumps(asked | {"environment": own}) + "\n")
        self.forking.stdin.flush()
        code = int(self.forking.stdout.readline())
        return subprocess.CompletedProcess(words, code, **{name: Path(path).read_text() for name, path in said.items()})

    def summary(self, *words):
        """Run the command, which must end well, and return its summary."""
        ran = self.backfill(*words, "--json", "summary.json")
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return json.loads((self.folder / "summary.json").read_text())

    def arrived(self):
        """Return what the data plane holds, in the order of arrival."""
        with closing(sqlite3.connect(self.store)) as connection:
            rows = connection.execute("SELECT message_id, raw FROM events ORDER BY seq").fetchall()
        return [Arrived(message_id, *_event(raw)) for message_id, raw in rows]

    def letters(self):
        """Return the dead letters as stream, row id, reason."""
        with closing(sqlite3.connect(self.folder / "ledger.db")) as connection:
            return connection.execute("SELECT stream, row_id, reason FROM dead_letters").fetchall()


@contextmanager
def place(folder, source, models, zone, code=ROOT):
    """Give a place for the source at that URL, with the models of a folder; `code` is where the project is."""
    folder.mkdir(parents=True, exist_ok=True)
    store = folder / "events.db"
    program = [sys.executable, "-W", "ignore", str(ROOT / "tests" / "flows" / "forking.py")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with (
        running_gateway(GatewaySettings(store=store, write_keys=(KEY,))) as plane,
        subprocess.Popen(program, env=_surroundings() | {"PYTHONPATH": str(code)}, **pipes) as forking,
    ):
        environment = {
            "BACKFILL_SOURCE_URL": source,
            "BACKFILL_SOURCE_TIMEZONE": zone,
            "BACKFILL_MODELS": str(models),
            "BACKFILL_DATA_PLANE_URL": plane.url,
            "BACKFILL_WRITE_KEY": KEY,
            "BACKFILL_DESTINATIONS": "none",
            "BACKFILL_LEDGER_URL": f"sqlite:///{folder}/ledger.db",
        }
        yield Place(folder, environment, store, forking)
        forking.stdin.close()


def _surroundings():
    """Return the environment without settings of others, with a terminal wide enough for every table."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BACKFILL_", "PREFECT_"))}
    return own | {"COLUMNS": "1000"}


def _event(raw):
    message = json.loads(raw, parse_float=Decimal, parse_int=Decimal)
    context = {
        name: value for name, value in message["context"].items() if name not in ("library", "traits", "backfill")
    }
    body = message.get("properties" if message["type"] == "track" else "traits")
    who = message.get("userId"), message.get("anonymousId")
    rest = message.get("groupId"), canonical(body), canonical(context)
    return Event(message["type"], message.get("event", ""), *who, message["timestamp"], *rest), message
