"""Seeded chance, and the arithmetic of rows that belong to owners."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sandbox.platform.rows import Random, Values, objects, where


def pick(rng: Random, values: Sequence[Any], size: int, weights: Sequence[float] | None = None) -> Values:
    """Draw values, equally often unless weighted."""
    if weights is None:
        return objects(values)[rng.integers(0, len(values), size)]
    edges = np.cumsum(weights)
    drawn: Values = objects(values)[np.searchsorted(edges / edges[-1], rng.random(size), side="right")]
    return drawn


def sometimes(rng: Random, share: float, values: Values) -> Values:
    """Keep about this share of the values; the others become null."""
    return where(chance(rng, share, len(values)), values)


def chance(rng: Random, share: float, size: int) -> Values:
    """Draw true for about this share."""
    return rng.random(size) < share


def owners(counts: Values) -> Values:
    """Return whose each row is, when owner number i has counts[i] of them."""
    return np.repeat(np.arange(len(counts)), counts)


def places_within(counts: Values) -> Values:
    """Return each row's place (0, 1, 2 ...) among its owner's."""
    ends = np.cumsum(counts)
    places: Values = np.arange(counts.sum()) - np.repeat(ends - counts, counts)
    return places


def last_of_each(owner: Values) -> Values:
    """Return where each owner's last row is, their rows lying together."""
    last = np.ones(len(owner), bool)
    last[:-1] = owner[1:] != owner[:-1]
    return last


def rows_of(chosen: Values, counts: Values) -> Values:
    """Return the places of the rows of the chosen owners, in the order chosen, an owner's rows lying together."""
    starts = (np.cumsum(counts) - counts)[chosen]
    return np.repeat(starts, counts[chosen]) + places_within(counts[chosen])


def totals(amounts: Values, owner: Values, size: int) -> Values:
    """Sum whole amounts by owner; exact below 2^53."""
    return np.bincount(owner, weights=amounts, minlength=size).astype(np.int64)
