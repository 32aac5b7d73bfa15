"""A worker of Prefect's as a child of ours, which lets its runs settle when it is to end.

Prefect's own worker kills its runs at once when it is told to end, and leaves them Running for ever.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Crashed

from flows.deploying import POOL

_AT_WORK = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING, StateType.PAUSED]
_SETTLE_SECONDS = 90
_STOP_SECONDS = 15
_LEFT = "The worker was ended while this run was at work. What was delivered stands in the ledger; Retry goes on"


@contextmanager
def running_worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Work off the pool's runs in a child process until the block ends, then let those at work settle."""
    name = f"{socket.gethostname()} {os.getpid()}"
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--name", name]
    with log.open("w") as output:
        worker = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)  # noqa: S603  # our own command
        try:
            yield worker
        finally:
            _end(worker, name)


def _end(worker: subprocess.Popen[bytes], name: str) -> None:
    """End the worker. What its runs have on its way is settled first, and none is left that looks as if it ran."""
    with get_client(sync_client=True) as client:
        try:
            worker.send_signal(signal.SIGSTOP)  # so that it takes no run meanwhile
            _settle(client, name)
        finally:
            worker.terminate()
            worker.send_signal(signal.SIGCONT)
            try:
                worker.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                worker.kill()
        for run in _runs_of(client, name):
            if run.state_type is not StateType.PAUSED:
                client.set_flow_run_state(run.id, Crashed(message=_LEFT), force=True)


def _settle(client: SyncPrefectClient, name: str) -> None:
    """Tell every run to end, as a cancellation would, and wait until they have."""
    told: set[int] = set()
    deadline = time.monotonic() + _SETTLE_SECONDS
    while time.monotonic() < deadline:
        processes = {int(run.infrastructure_pid) for run in _runs_of(client, name) if run.infrastructure_pid}
        at_work = [pid for pid in processes if _is_run(pid)]
        if not at_work:
            return
        for pid in set(at_work) - told:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
            told.add(pid)
        time.sleep(0.2)


def _is_run(pid: int) -> bool:
    """Tell whether a run is still at work under that number: each leads a session of its own.

    One that has ended keeps its number while the worker, which is held still, does not ask how it ended.
    """
    with suppress(ProcessLookupError, PermissionError):
        if os.getsid(pid) != pid:
            return False
        status = Path(f"/proc/{pid}/stat")
        return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _runs_of(client: SyncPrefectClient, name: str) -> Sequence[FlowRun]:
    """Return the runs that the worker of that name has begun and that have not ended."""
    at_work = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_AT_WORK)))
    runs = client.read_flow_runs(flow_run_filter=at_work)
    return [run for run in runs if run.labels.get("prefect.worker.name") == name]
