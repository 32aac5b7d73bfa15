"""Which messages were delivered: sorted ids in small segments, so that a look-up reads only what it needs.

While a run lasts, its ids stand as one blob a batch, which costs next to nothing to write. At its end, and at the
start of the next where it had none, they are sorted into a generation of segments keyed by their first id.
"""

from collections.abc import Iterator
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from loaders.answers import Receipt
from loaders.ledger.opening import reading, writing
from loaders.ledger.schema import batches, dead_letters, generations, segments
from mappers.ids import packed

_ID_BYTES = 16
_SEGMENT_IDS = 128
_SCAN_SEGMENTS = 4_096
_SEEK_COST = 8  # a look-up by key costs about as much as reading so many segments in a row

Ids = NDArray[np.bytes_]


def compact(ledger: Engine) -> int:
    """Move the ids of delivered batches into a new generation of segments.

    Return how many stood in those batches more than once: rows of different users that share a row id.
    """
    ripe = (batches.c.state == Receipt.DELIVERED.value) & batches.c.ids.is_not(None)
    with writing(ledger) as connection:
        found = connection.execute(select(batches.c.batch_id, batches.c.ids).where(ripe)).all()
        raw = _array(b"".join(blob for _, blob in found))
        ids = _distinct(raw)
        if not len(ids):
            return 0
        generation = 1 + (connection.execute(select(func.max(generations.c.generation))).scalar() or 0)
        rows = [
            {"generation": generation, "first_id": part[:_ID_BYTES], "ids": part}
            for part in _parts(ids.tobytes(), _SEGMENT_IDS * _ID_BYTES)
        ]
        connection.execute(insert(generations).values(generation=generation, segments=len(rows)))
        connection.execute(insert(segments), rows)
        mine = update(batches).where(batches.c.batch_id == bindparam("the_batch")).values(ids=None)
        connection.execute(mine, [{"the_batch": batch_id} for batch_id, _ in found])  # and none that came since
    return len(raw) - len(ids)


def supersede(ledger: Engine) -> int:
    """Close the batches in doubt all of whose messages were delivered later, or refused alone. Return how many.

    They keep their ids: what the data plane holds twice is among them.
    """
    closed = 0
    with writing(ledger) as connection:
        doubtful = connection.execute(
            select(batches.c.batch_id, batches.c.ids).where(batches.c.state == Receipt.IN_DOUBT.value)
        ).all()
        refused = _refused(connection) if doubtful else _array(b"")
        for batch_id, blob in doubtful:
            ids = np.setdiff1d(_distinct(_array(blob)), refused)
            if len(_found(connection, ids)) == len(ids):
                where = batches.c.batch_id == batch_id
                connection.execute(update(batches).where(where).values(state=Receipt.SUPERSEDED.value))
                closed += 1
    return closed


def doubtful(ledger: Engine, run_id: str | None = None) -> frozenset[str]:
    """Return the message ids that stand in a batch in doubt, of that run or of any, and have no other end since.

    Reads the segments alone: compact first.
    """
    query = select(batches.c.ids).where(batches.c.state == Receipt.IN_DOUBT.value)
    if run_id:
        query = query.where(batches.c.run_id == run_id)
    with reading(ledger) as connection:
        ids = _distinct(_array(b"".join(connection.execute(query).scalars())))
        ids = np.setdiff1d(ids, _refused(connection)) if len(ids) else ids
        left = np.delete(ids, sorted(_found(connection, ids)))
    return frozenset(str(UUID(bytes=one.ljust(_ID_BYTES, b"\0"))) for one in left.tolist())


def delivered(ledger: Engine, message_ids: list[str]) -> set[str]:
    """Return those of the message ids that a receipt covers. Reads the segments alone: compact first."""
    if not message_ids:
        return set()
    with reading(ledger) as connection:
        if connection.execute(select(generations.c.generation).limit(1)).first() is None:
            return set()
        raw = _array(packed(message_ids))
        order = np.argsort(raw, kind="stable")
        return {message_ids[order[position]] for position in _found(connection, raw[order])}


def _refused(connection: Connection) -> Ids:
    """Return the ids of the messages that the data plane refused when they stood alone."""
    refused = dead_letters.c.reason.startswith("Refused-") & dead_letters.c.message_id.is_not(None)
    found = connection.execute(select(dead_letters.c.message_id).where(refused)).scalars().all()
    return _array(packed(list(found)))


def _found(connection: Connection, ids: Ids) -> set[int]:
    """Return the positions of those sorted ids that stand in a segment."""
    found: set[int] = set()
    for generation, size in connection.execute(select(generations.c.generation, generations.c.segments)).all():
        parts = _scan if len(ids) * _SEEK_COST > size else _seek
        for start, held in parts(connection, generation, ids):
            asked = ids[start : int(np.searchsorted(ids, held[-1], side="right"))]
            slots = np.searchsorted(held, asked)
            found.update((start + np.flatnonzero(held[slots] == asked)).tolist())
    return found


def _scan(connection: Connection, generation: int, ids: Ids) -> Iterator[tuple[int, Ids]]:
    """Read the whole generation, some thousand segments at a time."""
    query = select(segments.c.ids).where(segments.c.generation == generation).order_by(segments.c.first_id)
    for blobs in connection.execute(query).scalars().partitions(_SCAN_SEGMENTS):
        held = _array(b"".join(blobs))
        yield int(np.searchsorted(ids, held[0])), held


def _seek(connection: Connection, generation: int, ids: Ids) -> Iterator[tuple[int, Ids]]:
    """Read for each id the one segment that could hold it, each segment once."""
    position = 0
    while position < len(ids):
        query = (
            select(segments.c.ids)
            .where(segments.c.generation == generation, segments.c.first_id <= ids[position].ljust(_ID_BYTES, b"\0"))
            .order_by(segments.c.first_id.desc())
            .limit(1)
        )
        blob = connection.execute(query).scalar()
        if blob is None:
            position += 1
            continue
        held = _array(blob)
        yield position, held
        position = max(position + 1, int(np.searchsorted(ids, held[-1], side="right")))


def _distinct(raw: Ids) -> Ids:
    """Return the ids sorted, each once; numpy's own `unique` hashes texts and takes three times as long."""
    ids = np.sort(raw)
    return ids[np.concatenate(([True], ids[1:] != ids[:-1]))] if len(ids) else ids


def _array(blob: bytes) -> Ids:
    return np.frombuffer(blob, dtype=f"S{_ID_BYTES}")


def _parts(blob: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(blob), size):
        yield blob[start : start + size]
