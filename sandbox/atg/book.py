"""Rows on their way to their tables, and the chance that they are drawn by."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from sandbox.atg.schema import STORE

Row = Mapping[str, Any]

BEGIN = datetime(2021, 1, 4, 9)  # noqa: DTZ001  # naive, as the store's clock is
END = datetime(2024, 6, 28, 18)  # noqa: DTZ001


class Book:
    """The rows of every table so far. A column that is not given is null; one that is not there is refused."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.rows: dict[str, list[Row]] = {name: [] for name in STORE.tables}
        self._numbers = {kind: count(10_001) for kind in ("user", "order", "ci", "ai", "pg", "log")}

    def add(self, table: str, **values: Any) -> Row:
        """Add a row and return it."""
        names = STORE.tables[table].columns.keys()
        if unknown := sorted(values.keys() - set(names)):
            raise KeyError(f"{table} has no column {', '.join(unknown)}")
        row = {name: values.get(name) for name in names}
        self.rows[table].append(row)
        return row

    def number(self, kind: str) -> int:
        """Return the next number of that kind."""
        return next(self._numbers[kind])

    def moment(self, low: datetime = BEGIN, high: datetime = END) -> datetime:
        """Draw a moment, to the second."""
        return low + timedelta(seconds=self.rng.randrange(int((high - low).total_seconds())))

    def later(self, moment: datetime, minutes: int) -> datetime:
        """Draw a moment within so many minutes after another."""
        return moment + timedelta(seconds=self.rng.randrange(1, minutes * 60))

    def drawn(self, weights: Mapping[str, int]) -> str:
        """Draw a name by its weight."""
        names: Sequence[str] = list(weights)
        return self.rng.choices(names, weights=list(weights.values()))[0]
