"""What planting dirt needs to know of the clean history that it goes into, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.platform.keys import Mint
from sandbox.platform.odd_people import scaled
from sandbox.platform.people import Crowd
from sandbox.platform.rows import Random, Rows


@dataclass(frozen=True, slots=True)
class World:
    """The clean history so far: its people (those of the first block), its products, and some of its log rows."""

    rng: Random
    mint: Mint
    users: int
    catalog: Rows
    crowd: Crowd
    logs: Mapping[str, Rows]

    def scaled(self, per_mille: int) -> int:
        """Return how many rows of a kind to plant: at least one."""
        return scaled(self.users, per_mille)

    def some_people(self, size: int) -> Crowd:
        """Draw people, some of them twice when many are asked for."""
        return self.crowd.at(self.rng.integers(0, len(self.crowd), size))


@dataclass(frozen=True, slots=True)
class Planted:
    """Rows of dirt, and how much of each kind they hold."""

    rows: tuple[Rows, ...]
    counts: Mapping[str, int]
