"""What a page is: a range of users, or some of them one by one, and perhaps but a slice of their time."""

from enum import StrEnum
from typing import Any, NamedTuple

from mappers.kinds import Instant


class Axis(StrEnum):
    """Whose rows a page holds. A range never finds a null, so those with none have an axis of their own."""

    USERS = "users"
    VISITORS = "visitors"
    NOBODY = "nobody"


class Page(NamedTuple):
    """A range of keys, open at `low`, closed at `high`, or of it the `keys` alone; None is no bound.

    A slice of its time is open at `after` and closed at `to`, as the database gave them; the first slice has what has
    no time, and the states. On the axis of nobody there are no keys.
    """

    axis: Axis
    low: Any
    high: Any
    keys: tuple[Any, ...] = ()
    after: Any = None
    to: Any = None

    @property
    def is_first(self) -> bool:
        """Tell whether it is the first slice of its time, or all of it."""
        return self.after is None

    @property
    def is_slice(self) -> bool:
        """Tell whether it is but a slice of its time."""
        return self.after is not None or self.to is not None

    @property
    def shape(self) -> "Shape":
        """Return which of its bounds it has."""
        axis, low, high, keys, after, to = self
        return Shape(axis, low is not None, high is not None, bool(keys), after is not None, to is not None)

    @property
    def bounds(self) -> dict[str, Any]:
        """Return its bounds by the names that queries give them."""
        keys = dict.fromkeys(form for key in self.keys for form in _forms(key))
        low, high = (None, None) if keys else (self.low, self.high)
        bounds = {"low": low, "high": high, "after": self.after, "to": self.to, "keys": [*keys] or None}
        return {name: bound for name, bound in bounds.items() if bound is not None}


def _forms(key: Any) -> tuple[Any, ...]:
    """Return a key as a CHAR column pads it, and as others hold it."""
    return (key, key.rstrip(" ")) if isinstance(key, str) else (key,)


class Shape(NamedTuple):
    """Which bounds a page has: all that its queries hang on. `owners`: it is read by the rows that own it."""

    axis: Axis
    low: bool = False
    high: bool = False
    keys: bool = False
    after: bool = False
    to: bool = False
    owners: bool = False


class Window(NamedTuple):
    """The half-open time range of a run, aware UTC; None is no bound."""

    since: Instant | None = None
    until: Instant | None = None

    def holds(self, at: Instant) -> bool:
        """Tell whether the instant lies in the window."""
        return not ((self.since and at < self.since) or (self.until and at >= self.until))
