"""Everything that a run needs, found to hold before it begins: sources, plan, ledger, data plane."""

from contextlib import ExitStack

from flows.belonging import check_key, check_ledger
from flows.forecast.contract import Contract, keep_to, now_of
from flows.job import Job, open_job
from flows.options import Options
from flows.settings import Settings
from loaders.client import DataPlane
from mappers.kinds import Instant


def check(settings: Settings, options: Options, contract: Contract | None = None, *, thorough: bool = True) -> Job:
    """Check everything that a run needs, sending nothing. Raises what `prepared` raises.

    With a `contract`, all must be as it was planned; it is looked at before the data plane is asked anything.
    """
    with ExitStack() as opened:
        job = checked_job(settings, options, now_of(contract), thorough=thorough)
        opened.callback(job.close)
        check_key(settings, job.ledger)
        if contract:
            keep_to(contract, settings, job)
        key = settings.write_key.get_secret_value()
        with DataPlane(settings.data_plane_url, key, target=settings.target) as data_plane:
            data_plane.check()
        opened.pop_all()  # all holds: who asked for the job closes it
    return job


def checked_job(settings: Settings, options: Options, now: Instant | None = None, *, thorough: bool = True) -> Job:
    """Open the job, once its ledger was found to be whole and to be of this source. Raises what `prepared` raises."""
    job = open_job(settings, options, now)
    check_ledger(settings, job.ledger, thorough=thorough)
    return job
