"""Pages that have too many rows of a stream, parted: by their keys, and where a key alone has too many, by time."""

from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from extractors.boundaries import is_bound, plain
from extractors.contract import USER
from extractors.fetching import fetched
from extractors.pages import Axis, Page
from extractors.query import conditions, key_of, table
from extractors.reader import Source
from extractors.source import reading

PART_ROWS = 5_000
"""Rows of the stream that a part aims at."""


def parted(source: Source, page: Page, stream: str) -> list[Page]:
    """Return the parts of a page that has too many rows of the stream; none where it cannot be parted.

    Parts by time are slices of the same users, to be sent one after the other: they never split equal instants. Raises
    `SourceStopped`.
    """
    if len(page.keys) > 1:
        middle = len(page.keys) // 2
        return [page._replace(keys=page.keys[:middle]), page._replace(keys=page.keys[middle:])]
    with reading(source.engine) as connection, connection.begin():
        if page.axis is not Axis.NOBODY and not page.keys and not page.is_slice:
            smaller = _by_keys(connection, source, page, stream)
            if smaller:
                return smaller
        moment = source.contracts[stream].window
        edges = _edges(connection, source, page, stream, moment) if moment and source.times_compare else []
    edges = [edge for edge in edges if _is_inside(edge, page)]
    return [page._replace(after=after, to=to) for after, to in pairwise([page.after, *edges, page.to])] if edges else []


def _by_keys(connection: Connection, source: Source, page: Page, stream: str) -> list[Page]:
    """Return the page in parts by its keys; where its last has too many rows, that stands alone, found by an index."""
    edges = _edges(connection, source, page, stream, key_of(page.axis))
    inside = [plain(edge) for edge in edges if is_bound(edge) and plain(edge) != page.high]
    if inside or page.high not in map(plain, edges):
        return [page._replace(low=low, high=high) for low, high in pairwise([page.low, *inside, page.high]) if inside]
    before = page.low
    for name in source.models:
        found = _key_before(connection, source, page._replace(low=before), name)
        before = before if found is None else found
    alone = page._replace(low=before, keys=(page.high,))
    return [alone] if before == page.low else [page._replace(high=before), alone]


def _key_before(connection: Connection, source: Source, page: Page, name: str) -> Any:
    """Return the highest key of a model that is on the page, and is not the page's last; None where there is none."""
    contract = source.contracts[name]
    if page.axis is Axis.VISITORS and not contract.anonymous:
        return None
    rows = table(source.models[name], contract, source.present[name])
    key = rows.c[key_of(page.axis)]
    inside = conditions(rows, contract, page.shape, None)
    query = select(key).where(*inside, key < bindparam("high")).order_by(key.desc()).limit(1)
    return next((plain(one) for (one,) in fetched(connection, query, page.bounds) if is_bound(one)), None)


def _is_inside(edge: Any, page: Page) -> bool:
    """Tell whether a slice can end there. What a driver cuts off of a time would bring the same edges for ever."""
    if edge in (page.after, page.to):
        return False
    before, beyond = (type(bound) is type(edge) for bound in (page.after, page.to))
    return not (before and edge < page.after) and not (beyond and edge > page.to)


def _edges(connection: Connection, source: Source, page: Page, stream: str, name: str) -> list[Any]:
    """Return every n-th value of the column, each once, as the stream's rows on the page are ordered by it."""
    contract = source.contracts[stream]
    rows = table(source.models[stream], contract, source.present[stream])
    extent = source.extent(stream, page.axis) if contract.owner in (None, USER) else None
    inside = conditions(rows, contract, page.shape, extent)
    place = func.row_number().over(order_by=rows.c[name]).label("n")
    numbered = select(rows.c[name].label("edge"), place).where(*inside, rows.c[name].is_not(None)).subquery("x")
    query = select(numbered.c.edge).where(numbered.c.n % PART_ROWS == 0).distinct().order_by(numbered.c.edge)
    return [edge for (edge,) in fetched(connection, query, page.bounds)]
