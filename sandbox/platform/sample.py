"""The sample platform, written into a database: the whole history of invented users, and all the dirt it can hold.

The same options give the same rows, byte for byte, wherever and whenever it runs.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from sandbox.platform.catalog import products
from sandbox.platform.history import blocks, crowd_of, rows_of
from sandbox.platform.hostile import carried, found, plant
from sandbox.platform.keys import Mint
from sandbox.platform.odd_people import assign
from sandbox.platform.rows import Random
from sandbox.platform.schema import KeyKind, platform
from sandbox.platform.world import World
from sandbox.platform.write import Loader, SampleExists, new_tables

__all__ = ["SampleExists", "SampleOptions", "SampleReport", "write_sample"]

FEWEST_USERS = 40


@dataclass(frozen=True, slots=True)
class SampleOptions:
    """What sample to write."""

    users: int = 600
    seed: int = 7
    keys: KeyKind = "integer"
    hostile: bool = True

    def __post_init__(self) -> None:
        if self.users < FEWEST_USERS:
            raise ValueError(f"users is {self.users}: {FEWEST_USERS} at least, for every kind of dirt to find a place")
        if self.keys not in {"integer", "string"}:
            raise ValueError(f"keys is {self.keys!r}: say 'integer' or 'string'")


@dataclass(frozen=True, slots=True)
class SampleReport:
    """What was written: rows by table, the count of each kind of dirt, and how long it took."""

    rows: Mapping[str, int]
    hostile: Mapping[str, int]
    seconds: float


def write_sample(url: str, options: SampleOptions) -> SampleReport:
    """Create the sample platform's tables at this SQLAlchemy URL and fill them.

    Raises SampleExists, and writes nothing, where any of the tables is there already.
    """
    begun = perf_counter()
    with new_tables(url, platform(options.keys)) as loader:
        dirt = _write_history(loader, options)
    planted = {kind: count for kind, count in sorted(dirt.items()) if count}
    return SampleReport(dict(loader.counts), planted, perf_counter() - begun)


def _write_history(loader: Loader, options: SampleOptions) -> Counter[str]:
    """Load the clean history block by block, then the dirt; return how much of each kind there is."""
    randoms = _randoms(options.seed)
    mint = Mint(options.keys)
    catalog = products(next(randoms))
    loader.load(catalog)
    cast = assign(next(randoms), options.users, twins=options.keys == "string") if options.hostile else None
    dirt = carried(cast) if cast else Counter[str]()
    worlds: list[World] = []
    for block in blocks(options.users):
        rng = next(randoms)
        side = mint.for_system(legacy=block.legacy)
        crowd = crowd_of(rng, block, cast, side)
        logs = {}
        for rows in rows_of(rng, crowd, catalog, side):
            loader.load(rows)
            dirt.update(found(rows))
            logs[rows.table] = rows
        worlds = worlds or [World(next(randoms), mint, options.users, catalog, crowd, logs)]
    if not cast:
        return Counter()
    for planted in plant(worlds[0]):
        dirt.update(planted.counts)
        for rows in planted.rows:
            loader.load(rows)
    return dirt


def _randoms(seed: int) -> Iterator[Random]:
    """Yield generators, each with its own sequence, the same ones for the same seed."""
    return (np.random.default_rng([seed, number]) for number in itertools.count())
