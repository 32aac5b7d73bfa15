"""Every message id that the ledger knows, read one after the other: what holds it against the world needs them all."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, func, select

from loaders.answers import Receipt
from loaders.ledger.opening import reading
from loaders.ledger.schema import batches, segments

_ID_BYTES = 16
_BLOBS_AT_A_TIME = 256
_UNCERTAIN = (Receipt.SENDING.value, Receipt.IN_DOUBT.value, Receipt.SUPERSEDED.value)


def known_ids(ledger: Engine) -> Iterator[tuple[bool, list[bytes]]]:
    """Yield the ids of one state of the ledger, some thousand at a time, and whether they were delivered.

    What was delivered twice comes twice. The others may have arrived: they stand in batches in doubt, whether or not
    they were delivered later, or on their way. Raises `LedgerStopped`.
    """
    sent = select(batches.c.ids).where(batches.c.ids.is_not(None))
    with _reading(ledger) as connection:
        for delivered, query in (
            (True, select(segments.c.ids)),
            (True, sent.where(batches.c.state == Receipt.DELIVERED.value)),
            (False, sent.where(batches.c.state.in_(_UNCERTAIN))),
        ):
            for blobs in connection.execute(query).scalars().partitions(_BLOBS_AT_A_TIME):
                yield (
                    delivered,
                    [blob[start : start + _ID_BYTES] for blob in blobs for start in range(0, len(blob), _ID_BYTES)],
                )


def newest_receipt(ledger: Engine) -> str | None:
    """Return when the newest batch was delivered. Raises `LedgerStopped`."""
    query = select(func.max(batches.c.settled_at)).where(batches.c.state == Receipt.DELIVERED.value)
    with _reading(ledger) as connection:
        moment: str | None = connection.execute(query).scalar()
    return moment


@contextmanager
def _reading(ledger: Engine) -> Iterator[Connection]:
    """Open one snapshot, as a run may move ids from batches to segments meanwhile."""
    with reading(ledger) as connection:
        if ledger.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection.execution_options(yield_per=_BLOBS_AT_A_TIME)
