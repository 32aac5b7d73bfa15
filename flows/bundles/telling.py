"""What a person, or a script, is told of an export."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from flows.bundles.exporting import Exported
from flows.bundles.manifest import Counts
from flows.errors import Exit
from flows.outcome import MaxDead, Outcome, counted, imbalance
from flows.tables import Table


class Told(NamedTuple):
    """How an export ended, as a sentence and an exit code, as tables, and as JSON holds it."""

    outcome: Outcome
    tables: list[Table]
    document: dict[str, Any]


def tell(folder: Path, exported: Exported, max_dead: MaxDead) -> Told:
    """Return what is told of an export: done, beyond the dead letters that it may have, or unbalanced."""
    outcome = _outcome(folder, exported, max_dead)
    document: dict[str, Any] = {"exit": int(outcome.exit), "words": outcome.words}
    if exported.manifest is None:
        return Told(outcome, [], document)
    manifest, seconds = exported.manifest, exported.summary.seconds
    made = {"bundle": manifest.bundle, "parts": len(manifest.parts), "seconds": seconds}
    return Told(outcome, _tables(manifest.counts), document | made | manifest.counts.model_dump())


def _outcome(folder: Path, exported: Exported, max_dead: MaxDead) -> Outcome:
    manifest, summary, doubts = exported
    if manifest is None:
        return Outcome(Exit.UNBALANCED, f"The balance does not close: {imbalance(summary)}. No bundle was made.", None)
    dead = summary.rows_dead + summary.dead
    already = f", {summary.already_delivered:,} delivered before and left out" if summary.already_delivered else ""
    words = [f"{counted(summary.delivered, 'message')} in {counted(len(manifest.parts), 'part')} in {folder}{already},"]
    words += [f"{counted(dead, 'dead letter')}, balanced. Nothing was sent."]
    if doubts:
        words.append("What a run that was killed left in doubt is among them.")
    if max_dead.allows(dead, summary.rows_read):
        return Outcome(Exit.DONE, " ".join(words), None)
    more = f"{counted(dead, 'dead letter')} {'is' if dead == 1 else 'are'} more than --max-dead allows."
    return Outcome(Exit.UNBALANCED, " ".join([more, *words]), None)


def _tables(counts: Counts) -> list[Table]:
    rows = counts.rows
    balance = [
        ("rows read", rows.read),
        ("= mapped", rows.mapped),
        ("+ filtered", rows.filtered),
        ("+ dead", rows.dead),
    ]
    balance += [("messages", counts.messages), ("= exported", counts.exported), ("+ dead", counts.dead)]
    found: list[Table] = [
        ("Balance", ("", "count"), [*balance, ("+ already delivered", counts.already_delivered)]),
        ("Exported by event", ("event", "messages"), list(counts.by_event.items())),
        ("Dead letters: rows", ("stream", "reason", "rows"), _by_reason(counts.dead_rows)),
        ("Dead letters: messages", ("stream", "reason", "messages"), _by_reason(counts.dead_messages)),
    ]
    return [table for table in found if table[2]]


def _by_reason(counts: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, int]]:
    return [(stream, reason, count) for stream, own in counts.items() for reason, count in own.items()]
