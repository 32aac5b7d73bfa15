"""What a run did not send: dead letters, with what sends them once they are mended, and rows filtered by rule."""

from collections import Counter
from collections.abc import Iterator

from flows.outcome import counted
from flows.reporting.advice import replay_command
from flows.reporting.breakdown import beside
from flows.reporting.reasons import in_words
from flows.reporting.recorded import Recorded
from flows.tables import MOST_ROWS, Table, largest
from flows.tally import DEAD, DEAD_ROWS, by
from loaders.ledger.runs import Counts


def set_aside(run: Recorded) -> Iterator[str]:
    """Yield the sections of Markdown that say what was set aside, and why."""
    yield "## What was set aside, and why"
    dead = _dead(run.counts)
    if dead:
        rows = [(*key, in_words(key[1]), count) for key, count in dead.most_common()]
        names = ("stream", "reason", "what it is", "dead letters")
        yield from largest(("Dead letters", names, rows), "`backfill status` lists them all")
        yield "They are kept. Once they are mended, the command of their stream and reason sends them:"
        commands = [replay_command(*key, run.asked) for key, _ in dead.most_common(MOST_ROWS)]
        yield "\n".join(["```sh", *commands, "```"])
    else:
        yield "No row or message of this run is dead."
    others = sum(run.open.values()) - sum(run.open.get(key, 0) for key in dead)
    if others:
        yield f"{counted(others, 'dead letter')} of other kinds, from earlier runs, are still open: `backfill status`."
    for table in beside(run.counts):
        yield from largest(table, "a run's terminal shows them all")


def dead_letters(run: Recorded) -> Table:
    """Return the dead letters by stream and reason, the most first: of this run, and open of any, and the command.

    The title says how many there are.
    """
    mine = _dead(run.counts)
    names = ("stream", "reason", "in this run", "open now", "sends them once they are mended")
    keys = sorted({*mine, *run.open}, key=lambda key: (-mine[key], -run.open.get(key, 0), key))
    rows = [(*key, mine[key], run.open.get(key, 0), replay_command(*key, run.asked)) for key in keys]
    title = f"{counted(mine.total(), 'dead letter')} in this run, {sum(run.open.values()):,} open now"
    return title, names, rows


def _dead(counts: Counts) -> Counter[tuple[str, str]]:
    """Return the dead rows and messages by stream and reason."""
    return Counter(by(counts, DEAD_ROWS, 0, 1)) + Counter(by(counts, DEAD, 0, 1))
