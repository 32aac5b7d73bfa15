"""How a run ends: its exit code and the sentence that says why."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from flows.errors import EXITS, Exit, SettingsInvalid
from flows.summary import Summary


@dataclass(frozen=True)
class MaxDead:
    """How many dead rows and messages a run may have: a count, or a share of the rows read."""

    count: int = 0
    share: float | None = None

    def allows(self, dead: int, rows: int) -> bool:
        """Tell whether so many dead of so many rows are within it."""
        return dead <= (self.count if self.share is None else self.share * rows)


NO_DEAD = MaxDead()


def read_max_dead(text: str) -> MaxDead:
    """Return what a person wrote: `25`, `0.5%` or `0.005`. Raises `SettingsInvalid`."""
    try:
        if text.endswith("%"):
            share: float | None = float(text[:-1]) / 100
        else:
            share = float(text) if "." in text else None
        limit = MaxDead(share=share) if share is not None else MaxDead(int(text))
    except ValueError:
        limit = MaxDead(-1)
    if limit.count < 0 or not 0 <= (limit.share or 0) <= 1:
        raise SettingsInvalid([f"--max-dead is {text!r}; write a count, as 25, or a share, as 0.5% or 0.005"])
    return limit


class Outcome(NamedTuple):
    """How a run ended. `summary` is None where it was refused before there was one."""

    exit: Exit
    words: str
    summary: Summary | None

    def document(self) -> dict[str, Any]:
        """Return the outcome as JSON holds it."""
        return {"exit": int(self.exit), "words": self.words, **(self.summary.document() if self.summary else {})}


LISTED = "`backfill status` lists them by reason"


def judge(summary: Summary, max_dead: MaxDead, stopped: Exception | None = None, listed: str = LISTED) -> Outcome:
    """Return how the run ended: stopped, unbalanced, beyond its dead letters, or done; and what it came to.

    `listed` says where the dead letters are.
    """
    dead = summary.rows_dead + summary.dead
    if stopped:
        words = f"{str(stopped).rstrip('. ')}. Until then {_delivered(summary)} and {counted(dead, 'dead letter')}."
        return Outcome(EXITS[type(stopped)], words, summary)
    if not summary.balanced:
        words = f"The balance does not close: {imbalance(summary)}. {_delivered(summary)}."
        return Outcome(Exit.UNBALANCED, words, summary)
    if not max_dead.allows(dead, summary.rows_read):
        more = f"{counted(dead, 'dead letter')} {'is' if dead == 1 else 'are'} more than --max-dead allows"
        words = f"{more}; {listed}. {_delivered(summary)}, balanced."
        return Outcome(Exit.UNBALANCED, words, summary)
    return Outcome(Exit.DONE, f"{_delivered(summary)}, {counted(dead, 'dead letter')}, balanced.", summary)


def imbalance(summary: Summary) -> str:
    """Name the difference that keeps the balance from closing."""
    rows = summary.rows_read - summary.rows_mapped - summary.rows_filtered - summary.rows_dead
    ends = summary.delivered + summary.dead + summary.in_doubt + summary.already_delivered
    messages = summary.messages - ends
    if rows:
        return _differing(rows, "row", "fate")
    if messages:
        return _differing(messages, "message", "end")
    return "a shard is unfinished, or rows of different users share a row id, so that a message id was sent twice"


def counted(count: int, one: str) -> str:
    """Return so many of them in words: `1 dead letter`, `2,000 dead letters`."""
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def _delivered(summary: Summary) -> str:
    """Say what became of the messages that are not dead."""
    already = f", {summary.already_delivered:,} already delivered" if summary.already_delivered else ""
    doubt = f", {summary.in_doubt:,} in doubt" if summary.in_doubt else ""
    return f"{summary.delivered:,} delivered{already}{doubt}"


def _differing(difference: int, one: str, end: str) -> str:
    """Say how many have no end; where it is less than none, how many ends are too many."""
    if difference < 0:
        return f"{counted(-difference, end)} more than there are {one}s"
    return f"{counted(difference, one)} {'has' if difference == 1 else 'have'} no {end}"
