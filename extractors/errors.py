"""What may go wrong between the platform database and a typed row.

    ContractBroken   models and their columns are not what the streams need: nothing was read
    SourceRefused    the database URL or the zone does not hold: nothing was read
    SourceStopped    the database cannot be reached, or fails while it is read

Messages name the value, the place and the cure, and never a password or a row's content.
"""

from collections.abc import Sequence


class ContractBroken(Exception):
    """Models do not keep to their contract; `faults` has every reason of every model."""

    def __init__(self, place: str, faults: Sequence[str]) -> None:
        self.place, self.faults = place, tuple(faults)
        listing = "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(f"The models in {place} do not keep to their contract (BACKFILL_MODELS):\n{listing}")

    def __reduce__(self) -> tuple[type["ContractBroken"], tuple[str, tuple[str, ...]]]:
        return type(self), (self.place, self.faults)


class SourceRefused(Exception):
    """The way to the source does not hold."""


class SourceStopped(Exception):
    """The source cannot be reached, or failed while it was read. `passing`: it may well answer when asked again."""

    def __init__(self, words: str, *, passing: bool = False) -> None:
        self.passing = passing
        super().__init__(words)


class PageTooLarge(Exception):
    """A page has more rows of a stream than may be held: it must be parted."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        super().__init__(stream)
