"""Batches of invented messages, a real ledger in a file of its own, and plan files."""

import socket
import sys
import uuid
from pathlib import Path
from threading import Event

import orjson
import pytest
from sqlalchemy import insert

from loaders.batches import Batch, Message
from loaders.ledger.opening import open_ledger, writing
from loaders.ledger.schema import locks
from loaders.way import Way

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def message():
    """Give what makes a message of a user, with that id and so much padding."""

    def made(message_id=None, user="u1", padding=0, number=0):
        message_id = message_id or str(uuid.uuid5(uuid.NAMESPACE_OID, f"{user} {number}"))
        body = orjson.dumps({"type": "track", "userId": user, "messageId": message_id, "pad": "x" * padding})
        at = "2020-01-01T00:00:00.000000Z"
        return Message(f"2{at}", message_id, "sign_ins", str(number), "user_signed_in", "User Signed In", at, body)

    return made


@pytest.fixture(scope="session")
def batch_of(message):
    """Give what makes a batch of messages with those ids."""

    def made(ids, *, continues=False):
        return Batch(tuple(message(one) for one in ids), continues)

    return made


@pytest.fixture(scope="session")
def hold():
    """Give what lets runs hold a ledger, side by side, as a run must that sends anything."""

    def held(engine, *run_ids):
        rows = [{"scope": run_id, "owner": "a test", "run_id": run_id, "beat": 1} for run_id in run_ids]
        with writing(engine) as connection:
            connection.execute(insert(locks), rows)
        return engine

    return held


@pytest.fixture
def ledger(tmp_path, hold):
    """Give an empty ledger that some runs hold."""
    engine = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    yield hold(engine, "run", "run-1", "run-2")
    engine.dispose()


@pytest.fixture
def plan_file(tmp_path):
    """Give what writes a plan file."""

    def written(text):
        path = tmp_path / "plan.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


@pytest.fixture
def no_listener():
    """Give the URL of a port at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def way(ledger):
    """Give what makes the way to a data plane."""

    def made(plane, **changed):
        changed.setdefault("stopping", Event())
        return Way(plane, ledger, "run", 0, **changed)

    return made


@pytest.fixture
def no_waiting(monkeypatch):
    """Let nothing be waited for between attempts."""
    monkeypatch.setattr("loaders.attempts.jittered", lambda _: 0.0)
