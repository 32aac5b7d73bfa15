"""A batch on its way: written as sending, posted, settled."""

from typing import NamedTuple

from sqlalchemy import Engine

from loaders.answers import Receipt
from loaders.batches import Batch
from loaders.client import DataPlane, refusal
from loaders.ledger.receipts import open_receipt, settle


class Delivered(NamedTuple):
    """What a delivered batch cost: its bytes before compression."""

    bytes: int


def deliver(batch: Batch, data_plane: DataPlane, ledger: Engine, run_id: str, shard: int) -> Delivered:
    """Send one batch. Raises `DataPlaneStopped` for any answer but a delivery, after it stands in the ledger."""
    body = batch.body()
    batch_id = open_receipt(ledger, run_id, shard, batch, len(body))
    answer = data_plane.post(body)
    if settle(ledger, batch_id, answer) is not Receipt.DELIVERED:
        raise refusal(data_plane.url, answer)
    return Delivered(len(body))
