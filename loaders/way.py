"""The way to the data plane: all that a shard's batches have in common."""

from dataclasses import dataclass, field
from threading import Event

from sqlalchemy import Engine

from loaders.client import DataPlane
from loaders.pace import Pace

MOST_IN_A_ROW = 25
"""Refused one after the other with no delivery between: then it is not the events that are wrong."""


@dataclass(frozen=True)
class Persistence:
    """How long a batch that does not go through is tried again, and whether what is in doubt is (`skip`: it is not)."""

    seconds: float = 600.0
    skip_doubt: bool = False


class Refusals:
    """How many messages were refused, or left in doubt, one after the other; one for all lanes of a process."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def add(self) -> bool:
        """Count one more, and tell whether they are too many."""
        self._in_a_row += 1
        return self._in_a_row >= MOST_IN_A_ROW

    def end(self) -> None:
        """Note that something was delivered."""
        self._in_a_row = 0


@dataclass(frozen=True)
class Way:
    """The way of one shard's batches. Once `stopping` is set, no further batch is begun."""

    data_plane: DataPlane
    ledger: Engine
    run_id: str
    shard: int
    stopping: Event
    pace: Pace = field(default_factory=Pace)
    persistence: Persistence = Persistence()
    refusals: Refusals = field(default_factory=Refusals)
