"""What the rows of a table were that does not tell when they changed, and since when they are so.

A change is dated by the run that first saw it, before anything of it is sent: so a run that dies tells it again under
the same message ids.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Engine, delete, insert, select, update

from loaders.ledger.opening import reading, writing
from loaders.ledger.schema import observed
from mappers.kinds import Instant

_AT_ONCE = 500


class Observed(NamedTuple):
    """A row's content, as a digest, and whose it is: an axis and a key."""

    row_id: str
    digest: bytes
    owner: tuple[str, Any]


def observe(ledger: Engine, stream: str, rows: Sequence[Observed], at: Instant) -> None:
    """Write those of the rows that are new, or other than they were: they are so since `at`, and not told yet."""
    for start in range(0, len(rows), _AT_ONCE):
        some = {row.row_id: row for row in rows[start : start + _AT_ONCE]}
        mine = (observed.c.stream == stream) & observed.c.row_id.in_(some)
        with writing(ledger) as connection:
            query = select(observed.c.row_id, observed.c.digest).where(mine)
            known = {known.row_id: known.digest for known in connection.execute(query)}
            fresh = [row for row in some.values() if known.get(row.row_id) != row.digest]
            if fresh:
                gone = (observed.c.stream == stream) & observed.c.row_id.in_([row.row_id for row in fresh])
                connection.execute(delete(observed).where(gone))
                since = {"stream": stream, "seen_at": at, "settled": False}
                connection.execute(insert(observed), [{**row._asdict(), **since} for row in fresh])


def seen_since(ledger: Engine, stream: str, row_ids: Sequence[str]) -> Mapping[str, Instant]:
    """Return since when the rows are as they are; one that was never observed is not there."""
    found: dict[str, Instant] = {}
    with reading(ledger) as connection:
        for start in range(0, len(row_ids), _AT_ONCE):
            mine = (observed.c.stream == stream) & observed.c.row_id.in_(row_ids[start : start + _AT_ONCE])
            query = select(observed.c.row_id, observed.c.seen_at).where(mine)
            found.update((row_id, Instant(at)) for row_id, at in connection.execute(query))
    return found


def untold_owners(ledger: Engine, streams: Sequence[str], axis: str) -> set[Any]:
    """Return the keys on the axis that own a row whose change was not told yet."""
    query = select(observed.c.owner).where(observed.c.stream.in_(streams), observed.c.settled.is_(False))
    with reading(ledger) as connection:
        return {key for own, key in connection.execute(query).scalars() if own == axis}


def settle(ledger: Engine, told: Mapping[str, Instant]) -> None:
    """Note that the changes of those streams that were seen up to then were told."""
    with writing(ledger) as connection:
        for stream, until in told.items():
            mine = (observed.c.stream == stream) & observed.c.settled.is_(False) & (observed.c.seen_at <= until)
            connection.execute(update(observed).where(mine).values(settled=True))
