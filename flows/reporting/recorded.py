"""What the ledger says of a run that has ended: what was asked, by which versions, and what came of it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

from flows.settings import LedgerSettings
from loaders.ledger.dead_letters import reasons
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.runs import Counts, progress, run_of


class Recorded(NamedTuple):
    """A run's kind, parameters, versions and counts.

    `open` are the dead letters that stand open now, of any run, by stream and reason.
    """

    kind: str
    asked: Mapping[str, Any]
    versions: Mapping[str, str]
    counts: Counts
    open: Mapping[tuple[str, str], int]


def recorded(settings: LedgerSettings, run_id: str) -> Recorded | None:
    """Return what the ledger says of the run; None of a dry run, which it does not know."""
    if not run_id:
        return None
    with disposing(open_ledger(settings.ledger_url.get_secret_value())) as ledger:
        run = run_of(ledger, run_id)
        still_open: Counter[tuple[str, str]] = Counter()
        for stream, reason, _, count in reasons(ledger):
            still_open[stream, reason] += count
        counts = progress(ledger, run_id).counts
        return Recorded(run.kind, run.parameters, run.versions, counts, still_open)
