"""A section of what is told to people: the same on a terminal, in Prefect and on a page of its own."""

from typing import NamedTuple

from flows.reporting.chart import Bars
from flows.tables import Table


class Section(NamedTuple):
    """A title, sentences, tables, a chart where there is one, and samples by name, whose lines are kept."""

    title: str
    words: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    bars: Bars | None = None
    samples: tuple[tuple[str, str], ...] = ()
