"""Rows on their way to a table, held column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[Any]
Columns = Mapping[str, Values]
Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table.

    Instants are datetime64[us] (NaT is null), money is whole cents, anything else is what the table stores.
    """

    table: str
    columns: Columns

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def at(self, places: Values) -> "Rows":
        """Return the rows at these places."""
        return Rows(self.table, {name: values[places] for name, values in self.columns.items()})

    def but(self, **changes: Values | str | int | np.datetime64 | None) -> "Rows":
        """Return the same rows with some columns replaced, a single value meaning that value in every row."""
        unknown = sorted(changes.keys() - self.columns.keys())
        if unknown:
            raise KeyError(f"{self.table} has no column {', '.join(unknown)}; it has {', '.join(self.columns)}")
        return Rows(self.table, dict(self.columns) | {name: self._column(new) for name, new in changes.items()})

    def _column(self, new: Values | str | int | np.datetime64 | None) -> Values:
        if isinstance(new, np.ndarray):
            return new
        if isinstance(new, np.datetime64):
            return np.full(len(self), new, "M8[us]")
        return np.full(len(self), new, object)

    def in_time_order(self, instant: str) -> "Rows":
        """Return the rows sorted by one of their instants, equal ones in the order they were in."""
        return self.at(np.argsort(self.columns[instant], kind="stable"))


def nothing(size: int) -> Values:
    """Return a column of nulls."""
    return np.full(size, None, object)


def objects(values: Sequence[Any]) -> Values:
    """Return a column of Python values as they are, numpy guessing nothing about them."""
    column = np.empty(len(values), object)
    column[:] = values
    return column


def where(kept: Values, values: Values) -> Values:
    """Return the values where they are kept, as Python values, and null elsewhere."""
    column = nothing(len(values))
    column[kept] = values[kept]
    return column


def known(values: Values) -> npt.NDArray[np.bool_]:
    """Return where a column of Python values is not null."""
    return np.fromiter((value is not None for value in values), bool, len(values))
