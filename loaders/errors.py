"""What may go wrong on the way to the data plane.

    PlanInvalid          the tracking plan or the privacy file does not hold: mend it, nothing was sent
    LedgerUnusable       the ledger cannot be opened or is not ours: nothing was sent
    LedgerHeld           another run is at work on the ledger: nothing was sent
    LedgerStopped        the ledger failed while it was written: what it holds is true, the rest is in doubt
    DataPlaneStopped     the data plane refused or could not be reached: what was sent stands in the ledger
    DestinationRefused   what was named cannot be read as a destination: nothing was read
    DestinationStopped   the destination failed, or gave no answer, while it was read
    Interrupted          the run is being stopped: what was not yet on its way is not sent

Messages name the value, the place and the cure, and never a secret.
"""

from collections.abc import Sequence


class PlanInvalid(Exception):
    """The tracking plan, or the privacy file that goes with it, does not hold; `faults` has every reason."""

    def __init__(
        self, path: str, faults: Sequence[str], what: str = "tracking plan", setting: str = "BACKFILL_PLAN"
    ) -> None:
        self.path, self.faults, self.what, self.setting = path, tuple(faults), what, setting
        listing = "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(f"The {what} {path} does not hold ({setting}):\n{listing}")

    def __reduce__(self) -> tuple[type["PlanInvalid"], tuple[str, tuple[str, ...], str, str]]:
        return type(self), (self.path, self.faults, self.what, self.setting)


class LedgerUnusable(Exception):
    """The ledger cannot be opened, or is not a ledger of ours."""


class LedgerHeld(Exception):
    """Another run, which is alive, holds the ledger."""


class LedgerStopped(Exception):
    """The ledger failed while it was written."""


class DataPlaneStopped(Exception):
    """The data plane's answer, or its silence, stops the run."""


class DestinationRefused(Exception):
    """What was named is no destination that can be read."""


class DestinationStopped(Exception):
    """The destination failed while it was read."""


class Interrupted(Exception):
    """The run is being stopped, and this was not sent."""

    def __init__(self) -> None:
        super().__init__("Not sent, since the run is being stopped; the next run sends it.")
