"""What a survey finds: where, in how many rows, and the cure. A finding never holds a value of a row."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

_MANY = 0.5
_ENOUGH_ROWS = 20  # of fewer, a share says nothing about the table


class Level(StrEnum):
    """A fault stops a run, unbalances it or costs it a stream; with a warning it goes on, and is right."""

    FAULT = "fault"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """Something that a data engineer should know of a model, or of a column of it.

    `rows` of the `of` rows that were looked at show it; both None where it is not about single rows.
    """

    level: Level
    model: str
    column: str
    what: str
    cure: str
    rows: int | None = None
    of: int | None = None


class Looked(NamedTuple):
    """How much of a model was looked at: `whole` tells that it has no more rows, `dead` how many would be set aside."""

    model: str
    rows: int
    whole: bool
    dead: int


@dataclass(frozen=True)
class Survey:
    """All that was looked at and all that was found, in the order of the models."""

    looked: tuple[Looked, ...]
    findings: tuple[Finding, ...]

    def of_level(self, level: Level) -> list[Finding]:
        """Return the findings of that level."""
        return [finding for finding in self.findings if finding.level is level]


def level_of(rows: int, of: int) -> Level:
    """Return the level of rows that would be set aside: some are dead letters, half of a stream is a wrong model."""
    return Level.FAULT if of >= _ENOUGH_ROWS and rows >= _MANY * of else Level.WARNING
