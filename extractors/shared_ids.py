"""Row ids that several rows of a model share, of whichever users: on its page each would seem to be the only one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select
from sqlalchemy.sql.selectable import Subquery

from extractors.contract import ROW_ID, Contract
from extractors.convert import convert
from extractors.errors import ContractBroken
from extractors.extents import Extent
from extractors.fetching import fetched
from extractors.models import Model
from extractors.query import table
from mappers.kinds import Key

MOST = 100_000
_AT_ONCE = 500


def shared_ids(
    connection: Connection, model: Model, contract: Contract, present: frozenset[str], extent: Extent | None
) -> Mapping[Key, int]:
    """Return the row ids of the extent that several rows have, and how many. Raises `ContractBroken` beyond `MOST`.

    The database groups by its own collation; which ids are the same is then told exactly.
    """
    rows = table(model, contract, present)
    condition = extent.condition(rows.c) if extent else None
    inside = [rows.c[ROW_ID].is_not(None), *([] if condition is None else [condition])]
    grouped = select(rows.c[ROW_ID]).where(*inside).group_by(rows.c[ROW_ID]).having(func.count() > 1).limit(MOST + 1)
    alike = [row_id for (row_id,) in fetched(connection, grouped)]
    if len(alike) > MOST:
        cure = "leave row_id out, and rows are told apart by what they hold, or yield a key"
        raise ContractBroken(model.stream, [f"{model.stream}.sql: more than {MOST:,} row ids are not unique; {cure}"])
    counts: Counter[Key] = Counter()
    for some in _each(connection, rows, inside, alike):
        counts.update(key for key in convert(some, Key, {}) if key is not None)
    return {key: count for key, count in counts.items() if count > 1}


def _each(
    connection: Connection, rows: Subquery, inside: Sequence[ColumnElement[bool]], ids: Sequence[Any]
) -> Iterator[list[Any]]:
    query = select(rows.c[ROW_ID]).where(*inside, rows.c[ROW_ID].in_(bindparam("ids", expanding=True)))
    for start in range(0, len(ids), _AT_ONCE):
        some = fetched(connection, query, {"ids": list(ids[start : start + _AT_ONCE])})
        yield [row_id for (row_id,) in some]
