"""Who runs: the whole path, the floor under it, and the peers that a person would take instead."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec

from benchmarks.measure import Measured, Task

BACKFILL, FLOOR, FAR = "backfill", "floor", "backfill, 50 ms away"
_OURS = ("BACKFILL_", "PREFECT_")


@dataclass(frozen=True)
class Contestant:
    """A module of ours whose `ready` makes the work, and for a peer the package that it needs.

    `latency_ms` is how long the sink waits before each answer.
    """

    module: str
    package: str = ""
    latency_ms: float = 0

    @property
    def installed(self) -> bool:
        """Tell whether its package can be imported."""
        return not self.package or find_spec(self.package) is not None


CONTESTANTS: Mapping[str, Contestant] = {
    BACKFILL: Contestant("benchmarks.backfill"),
    FAR: Contestant("benchmarks.backfill", latency_ms=50),
    FLOOR: Contestant("benchmarks.floor"),
    "rudder-sdk-python": Contestant("benchmarks.peer_rudder", "rudderstack"),
    "segment-analytics-python": Contestant("benchmarks.peer_segment", "segment"),
}
PEERS = tuple(name for name, contestant in CONTESTANTS.items() if contestant.package)


class ContestantFailed(Exception):
    """A contestant failed, or what arrived is not what it should be."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"{name}: {reason}")


def run_child(name: str, task: Task) -> Measured:
    """Run the contestant in a fresh process. Raises `ContestantFailed` with the last of its own words."""
    child = subprocess.run(  # noqa: S603  # our own interpreter on our own module
        [sys.executable, "-m", "benchmarks.child", name],
        input=json.dumps(asdict(task)),
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if child.returncode:
        raise ContestantFailed(name, "\n".join(child.stderr.strip().splitlines()[-15:]) or f"exit {child.returncode}")
    return Measured(**json.loads(child.stdout.splitlines()[-1]))


def _environment() -> dict[str, str]:
    """Return the environment without our own settings and without proxies: the traffic stays on this machine."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OURS) and not name.lower().endswith("_proxy")
    }
    return kept | {"NO_PROXY": "*"}
