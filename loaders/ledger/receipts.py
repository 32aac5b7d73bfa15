"""The life of a batch: sending before the POST, and then what became of it, one short transaction a step."""

from sqlalchemy import Engine, func, insert, select, update

from loaders.answers import Answer, Receipt, receipt
from loaders.batches import Batch
from loaders.clock import utc_now
from loaders.ledger.schema import batches, writing
from mappers.ids import packed


def open_receipt(ledger: Engine, run_id: str, shard: int, batch: Batch, size: int) -> int:
    """Write that the batch is being sent, with its message ids, and return its number."""
    row = {
        "run_id": run_id,
        "shard": shard,
        "state": Receipt.SENDING.value,
        "events": len(batch.messages),
        "bytes": size,
        "ids": packed([message.id for message in batch.messages]),
        "sent_at": utc_now(),
    }
    with writing(ledger) as connection:
        return int(connection.execute(insert(batches).values(row)).inserted_primary_key[0])  # type: ignore[index]


def settle(ledger: Engine, batch_id: int, answer: Answer) -> Receipt:
    """Write what became of the batch, and return it."""
    became = receipt(answer)
    said = str(answer.status or answer.text)
    with writing(ledger) as connection:
        connection.execute(
            update(batches)
            .where(batches.c.batch_id == batch_id)
            .values(state=became.value, answer=said, settled_at=utc_now())
        )
    return became


def doubt_unsettled(ledger: Engine) -> int:
    """Name what an ended run left as sending: it is in doubt. Return the number of such batches."""
    with writing(ledger) as connection:
        return connection.execute(
            update(batches)
            .where(batches.c.state == Receipt.SENDING.value)
            .values(state=Receipt.IN_DOUBT.value, answer="the run ended before the answer")
        ).rowcount


def events_by_state(ledger: Engine, run_id: str) -> dict[str, int]:
    """Return how many events of the run's batches stand in each state."""
    query = select(batches.c.state, func.sum(batches.c.events)).where(batches.c.run_id == run_id)
    with ledger.connect() as connection:
        return {state: int(events) for state, events in connection.execute(query.group_by(batches.c.state))}
