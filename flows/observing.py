"""Rows of tables that do not tell when they changed, held against what the ledger knows of them."""

from extractors.snapshot import contents
from flows.job import Job
from loaders.ledger.observed import Observed, observe


def observe_changes(job: Job) -> None:
    """Read every model that is compared, whole, and date what changed in it. Raises `SourceStopped`."""
    for name in compared(job):
        for rows in contents(job.source, name):
            found = [Observed(row.row_id, row.digest, (row.axis.value, row.key)) for row in rows]
            observe(job.ledger, name, found, job.source.cleaning.settled)


def compared(job: Job) -> list[str]:
    """Return the streams and details whose rows are compared."""
    return [name for name in job.source.models if job.source.contracts[name].compared]
