"""A run's counts as tables: the balance, what was sent by type and month, what was set aside and why.

They hold counts and reasons alone: no key, no row, no personal datum.
"""

from flows.settings import LedgerSettings
from flows.summary import Summary
from flows.tables import Table
from flows.tally import DEAD, DEAD_ROWS, DELIVERED, FILTERED, FINDINGS, LEFT_OUT, SEAMS, UNIDENTIFIED, by
from loaders.ledger.dead_letters import closed_by
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.runs import Counts


def closed(settings: LedgerSettings, run_id: str) -> list[Table]:
    """Return the dead letters that the run closed, as a table; none where it closed none.

    `mended` went through; `gone` are not in the source any more, or are there as another row.
    """
    with disposing(open_ledger(settings.ledger_url.get_secret_value())) as ledger:
        rows = closed_by(ledger, run_id)
    return [("Dead letters closed", ("stream", "reason", "as", "letters"), rows)] if rows else []


def balance(summary: Summary) -> Table:
    """Return the equation that must close, as a table."""
    rows = [
        ("rows read", summary.rows_read),
        ("= mapped", summary.rows_mapped),
        ("+ filtered", summary.rows_filtered),
        ("+ dead", summary.rows_dead),
        ("messages", summary.messages),
        ("= delivered", summary.delivered),
        ("+ dead", summary.dead),
        ("+ in doubt", summary.in_doubt),
        ("+ already delivered", summary.already_delivered),
    ]
    return "Balance" if summary.balanced else "Balance, which does not close", ("", "count"), rows


def tables(counts: Counts) -> list[Table]:
    """Return what was sent and what was not, each as a table; those without a row are left out."""
    found = [
        sent_by_event(counts),
        ("Dead letters: rows", ("stream", "reason", "rows"), _rows(by(counts, DEAD_ROWS, 0, 1))),
        ("Dead letters: messages", ("stream", "reason", "messages"), _rows(by(counts, DEAD, 0, 1))),
        *beside(counts),
    ]
    unidentified = counts[UNIDENTIFIED]
    if unidentified:
        found.append(("Of users without an Identify", ("", "messages"), [("sent all the same", unidentified)]))
    return [table for table in found if table[2]]


def sent_by_event(counts: Counts) -> Table:
    """Return the delivered messages by event."""
    return "Delivered by event", ("event", "messages"), list(by(counts, DELIVERED, 0).items())


def beside(counts: Counts) -> list[Table]:
    """Return what was filtered, by which rule, and what was noted of rows that were sent, if there is any."""
    found: list[Table] = [
        ("Filtered by rule", ("stream", "rule", "rows"), _rows(by(counts, FILTERED, 0, 1))),
        ("People left out", ("why", "people"), [*by(counts, LEFT_OUT, 0).items()]),
        ("Worth a look", ("stream", "finding", "rows"), _rows(by(counts, FINDINGS, 0, 1))),
        ("Times at a seam of the zone", ("stream", "seam", "times"), _rows(by(counts, SEAMS, 0, 1))),
    ]
    return [table for table in found if table[2]]


def _rows(counts: dict[tuple[str, ...], int]) -> list[tuple[object, ...]]:
    return [(*named, count) for named, count in counts.items()]
