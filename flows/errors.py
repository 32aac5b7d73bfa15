"""What stops a command, and the exit code it ends with.

0  done and balanced, dead letters within what was allowed
1  ran, but unbalanced or beyond it
2  refused before sending: settings, contract, plan, ledger
3  stopped by the data plane or the source, or by Prefect's server where a run hangs on it
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum

from extractors.errors import ContractBroken, SourceRefused, SourceStopped
from loaders.errors import (
    DataPlaneStopped,
    DestinationRefused,
    DestinationStopped,
    Interrupted,
    LedgerHeld,
    LedgerStopped,
    LedgerUnusable,
    PlanInvalid,
)


class Exit(IntEnum):
    """The command's exit codes."""

    DONE = 0
    UNBALANCED = 1
    REFUSED = 2
    STOPPED = 3


class SettingsInvalid(Exception):
    """Settings are missing or do not hold; `faults` has every reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("This cannot run as asked:\n" + "\n".join(f"  - {fault}" for fault in self.faults))

    def __reduce__(self) -> tuple[type["SettingsInvalid"], tuple[tuple[str, ...]]]:
        return type(self), (self.faults,)


class BeyondBounds(Exception):
    """A run would send, or cost, more than it may: nothing was sent; `faults` has every bound that it would break."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        cure = "narrow the window or the streams, or allow for more"
        super().__init__(f"{'; '.join(faults)}; nothing was sent: {cure}")

    def __reduce__(self) -> tuple[type["BeyondBounds"], tuple[tuple[str, ...]]]:
        return type(self), (self.faults,)


class NotAsPlanned(Exception):
    """Something is not as it was when the run was planned: nothing was sent; `faults` has every difference."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        listing = "\n".join(f"  - {fault}" for fault in faults)
        cure = "Plan it again; where rows keep coming, with --until at least two days back."
        super().__init__(f"This is not what was planned, so that nothing was sent:\n{listing}\n{cure}")

    def __reduce__(self) -> tuple[type["NotAsPlanned"], tuple[tuple[str, ...]]]:
        return type(self), (self.faults,)


class NotApproved(Exception):
    """Nobody approved of a canary in time."""

    def __init__(self) -> None:
        super().__init__("Nobody approved of the canary: nothing but it was sent. Retry asks again")


class ServerFailed(Exception):
    """A Prefect server does not run, or does not answer: nothing was sent."""


class ServerGone(Exception):
    """The Prefect server that a run is shown in, or takes its rate from, does not answer any more."""


EXITS: Mapping[type[Exception], Exit] = {
    SettingsInvalid: Exit.REFUSED,
    ContractBroken: Exit.REFUSED,
    SourceRefused: Exit.REFUSED,
    PlanInvalid: Exit.REFUSED,
    LedgerUnusable: Exit.REFUSED,
    LedgerHeld: Exit.REFUSED,
    BeyondBounds: Exit.REFUSED,
    NotAsPlanned: Exit.REFUSED,
    ServerFailed: Exit.REFUSED,
    SourceStopped: Exit.STOPPED,
    LedgerStopped: Exit.STOPPED,
    NotApproved: Exit.STOPPED,
    ServerGone: Exit.STOPPED,
    DataPlaneStopped: Exit.STOPPED,
    Interrupted: Exit.STOPPED,
    DestinationRefused: Exit.REFUSED,
    DestinationStopped: Exit.STOPPED,
}
"""The exit code of every error that a person can do something about."""


def foremost(errors: Sequence[BaseException]) -> BaseException | None:
    """Return the error that stopped a run, if any did: what was merely interrupted was stopped by another."""
    return next((error for error in errors if not isinstance(error, Interrupted)), errors[0] if errors else None)
