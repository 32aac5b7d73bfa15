"""A run's account for people: the balance, what was sent by type and month, what was set aside and why.

It holds counts and reasons alone: no key, no row, no personal datum.
"""

from flows.outcome import Outcome
from flows.settings import LedgerSettings, Settings
from flows.summary import Summary
from flows.tables import Table, in_markdown
from flows.tally import DEAD, DEAD_ROWS, DELIVERED, FILTERED, FINDINGS, SEAMS, UNIDENTIFIED, by
from loaders.ledger.dead_letters import closed_by
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.runs import Counts, progress


def run_counts(settings: LedgerSettings, run_id: str) -> Counts:
    """Return what the run's shards counted."""
    with disposing(open_ledger(settings.ledger_url.get_secret_value())) as ledger:
        return progress(ledger, run_id).counts


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
    sent = by(counts, DELIVERED, 0, 1)
    months = sorted({month for _, month in sent})
    names = sorted({name for name, _ in sent})
    found = [
        ("Delivered by event", ("event", "messages"), list(by(counts, DELIVERED, 0).items())),
        (
            "Delivered by month",
            ("month", *names),
            [(month, *(sent.get((name, month), 0) for name in names)) for month in months],
        ),
        ("Dead letters: rows", ("stream", "reason", "rows"), _rows(by(counts, DEAD_ROWS, 0, 1))),
        ("Dead letters: messages", ("stream", "reason", "messages"), _rows(by(counts, DEAD, 0, 1))),
        ("Filtered by rule", ("stream", "rule", "rows"), _rows(by(counts, FILTERED, 0, 1))),
        ("Worth a look", ("stream", "finding", "rows"), _rows(by(counts, FINDINGS, 0, 1))),
        (
            "Times at a seam of the zone",
            ("stream", "seam", "times"),
            _rows(by(counts, SEAMS, 0, 1)),
        ),
    ]
    unidentified = counts[UNIDENTIFIED]
    if unidentified:
        found.append(("Of users without an Identify", ("", "messages"), [("sent all the same", unidentified)]))
    return [table for table in found if table[2]]


def markdown(settings: Settings, outcome: Outcome) -> str:
    """Return the account as Markdown."""
    if outcome.summary is None:
        return outcome.words
    summary = outcome.summary
    parts = [f"## {outcome.words}", f"Run `{summary.run_id}` · {summary.seconds:,.1f} s · {summary.users:,} users"]
    found = [balance(summary), *tables(run_counts(settings, summary.run_id)), *closed(settings, summary.run_id)]
    parts += in_markdown(found)
    return "\n\n".join(parts)


def _rows(counts: dict[tuple[str, ...], int]) -> list[tuple[object, ...]]:
    return [(*named, count) for named, count in counts.items()]
