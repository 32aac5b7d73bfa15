"""The life of a batch: sending before the POST, and then what became of it, one short transaction a step.

Each attempt has a receipt of its own. One in doubt is named so although the next attempt may succeed: should the data
plane hold something twice, the ledger says where.
"""

from collections.abc import Sequence

from sqlalchemy import Engine, case, func, insert, null, select, update

from loaders.answers import Answer, Receipt, refuses
from loaders.batches import Message
from loaders.clock import utc_now
from loaders.errors import LedgerStopped
from loaders.ledger.lock import held
from loaders.ledger.opening import reading, writing
from loaders.ledger.schema import batches
from mappers.ids import packed


def open_receipt(ledger: Engine, run_id: str, shard: int, messages: Sequence[Message], size: int) -> int:
    """Write that the batch is being sent, with its message ids, and return its number.

    Raises `LedgerStopped` where the run does not hold the ledger any more.
    """
    row = {
        "run_id": run_id,
        "shard": shard,
        "state": Receipt.SENDING.value,
        "events": len(messages),
        "bytes": size,
        "ids": packed([message.id for message in messages]),
        "sent_at": utc_now(),
    }
    with writing(ledger) as connection:
        if not held(connection, run_id):
            raise LedgerStopped("Another run has taken the ledger over: this one sends nothing more")
        return int(connection.execute(insert(batches).values(row)).inserted_primary_key[0])  # type: ignore[index]


def settle(ledger: Engine, batch_id: int, became: Receipt, answer: Answer) -> None:
    """Write what became of the batch. What was rejected needs its ids no more.

    A message that was refused alone keeps its id: that settles what was in doubt of it before.

    Raises `LedgerStopped` where another run has taken the ledger over and named the batch in doubt: that stands.
    """
    values: dict[str, object] = {
        "state": became.value,
        "answer": str(answer.status or answer.text),
        "settled_at": utc_now(),
    }
    if became is Receipt.REJECTED:
        values["ids"] = case((batches.c.events == 1, batches.c.ids), else_=null()) if refuses(answer) else None
    with writing(ledger) as connection:
        mine = (batches.c.batch_id == batch_id) & (batches.c.state == Receipt.SENDING.value)
        if connection.execute(update(batches).where(mine).values(values)).rowcount == 0:
            raise LedgerStopped("Another run has taken the ledger over: what was on its way stays in doubt")


def doubt_unsettled(ledger: Engine, run_id: str | None = None) -> int:
    """Name what the run, or any that ended, left as sending: it is in doubt. Return the number of such batches.

    Who asks for any holds the ledger, so that no other run is alive.
    """
    unsettled = [batches.c.state == Receipt.SENDING.value]
    if run_id:
        unsettled.append(batches.c.run_id == run_id)
    with writing(ledger) as connection:
        return connection.execute(
            update(batches)
            .where(*unsettled)
            .values(state=Receipt.IN_DOUBT.value, answer="the run ended before the answer")
        ).rowcount


def events_by_state(ledger: Engine, run_id: str) -> dict[str, int]:
    """Return how many events of the run's batches stand in each state."""
    query = select(batches.c.state, func.sum(batches.c.events)).where(batches.c.run_id == run_id)
    with reading(ledger) as connection:
        return {state: int(events) for state, events in connection.execute(query.group_by(batches.c.state))}


def delivered_ever(ledger: Engine) -> int:
    """Return how many messages the ledger knows to be delivered; one that was sent again counts again."""
    query = select(func.sum(batches.c.events)).where(batches.c.state == Receipt.DELIVERED.value)
    with reading(ledger) as connection:
        return int(connection.execute(query).scalar() or 0)
