"""Ids of delivered batches moved into segments, and generations of segments made one, in memory that is bounded.

While a run lasts, its ids stand as one blob a batch, which costs next to nothing to write. At its end, and at the
start of the next where it had none, they are sorted.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from sqlalchemy import Connection, Engine, bindparam, delete, func, select, update

from loaders.answers import Receipt
from loaders.ledger.ids import Ids, array, distinct
from loaders.ledger.opening import writing
from loaders.ledger.schema import batches, generations, segments
from loaders.ledger.segments import SEGMENT_IDS, add_generation

_GROWTH = 4  # a generation stands alone until the newer ones come to a fourth of it
_SORTED_AT_ONCE = 131_072  # ids
_BATCHES_AT_ONCE = 20


def compact(ledger: Engine) -> int:
    """Move the ids of delivered batches into a new generation of segments.

    Return how many stood in those batches more than once: rows of different users that share a row id.
    """
    raw, fresh, count = 0, [], 0
    with writing(ledger) as connection:
        for numbers, ids in _ripe(connection):
            raw += len(ids)
            generation, count = add_generation(connection, iter([distinct(ids)]))
            fresh.append(generation)
            mine = update(batches).where(batches.c.batch_id == bindparam("the_batch")).values(ids=None)
            connection.execute(mine, [{"the_batch": batch_id} for batch_id in numbers])
        if not fresh:
            return 0
        if len(fresh) > 1:
            count = _merge(connection, fresh)
        _merge_alike(connection)
    return raw - count


def _ripe(connection: Connection) -> Iterator[tuple[list[int], Ids]]:
    """Yield the delivered batches' numbers and ids, so many at once as may be sorted."""
    numbers: list[int] = []
    blobs: list[bytes] = []
    ripe = (batches.c.state == Receipt.DELIVERED.value) & batches.c.ids.is_not(None)
    query = select(batches.c.batch_id, batches.c.ids).where(ripe).order_by(batches.c.batch_id).limit(_BATCHES_AT_ONCE)
    last = -1
    while some := connection.execute(query.where(batches.c.batch_id > last)).all():
        last = some[-1].batch_id
        numbers += [one.batch_id for one in some]
        blobs += [one.ids for one in some]
        if sum(map(len, blobs)) >= _SORTED_AT_ONCE * 16:
            yield numbers, array(b"".join(blobs))
            numbers, blobs = [], []
    if numbers:
        yield numbers, array(b"".join(blobs))


def _merge_alike(connection: Connection) -> None:
    """Make one of the newest generations while they are not much smaller than the one before.

    So there are few of them however many nights there were, and an id is moved but a few times.
    """
    query = select(generations.c.generation, generations.c.segments).order_by(generations.c.generation.desc())
    alike: list[int] = []
    size = 0
    for generation, own in connection.execute(query).all():
        if alike and size * _GROWTH < own:
            break
        alike.append(generation)
        size += own
    if len(alike) > 1:
        _merge(connection, alike)


def _merge(connection: Connection, merged: Sequence[int]) -> int:
    """Make one generation of those, range of ids by range, and return how many ids it has."""
    _, count = add_generation(connection, _sorted_parts(connection, merged))
    for table in (segments, generations):
        connection.execute(delete(table).where(table.c.generation.in_(merged)))
    return count


def _sorted_parts(connection: Connection, merged: Sequence[int]) -> Iterator[Ids]:
    """Yield the generations' ids in their order, each once; a part is about as many as may be sorted at once."""
    firsts = select(segments.c.first_id).where(segments.c.generation.in_(merged)).order_by(segments.c.first_id)
    edges = [None, *connection.execute(firsts).scalars().all()[:: _SORTED_AT_ONCE // SEGMENT_IDS][1:], None]
    for low, high in pairwise(edges):
        ids = np.concatenate([_between(connection, generation, low, high) for generation in merged])
        yield distinct(ids)


def _between(connection: Connection, generation: int, low: bytes | None, high: bytes | None) -> Ids:
    """Return the generation's ids from `low` on and before `high`; None is no bound."""
    query = select(segments.c.ids).where(segments.c.generation == generation).order_by(segments.c.first_id)
    if low is not None:
        before = (segments.c.generation == generation) & (segments.c.first_id <= low)
        begins = select(func.max(segments.c.first_id)).where(before).scalar_subquery()
        query = query.where(segments.c.first_id >= func.coalesce(begins, low))
    if high is not None:
        query = query.where(segments.c.first_id < high)
    ids = array(b"".join(connection.execute(query).scalars()))
    start = 0 if low is None else np.searchsorted(ids, np.bytes_(low))
    end = len(ids) if high is None else np.searchsorted(ids, np.bytes_(high))
    return ids[start:end]
