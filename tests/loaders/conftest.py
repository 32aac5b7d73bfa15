"""Batches of invented messages, a real ledger in a file of its own, and plan files."""

import socket
import uuid

import orjson
import pytest

from loaders.batches import Batch, Message
from loaders.ledger.schema import open_ledger


@pytest.fixture(scope="session")
def message():
    """Give what makes a message of a user, with that id and so much padding."""

    def made(message_id=None, user="u1", padding=0, number=0):
        message_id = message_id or str(uuid.uuid5(uuid.NAMESPACE_OID, f"{user} {number}"))
        body = orjson.dumps({"type": "track", "userId": user, "messageId": message_id, "pad": "x" * padding})
        at = "2020-01-01T00:00:00.000000Z"
        return Message(f"2{at}", message_id, "sign_ins", str(number), "User Signed In", at, body)

    return made


@pytest.fixture(scope="session")
def batch_of(message):
    """Give what makes a batch of messages with those ids."""

    def made(ids, *, continues=False):
        return Batch(tuple(message(one) for one in ids), continues)

    return made


@pytest.fixture
def ledger(tmp_path):
    """Give an empty ledger."""
    engine = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    yield engine
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
