"""Everything that a run needs, found to hold before it begins: sources, plan, ledger, data plane."""

from contextlib import ExitStack

from flows.belonging import check_key, check_ledger
from flows.job import Job, open_job
from flows.options import Options
from flows.settings import Settings
from loaders.client import DataPlane
from mappers.kinds import Instant


def check(settings: Settings, options: Options, now: Instant | None = None, *, thorough: bool = True) -> Job:
    """Check everything that a run needs as of `now`, the source's, sending nothing. Raises what `prepared` raises."""
    with ExitStack() as opened:
        job = checked_job(settings, options, now, thorough=thorough)
        opened.callback(job.close)
        check_key(settings, job.ledger)
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
