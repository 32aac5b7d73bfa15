"""How much a run may send at most: what lies beyond is refused before the first request."""

from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from flows.errors import BeyondBounds
from flows.forecast.prices import Prices, load_prices
from flows.options import Options


class Bounds(NamedTuple):
    """The most events, users and money, the last by a price table; None is no bound."""

    events: int | None = None
    users: int | None = None
    cost: Decimal | None = None
    prices: Prices | None = None

    @property
    def are_none(self) -> bool:
        """Tell whether there is no bound at all."""
        return self.events is None and self.users is None and self.cost is None

    def check(self, events: int, users: int) -> None:
        """Raise `BeyondBounds` where so many events, of so many users, are more than may be."""
        faults = [
            f"{count:,} {noun} would be sent, {count - most:,} more than the {most:,} that {option} allows"
            for count, noun, most, option in (
                (events, "events", self.events, "--max-events"),
                (users, "users", self.users, "--max-users"),
            )
            if most is not None and count > most
        ]
        if self.cost is not None and self.prices:
            cost = self.prices.cost(events, users)
            if cost > self.cost:
                currency = self.prices.currency
                faults.append(f"it would cost {cost:,.2f} {currency}, more than the {self.cost:,.2f} of --max-cost")
        if faults:
            raise BeyondBounds(faults)


def bounds_of(options: Options) -> Bounds:
    """Return the bounds that the options ask for. Raises `SettingsInvalid` for a price table that does not hold."""
    prices = load_prices(Path(options.prices)) if options.prices else None
    cost = Decimal(options.max_cost) if options.max_cost is not None else None
    return Bounds(options.max_events, options.max_users, cost, prices)
