"""A verification from beginning to end: what the source makes, the ledger knows and the destination holds, compared.

They are read in this order, so that what a run delivers meanwhile never seems to be missing.
"""

import os
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from flows.cutting import everything
from flows.job import Job
from flows.options import Options
from flows.outcome import Outcome
from flows.readiness import check, checked_job
from flows.settings import STATE
from flows.verification.comparing import KINDS, compare
from flows.verification.expecting import Tell, expect
from flows.verification.figures import Told, draw
from flows.verification.findings import findings, write_findings
from flows.verification.resending import Send, resend
from flows.verification.scope import scope_of
from flows.verification.scratch import Scratch, scratch
from flows.verification.settings import VerifySettings
from flows.verification.verified import Verified, outcome_of
from loaders.destination.arrivals import Who, id_of, who_by
from loaders.destination.local_plane import LocalPlane
from loaders.destination.warehouse import Warehouse
from loaders.errors import LedgerHeld
from loaders.ledger.chosen import chosen_by
from loaders.ledger.dead_letters import refused_ids
from loaders.ledger.doubts import doubtful
from loaders.ledger.known import known_ids, newest_receipt
from loaders.ledger.lock import holder
from loaders.ledger.runs import SEND

_ON_TIME = timedelta(minutes=1)  # clocks differ, and an event is received before its receipt is written
_SALT_BYTES = 16


@dataclass(frozen=True)
class Asked:
    """What is asked of a verification: which messages, how many findings of a kind it shows, a file for all of them."""

    options: Options
    shown: int = 20
    findings: Path | None = None


def verify(settings: VerifySettings, asked: Asked, send: Send | None, tell: Tell) -> Outcome:
    """Hold source, ledger and destination against each other; with `send`, send what is missing again.

    What sending needs is checked first. Raises `SettingsInvalid`, `PlanInvalid`, `LedgerUnusable`, `ContractBroken`,
    `SourceRefused`, `SourceStopped` or `DataPlaneStopped`, and what `send` raises.
    """
    started = time.monotonic()
    who = who_by(os.urandom(_SALT_BYTES))
    with scratch(STATE if STATE.is_dir() else None) as paper, ExitStack() as opened:
        destination = _destination(settings, who)
        if send:
            check(settings, asked.options).close()
        job = opened.enter_context(closing(checked_job(settings, asked.options)))
        tell("looking whether a run is at work")
        if holder(job.ledger, watching=True):
            raise LedgerHeld("A run is at work on the ledger: verify when it has ended")
        cut, scope = everything(job), scope_of(job)
        expected = expect(job, cut, paper, who, tell)
        late = _read(job, destination, paper, tell)
        tell("comparing")
        paper.sort()
        compare(paper, destination, scope)
        if asked.findings:
            write_findings(asked.findings, paper, destination, scope)
        shown = [one for kind in KINDS for one in findings(paper, destination, scope, kind, asked.shown)]
        told = Told(str(uuid4()), destination.name, late, [one._asdict() for one in shown])
        verified, resent = draw(expected, paper, scope, told), None
        if send and verified.missing:
            tell("sending what is missing again")
            resent, mended = resend(job, cut, expected, paper, send)
            verified = _mended(verified, resent, mended)
    return outcome_of(replace(verified, seconds=round(time.monotonic() - started, 3)), resent)


def _destination(settings: VerifySettings, who: Who) -> LocalPlane | Warehouse:
    if settings.warehouse:
        return Warehouse(settings.warehouse, settings.warehouse_schema, who)
    return LocalPlane(settings.data_plane_url, who)


def _read(job: Job, destination: LocalPlane | Warehouse, paper: Scratch, tell: Tell) -> bool:
    """Write what the ledger knows and the destination holds onto the paper, and return whether the latter is late."""
    known = arrived = 0
    receipted_at = newest_receipt(job.ledger)
    for delivered, ids in known_ids(job.ledger):
        paper.know(delivered, ids)
        known += len(ids)
        tell(f"ledger: {known:,} receipts")
    paper.set_aside([id_of(one) or b"" for one in chosen_by(job.ledger, SEND)])
    paper.refuse([id_of(one) or b"" for one in refused_ids(job.ledger) - doubtful(job.ledger)])
    for arrivals in destination.arrivals():
        paper.arrive(arrivals)
        arrived += len(arrivals)
        tell(f"{destination.name}: {arrived:,} rows")
    received_at = destination.newest()
    if receipted_at is None or received_at is None:
        return False
    return datetime.fromisoformat(received_at) + _ON_TIME < datetime.fromisoformat(receipted_at)


def _mended(verified: Verified, resent: Outcome, mended: int) -> Verified:
    """Return the figures with what was sent again; the run that sent it gives its name and what went over the wire."""
    run = resent.summary
    if run:
        verified = replace(verified, run_id=run.run_id, bytes=run.bytes, requests=run.requests)
    verified = replace(verified, mended=mended)
    return replace(verified, balanced=verified.agrees)
