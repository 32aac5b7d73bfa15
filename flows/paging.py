"""A shard's pages, joined from its ranges so that each has about as many rows as a page should."""

from collections.abc import Iterator
from itertools import pairwise

from extractors.pages import Axis, Page
from loaders.ledger.runs import Shard

PAGE_ROWS = 20_000
"""Rows that a page aims at: enough to make queries and requests cheap, few enough to hold in memory."""

MAX_RANGES = 32
"""Ranges that a page joins at most: the rows of the next users may be many, however few the last ones had."""


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
            yield Page(self._axis, self._ranges[self.start][0], self._ranges[self.position - 1][1])

    def adapt(self, rows: int) -> None:
        """Choose how many ranges the next page joins, from the rows of this one, at most eight times as many."""
        fitting = PAGE_ROWS * self._joined // max(rows, 1)
        self._width = max(1, min(fitting, 8 * self._joined, MAX_RANGES))

    def _neighbours(self) -> int:
        """Return how many of the next ranges make a page: those of a replay may lie apart."""
        chosen = self._ranges[self.start : self.start + self._width]
        apart = [place for place, (one, two) in enumerate(pairwise(chosen), 1) if one[1] != two[0]]
        return apart[0] if apart else len(chosen)
