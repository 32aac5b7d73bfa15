"""A page read whole, or in parts where a stream has too many rows on it: memory hangs on no user's history."""

from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

from extractors.errors import PageTooLarge
from extractors.pages import Page
from extractors.parting import PART_ROWS, parted
from extractors.reader import Source

MOST_ROWS = 2 * PART_ROWS
"""Rows of one stream that a page may have."""

T = TypeVar("T")


class Part(NamedTuple, Generic[T]):
    """A part of a page, what was read of it, and whether it is the last."""

    page: Page
    read: T
    is_last: bool


def parts(source: Source, page: Page, read: Callable[[Page, int | None], T]) -> Iterator[Part[T]]:
    """Yield the page in parts that can be held; what cannot be parted is read however large it is.

    Raises what `read` raises, but for `PageTooLarge`, which it does where a stream has more rows than asked for.
    """
    waiting: list[tuple[Page, int | None]] = [(page, MOST_ROWS)]
    while waiting:
        one, most = waiting.pop()
        try:
            found = read(one, most)
        except PageTooLarge as large:
            smaller = [(part, most) for part in parted(source, one, large.stream)]
            waiting += reversed(smaller) if smaller else [(one, None)]
            continue
        yield Part(one, found, not waiting)
