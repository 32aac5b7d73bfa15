"""Keys of people and things: dense integers with a merged legacy system far above them, or mixed-case strings."""

from collections import defaultdict
from typing import Literal

import numpy as np

from sandbox.platform.rows import Values
from sandbox.platform.schema import KeyKind

Keyed = Literal["account", "organisation", "membership", "license", "cart", "checkout", "order"]
Counted = Literal["sign_in", "profile_change", "license_change", "reset", "address"]

FIRST_LEGACY_KEY = 2**53 + 1
"""Legacy keys are this and every second one after it: odd numbers that a float64 cannot hold."""

_LENGTH = 6
_SPACE = 26 * 36 ** (_LENGTH - 1)
_STRIDE = 1_000_003_919  # shares no factor with _SPACE, so that multiplying by it repeats nothing
_OFFSETS: dict[str, int] = {
    "account": 0,
    "organisation": 101_111_111,
    "membership": 202_222_223,
    "license": 303_333_331,
    "cart": 404_444_447,
    "checkout": 505_555_553,
    "order": 606_666_667,
}
_SMALL = np.array(list("abcdefghijklmnopqrstuvwxyz0123456789"))
_LARGE = np.char.upper(_SMALL)


class Mint:
    """Issues keys and log numbers, each once, in order; for the platform itself or for the merged legacy system."""

    def __init__(self, kind: KeyKind) -> None:
        self.kind = kind
        self.legacy = False
        self._issued: defaultdict[tuple[str, bool], int] = defaultdict(int)

    def for_system(self, *, legacy: bool) -> "Mint":
        """Return the same mint, issuing one system's keys: the legacy ones lie beyond 2^53 (strings do not differ)."""
        side = Mint(self.kind)
        side.legacy = legacy and self.kind == "integer"
        side._issued = self._issued
        return side

    def keys(self, thing: Keyed, size: int) -> Values:
        """Issue keys."""
        numbers = self._next(thing, size, legacy=self.legacy)
        if self.kind == "string":
            return string_keys(thing, numbers)
        return FIRST_LEGACY_KEY + 2 * (numbers - 1) if self.legacy else numbers

    def numbers(self, log: Counted, size: int) -> Values:
        """Issue the numbers of log rows: 1, 2, 3 ..."""
        return self._next(log, size, legacy=False)

    def _next(self, name: str, size: int, *, legacy: bool) -> Values:
        first = self._issued[name, legacy] + 1
        self._issued[name, legacy] += size
        return np.arange(first, first + size, dtype=np.int64)


def string_keys(thing: Keyed, numbers: Values) -> Values:
    """Return the string key of each number: unlike any other's whatever the case, and never digits alone."""
    rest = (numbers * _STRIDE + _OFFSETS[thing]) % _SPACE
    signs = np.empty((len(numbers), _LENGTH), "U1")
    for place in range(_LENGTH - 1, 0, -1):
        rest, sign = np.divmod(rest, 36)
        signs[:, place] = np.where((sign + place) % 2 == 0, _SMALL[sign], _LARGE[sign])
    signs[:, 0] = np.where(rest % 2 == 0, _SMALL[rest], _LARGE[rest])
    return np.ascontiguousarray(signs).view(f"U{_LENGTH}").ravel().astype(object)
