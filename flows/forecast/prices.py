"""What a run would cost, by the user's own price table.

```yaml
currency: USD
events:                              # what an event costs: of the first million, of the second, of all beyond
  - { up_to: 1000000, each: 0.00020 }
  - { up_to: 2000000, each: 0.00015 }
  - { each: 0.00010 }
users:                               # likewise for each distinct user; either table may be left out
  - { each: 0.01 }
```
"""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from flows.errors import SettingsInvalid

_FIELDS = frozenset({"currency", "events", "users"})


class Step(NamedTuple):
    """What each one costs up to so many; None is without end."""

    up_to: int | None
    each: Decimal


class Prices(NamedTuple):
    """A price table."""

    currency: str
    events: tuple[Step, ...]
    users: tuple[Step, ...]

    def cost(self, events: int, users: int) -> Decimal:
        """Return what so many events of so many users cost."""
        return _sum(self.events, events) + _sum(self.users, users)


def load_prices(path: Path) -> Prices:
    """Read a price table. Raises `SettingsInvalid` with every fault at once."""
    try:
        document = yaml.safe_load(path.read_text())
    except OSError as error:
        raise SettingsInvalid([f"--prices {path} cannot be read: {error.strerror}"]) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise SettingsInvalid([f"--prices {path} is no YAML: write it as docs/plan.md shows"]) from None
    if not isinstance(document, dict):
        raise SettingsInvalid([f"--prices {path} must name a `currency`, and the price of `events`, `users` or both"])
    faults = [f"unknown field {name!r}" for name in document if name not in _FIELDS]
    if not isinstance(document.get("currency"), str) or not document["currency"].strip():
        faults.append("`currency` must be a text, as USD")
    if not {"events", "users"}.intersection(document):
        faults.append("must have the price of `events`, of `users`, or both")
    events, users = (_steps(name, document[name], faults) if name in document else () for name in ("events", "users"))
    if faults:
        raise SettingsInvalid([f"--prices {path}: {fault}" for fault in faults])
    return Prices(document["currency"], events, users)


def _steps(name: str, rows: Any, faults: list[str]) -> tuple[Step, ...]:
    steps: list[Step] = []
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        faults.append(f"`{name}` must be a list of steps, as `- {{ up_to: 1000000, each: 0.0002 }}`")
        return ()
    for number, row in enumerate(rows, 1):
        place, is_last = f"`{name}`, step {number}", number == len(rows)
        faults += [f"{place}: unknown field {one!r}" for one in row if one not in ("up_to", "each")]
        up_to, each = row.get("up_to"), _price(row.get("each"))
        if each is None:
            faults.append(f"{place}: `each` is {row.get('each')!r}; it must be a price, as 0.0002")
        if is_last and up_to is not None:
            faults.append(f"{place}: the last step has no `up_to`, or what lies beyond would cost nothing")
        if not is_last and (type(up_to) is not int or up_to <= (steps[-1].up_to or 0 if steps else 0)):
            faults.append(f"{place}: `up_to` is {up_to!r}; it must be a count above that of the step before")
            up_to = None
        steps.append(Step(up_to, each or Decimal(0)))
    return tuple(steps)


def _price(value: Any) -> Decimal | None:
    try:
        price = Decimal(str(value))
    except InvalidOperation:
        return None
    return price if price.is_finite() and price >= 0 and not isinstance(value, bool) else None


def _sum(steps: tuple[Step, ...], count: int) -> Decimal:
    total, before = Decimal(0), 0
    for step in steps:
        upto = count if step.up_to is None else min(step.up_to, count)
        total += step.each * max(0, upto - before)
        before = max(before, upto)
    return total
