"""A shard's pages, joined from its ranges so that each has about as many rows as a page should."""

from collections.abc import Iterator
from itertools import pairwise

from extractors.pages import Axis, Page
from loaders.ledger.runs import Keys, Range, Shard

PAGE_ROWS = 5_000
"""Rows that a page aims at: enough to make queries and requests cheap, few enough to hold in memory."""

MOST_GROWTH = 32

MAX_RANGES = 256
"""Ranges that a page joins at most."""


class Pages:
    """The pages of the shard's ranges that are not passed; the last one given lies between `start` and `position`."""

    def __init__(self, shard: Shard) -> None:
        self._axis, self._ranges = Axis(shard.axis), shard.ranges
        self._joined = self._width = 1
        self.start = self.position = shard.position

    def __iter__(self) -> Iterator[Page]:
        while self.position < len(self._ranges):
            self.start = self.position
            self._joined = self._neighbours()
            self.position += self._joined
            first, last = self._ranges[self.start], self._ranges[self.position - 1]
            if isinstance(first, Keys):
                yield Page(self._axis, None, None, first.keys)
            else:
                yield Page(self._axis, first[0], last[-1])

    def adapt(self, rows: int) -> None:
        """Choose how many ranges the next page joins, from the rows of this one.

        At most so many times as many: the rows of the next users may be many, however few the last ones had.
        """
        fitting = PAGE_ROWS * self._joined // max(rows, 1)
        self._width = max(1, min(fitting, MOST_GROWTH * self._joined, MAX_RANGES))

    def _neighbours(self) -> int:
        """Return how many of the next ranges make a page: those of a replay may lie apart."""
        chosen = self._ranges[self.start : self.start + self._width]
        apart = [place for place, (one, two) in enumerate(pairwise(chosen), 1) if not _touch(one, two)]
        return apart[0] if apart else len(chosen)


def _touch(one: Range | Keys, two: Range | Keys) -> bool:
    return not isinstance(one, Keys) and not isinstance(two, Keys) and bool(one[1] == two[0])
