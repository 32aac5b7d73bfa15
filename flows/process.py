"""What a run has once in each process that works its shards: its job, its pace, and what stops it there."""

from collections import defaultdict
from dataclasses import dataclass, field
from threading import Event, Lock

from flows.belonging import DELIVERY, PRIVACY
from flows.errors import SettingsInvalid
from flows.following import NIGHTLY, followed_since
from flows.job import Job, open_job
from flows.options import read_options
from flows.settings import Settings
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.runs import run_of
from loaders.ledger.watermarks import spans_of
from loaders.pace import Pace, Shared
from loaders.way import Refusals

_KEPT_RUNS = 2
_ANOTHER = "is another than the run began with: set it back, or start a run of its own for the other"

_lock = Lock()
_stopping: defaultdict[str, Event] = defaultdict(Event)


@dataclass(frozen=True)
class RunHere:
    """A run in this process."""

    job: Job
    pace: Pace
    stopping: Event
    refusals: Refusals = field(default_factory=Refusals)


_runs: dict[tuple[Settings, str], RunHere] = {}


def open_run(settings: Settings, run_id: str, shared: Shared | None) -> RunHere:
    """Return the run, opened once for all of its shards that are worked here. Raises what `open_job` raises.

    Raises `SettingsInvalid` where it would send to another place than the run began with, or under another policy.
    """
    with _lock:
        if (settings, run_id) not in _runs:
            with disposing(open_ledger(settings.ledger_url.get_secret_value())) as ledger:
                run, spans = run_of(ledger, run_id), spans_of(ledger, run_id)
            if run.versions[DELIVERY] != settings.delivery_digest:
                raise SettingsInvalid([f"the data plane or its write key {_ANOTHER}"])
            job = open_job(settings, read_options(run.parameters), run.clock)
            if run.versions.get(PRIVACY, "") != job.plan.privacy:
                job.close()
                raise SettingsInvalid([f"the privacy file or the key of its pseudonyms {_ANOTHER}"])
            if run.kind == NIGHTLY:
                job = followed_since(job, spans)
            for old in list(_runs)[: 1 - _KEPT_RUNS]:
                _runs.pop(old).job.close()
            _runs[settings, run_id] = RunHere(job, Pace(job.options.max_rate, shared), _stopping[run_id])
        return _runs[settings, run_id]


def stopping_of(run_id: str) -> Event:
    """Return what is set when the run is to stop in this process."""
    return _stopping[run_id]
