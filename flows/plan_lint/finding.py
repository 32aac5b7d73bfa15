"""What a lint says: what will go wrong, or what a person should merely know."""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """Of what is wrong, messages or whole events are lost; a hint costs nothing."""

    WRONG = "wrong"
    HINT = "hint"


class Finding(NamedTuple):
    """Where it is, what it is, and the cure; never with a value of a row."""

    level: Level
    place: str
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.cure}"
