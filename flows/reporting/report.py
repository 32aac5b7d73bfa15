"""A run's account for people: how it ended, the balance, what was sent and what was not, and what to do next.

It holds counts and reasons alone: no key, no row, no personal datum.
"""

from collections.abc import Iterator, Mapping

from flows.errors import Exit
from flows.outcome import Outcome, counted
from flows.reporting.advice import next_steps
from flows.reporting.breakdown import balance, closed, sent_by_event
from flows.reporting.chart import bars_of, drawn
from flows.reporting.recorded import Recorded, recorded
from flows.reporting.set_aside import set_aside
from flows.settings import LedgerSettings
from flows.summary import Summary
from flows.tables import MOST_ROWS, in_markdown, largest
from flows.tally import DELIVERED, UNIDENTIFIED, by
from loaders.ledger.runs import Counts

_VERDICTS: Mapping[Exit, str] = {
    Exit.DONE: "Done",
    Exit.UNBALANCED: "Failed",
    Exit.REFUSED: "Refused",
    Exit.STOPPED: "Stopped",
}
_KINDS: Mapping[str, str] = {
    "import": "an import",
    "nightly": "a night",
    "replay": "a replay of dead letters",
    "resend": "what a verification found missing, sent again",
}
_OWN_VERSIONS = ("code", "mappers", "plan")
_DIGITS = 16  # of a digest
_MEGABYTE = 1_000_000


def markdown(settings: LedgerSettings, outcome: Outcome) -> str:
    """Return the account as Markdown; of a dry run, which the ledger does not know, the balance alone."""
    parts = [f"# {_VERDICTS[outcome.exit]}", outcome.words]
    if outcome.summary:
        run = recorded(settings, outcome.summary.run_id)
        parts += _story(settings, outcome, outcome.summary, run) if run else _balance(outcome.summary)
    return "\n\n".join(parts)


def _story(settings: LedgerSettings, outcome: Outcome, summary: Summary, run: Recorded) -> Iterator[str]:
    yield f"Run `{summary.run_id}` of the ledger: {_KINDS.get(run.kind, run.kind)}."
    yield from _balance(summary)
    yield from _sent(run.counts)
    yield from _who(summary, run.counts)
    yield from set_aside(run)
    yield from in_markdown(closed(settings, summary.run_id))
    yield from _speed(summary)
    yield from _versions(run)
    yield "## What to do next"
    yield from (f"- {step}" for step in next_steps(outcome, summary, run.kind, run.asked))


def _balance(summary: Summary) -> Iterator[str]:
    yield from in_markdown([balance(summary)])
    if summary.balanced:
        yield "Every row that was read has one fate, and every message that was made of the rows has one end."


def _sent(counts: Counts) -> Iterator[str]:
    yield "## What was sent"
    sent = by(counts, DELIVERED, 0, 1)
    if not sent:
        yield "Nothing: this run delivered no message."
        return
    bars = bars_of(sent)
    yield drawn(bars)
    yield from largest(sent_by_event(counts), "`backfill run --json FILE` writes them all")
    spans = bars if len(bars.labels) <= MOST_ROWS else bars_of(sent, MOST_ROWS)
    rows = [row for row in zip(spans.labels, spans.totals, strict=True) if row[1]]
    yield from in_markdown([(f"Delivered by {spans.period}", (spans.period, "messages"), rows)])


def _who(summary: Summary, counts: Counts) -> Iterator[str]:
    yield "## Who"
    unidentified = counts[UNIDENTIFIED]
    yield f"The messages are of {counted(summary.users, 'distinct user')}, visitors included."
    if unidentified:
        yield (
            f"{counted(unidentified, 'message')} of them went out for users without an Identify: their account is "
            "filtered, dead or not there, or its Identify is a dead letter."
        )
    else:
        yield "None is of a user without an Identify."


def _speed(summary: Summary) -> Iterator[str]:
    rate = summary.delivered / summary.seconds if summary.seconds else 0
    yield "## How fast"
    yield (
        f"{summary.seconds:,.1f} s · {rate:,.0f} events/s · {counted(summary.requests, 'request')} · "
        f"{summary.bytes / _MEGABYTE:,.1f} MB before compression"
    )


def _versions(run: Recorded) -> Iterator[str]:
    """Yield what the run was made of: the same of all of them makes the same messages of the same rows."""
    own = [f"{name} `{run.versions[name][:_DIGITS]}`" for name in _OWN_VERSIONS if name in run.versions]
    models = [
        f"{name} `{run.versions[name][:_DIGITS]}`"
        for name in run.versions
        if name.islower() and name not in _OWN_VERSIONS
    ]
    yield "## Which versions"
    yield " · ".join(own)
    yield f"Models: {' · '.join(models)}"
