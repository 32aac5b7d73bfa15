"""What is in doubt: batches that may have arrived, until their messages have another end."""

from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, select, update

from loaders.answers import Receipt
from loaders.ledger.ids import ID_BYTES, Ids, array, distinct
from loaders.ledger.opening import reading, writing
from loaders.ledger.schema import batches
from loaders.ledger.segments import found


class _Refused(NamedTuple):
    """The messages that the data plane refused when they stood alone, and the numbers of their batches, which grow."""

    batches: NDArray[np.int64]
    ids: Ids

    def since(self, batch_id: int) -> Ids:
        """Return those that were refused after that batch: what was in doubt of them then is so no more."""
        return self.ids[np.searchsorted(self.batches, batch_id, side="right") :]


def supersede(ledger: Engine) -> int:
    """Close the batches in doubt all of whose messages were delivered, or refused alone since. Return how many.

    They keep their ids: what the data plane holds twice is among them.
    """
    closed = 0
    with writing(ledger) as connection:
        doubtful = connection.execute(
            select(batches.c.batch_id, batches.c.ids).where(batches.c.state == Receipt.IN_DOUBT.value)
        ).all()
        refused = _refused(connection)
        for batch_id, blob in doubtful:
            ids = _left(batch_id, blob, refused)
            if len(found(connection, ids)) == len(ids):
                where = batches.c.batch_id == batch_id
                connection.execute(update(batches).where(where).values(state=Receipt.SUPERSEDED.value))
                closed += 1
    return closed


def doubtful(ledger: Engine, run_id: str | None = None) -> frozenset[str]:
    """Return the message ids that stand in a batch in doubt, of that run or of any, and have no other end since.

    Reads the segments alone: compact first.
    """
    query = select(batches.c.batch_id, batches.c.ids).where(batches.c.state == Receipt.IN_DOUBT.value)
    if run_id:
        query = query.where(batches.c.run_id == run_id)
    with reading(ledger) as connection:
        refused = _refused(connection)
        parts = [_left(batch_id, blob, refused) for batch_id, blob in connection.execute(query)]
        ids = distinct(np.concatenate(parts)) if parts else array(b"")
        left = np.delete(ids, sorted(found(connection, ids)))
    return frozenset(str(UUID(bytes=one.ljust(ID_BYTES, b"\0"))) for one in left.tolist())


def _refused(connection: Connection) -> _Refused:
    """Return what was refused alone: of what was rejected, only that has kept its id."""
    rejected = (batches.c.state == Receipt.REJECTED.value) & batches.c.ids.is_not(None)
    query = select(batches.c.batch_id, batches.c.ids).where(rejected).order_by(batches.c.batch_id)
    found_ = connection.execute(query).all()
    numbers = np.array([batch_id for batch_id, _ in found_], dtype=np.int64)
    return _Refused(numbers, array(b"".join(blob for _, blob in found_)))


def _left(batch_id: int, blob: bytes, refused: _Refused) -> Ids:
    """Return the ids of a batch in doubt, sorted, without those that were refused alone since."""
    ids, since = distinct(array(blob)), refused.since(batch_id)
    return np.setdiff1d(ids, since) if len(since) else ids
