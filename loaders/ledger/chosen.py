"""What a replay, a resend or a send is about, written when it is prepared: whoever works its shards reads it there."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Engine, insert, select

from loaders.ledger.opening import reading, writing
from loaders.ledger.schema import chosen, runs


class Choice(NamedTuple):
    """A row to be read again. `message_id` names a message of it that goes again though a receipt covers it."""

    stream: str
    row_id: str
    message_id: str = ""


def choose(ledger: Engine, run_id: str, choices: Sequence[Choice]) -> None:
    """Write what the run is about."""
    rows = [{"run_id": run_id, **choice._asdict()} for choice in dict.fromkeys(choices)]
    if rows:
        with writing(ledger) as connection:
            connection.execute(insert(chosen), rows)


def choices(ledger: Engine, run_id: str) -> list[Choice]:
    """Return what the run is about; nothing where it sends whatever it finds."""
    query = select(chosen.c.stream, chosen.c.row_id, chosen.c.message_id).where(chosen.c.run_id == run_id)
    with reading(ledger) as connection:
        return [Choice(*row) for row in connection.execute(query)]


def chosen_by(ledger: Engine, kind: str) -> list[str]:
    """Return the ids of the messages that runs of that kind were about."""
    query = select(chosen.c.message_id).join(runs, runs.c.run_id == chosen.c.run_id).where(runs.c.kind == kind)
    with reading(ledger) as connection:
        return list(connection.execute(query.distinct()).scalars())
