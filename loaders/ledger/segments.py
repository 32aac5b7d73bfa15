"""Which messages were delivered: sorted ids in small segments, so that a look-up reads only what it needs.

A generation is a set of ids that were sorted together, cut into segments that are keyed by their first id.
"""

from collections.abc import Iterator

import numpy as np
from sqlalchemy import Connection, Engine, LargeBinary, column, func, insert, select, values

from loaders.ledger.ids import ID_BYTES, Ids, array
from loaders.ledger.opening import reading
from loaders.ledger.schema import generations, segments
from mappers.ids import packed

SEGMENT_IDS = 64

_ROWS_AT_ONCE = 8_192
_SOUGHT_AT_ONCE = 250
_SEEK_COST = 4  # a look-up by key costs about as much as reading so many segments in a row


def delivered(ledger: Engine, message_ids: list[str]) -> set[str]:
    """Return those of the message ids that a receipt covers. Reads the segments alone: compact first."""
    if not message_ids:
        return set()
    with reading(ledger) as connection:
        if connection.execute(select(generations.c.generation).limit(1)).first() is None:
            return set()
        raw = array(packed(message_ids))
        order = np.argsort(raw, kind="stable")
        return {message_ids[order[position]] for position in found(connection, raw[order])}


def found(connection: Connection, ids: Ids) -> set[int]:
    """Return the positions of those sorted ids that stand in a segment."""
    positions: set[int] = set()
    for generation, size in connection.execute(select(generations.c.generation, generations.c.segments)).all():
        parts = _scan(connection, generation) if len(ids) * _SEEK_COST > size else _seek(connection, generation, ids)
        for held in parts:
            start, end = np.searchsorted(ids, held[0]), np.searchsorted(ids, held[-1], side="right")
            asked = ids[start:end]
            positions.update((start + np.flatnonzero(held[np.searchsorted(held, asked)] == asked)).tolist())
    return positions


def add_generation(connection: Connection, parts: Iterator[Ids]) -> tuple[int, int]:
    """Write ids that come sorted, each once, as a generation. Return its number, and how many they were."""
    generation = 1 + (connection.execute(select(func.max(generations.c.generation))).scalar() or 0)
    count, size, rest = 0, 0, b""
    for part in parts:
        count += len(part)
        blob = rest + part.tobytes()
        whole = len(blob) - len(blob) % (SEGMENT_IDS * ID_BYTES)
        size += _add_segments(connection, generation, blob[:whole])
        rest = blob[whole:]
    size += _add_segments(connection, generation, rest)
    connection.execute(insert(generations).values(generation=generation, segments=size))
    return generation, count


def _add_segments(connection: Connection, generation: int, blob: bytes) -> int:
    step = SEGMENT_IDS * ID_BYTES
    parts = [blob[start : start + step] for start in range(0, len(blob), step)]
    for start in range(0, len(parts), _ROWS_AT_ONCE):
        some = parts[start : start + _ROWS_AT_ONCE]
        rows = [{"generation": generation, "first_id": part[:ID_BYTES], "ids": part} for part in some]
        connection.execute(insert(segments), rows)
    return len(parts)


def _scan(connection: Connection, generation: int) -> Iterator[Ids]:
    """Read the whole generation, some thousand segments at a time."""
    query = select(segments.c.ids).where(segments.c.generation == generation).order_by(segments.c.first_id)
    for blobs in connection.execute(query).scalars().partitions(_ROWS_AT_ONCE):
        yield array(b"".join(blobs))


def _seek(connection: Connection, generation: int, ids: Ids) -> Iterator[Ids]:
    """Read for each id the one segment that could hold it: as many bytes however long the history."""
    for start in range(0, len(ids), _SOUGHT_AT_ONCE):
        some = ids[start : start + _SOUGHT_AT_ONCE].tolist()
        rows = [(one.ljust(ID_BYTES, b"\0"),) for one in some]
        asked = values(column("id", LargeBinary), name="v").data(rows).cte("sought")
        segment = (
            select(segments.c.ids)
            .where(segments.c.generation == generation, segments.c.first_id <= asked.c.id)
            .order_by(segments.c.first_id.desc())
            .limit(1)
        )
        blobs = connection.execute(select(segment.scalar_subquery()).select_from(asked)).scalars()
        for blob in {blob for blob in blobs if blob is not None}:
            yield array(blob)
