"""What sends batches into the ledger, and reads them back."""

import uuid

import pytest
from sqlalchemy import select

from loaders.answers import Answer, receipt
from loaders.ledger import schema
from loaders.ledger.receipts import open_receipt, settle

OK = Answer(200, "ok")


@pytest.fixture(scope="session")
def ids():
    """Give what makes message ids of numbers."""
    return lambda *numbers: [str(uuid.UUID(int=number)) for number in numbers]


@pytest.fixture(scope="session")
def batch_rows():
    """Give what reads a ledger's receipts."""

    def read(ledger):
        with ledger.connect() as connection:
            return connection.execute(select(schema.batches).order_by(schema.batches.c.batch_id)).mappings().all()

    return read


@pytest.fixture
def send(ledger, batch_of):
    """Give what sends a batch of those ids and settles it so, or leaves it as sending."""

    def sent(message_ids, answer=OK, run_id="run-1"):
        batch_id = open_receipt(ledger, run_id, 0, batch_of(message_ids).messages, 100)
        if answer:
            settle(ledger, batch_id, receipt(answer), answer)
        return batch_id

    return sent
