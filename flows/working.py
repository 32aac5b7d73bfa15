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
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound
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
    """End the worker. What its runs have on its way is settled first, and none is left that looks as if it ran.

    Prefect's server may be gone by now: what cannot be told to it is left out.
    """
    try:
        worker.send_signal(signal.SIGSTOP)  # so that it takes no run meanwhile
        _settle(_processes(worker, name))
    finally:
        worker.terminate()
        worker.send_signal(signal.SIGCONT)
        try:
            worker.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()
    with suppress(httpx.HTTPError, ObjectNotFound), get_client(sync_client=True) as client:
        for run in _runs_of(client, name):
            if run.state_type is not StateType.PAUSED:
                client.set_flow_run_state(run.id, Crashed(message=_LEFT), force=True)


def _processes(worker: subprocess.Popen[bytes], name: str) -> AbstractSet[int]:
    """Return the processes of the worker's runs: its children, or what Prefect knows where it has died."""
    threads = Path(f"/proc/{worker.pid}/task")
    if threads.exists():
        return {int(child) for listed in threads.glob("*/children") for child in listed.read_text().split()}
    with suppress(httpx.HTTPError), get_client(sync_client=True) as client:
        return {int(run.infrastructure_pid) for run in _runs_of(client, name) if run.infrastructure_pid}
    return set()


def _settle(processes: AbstractSet[int]) -> None:
    """Tell every run to end, as a cancellation would, and wait until they have."""
    at_work = {pid for pid in processes if _is_run(pid)}
    for pid in at_work:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _SETTLE_SECONDS
    while any(_is_run(pid) for pid in at_work) and time.monotonic() < deadline:
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
