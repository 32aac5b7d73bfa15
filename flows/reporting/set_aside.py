"""What a run did not send: dead letters, with where they are sent from once mended, and rows filtered by rule."""

from collections import Counter
from collections.abc import Iterator

from flows.outcome import counted
from flows.reporting.advice import replay_command
from flows.reporting.breakdown import beside
from flows.reporting.reasons import in_words
from flows.reporting.recorded import Recorded
from flows.tables import Table, largest
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
        yield f"They are kept{_shared(dead, run)}. Once they are mended, {_replay(run)}"
    else:
        yield "No row or message of this run is dead."
    others = sum(run.open.values()) - sum(run.open.get(key, 0) for key in dead)
    if others:
        yield f"{counted(others, 'dead letter')} of other kinds, from earlier runs, are still open: `backfill status`."
    for table in beside(run.counts):
        yield from largest(table, "a run's terminal shows them all")


def dead_letters(run: Recorded) -> Table:
    """Return the dead letters by stream and reason, the most first: of this run, and open of any, and what it is.

    The title says how many there are.
    """
    mine = _dead(run.counts)
    names = ("stream", "reason", "what it is", "in this run", "open now")
    keys = sorted({*mine, *run.open}, key=lambda key: (-mine[key], -run.open.get(key, 0), key))
    rows = [(*key, in_words(key[1]), mine[key], run.open.get(key, 0)) for key in keys]
    title = (
        f"{counted(mine.total(), 'dead letter')} in this run, {sum(run.open.values()):,} open now{_shared(mine, run)}"
    )
    return title, names, rows


def _shared(dead: Counter[tuple[str, str]], run: Recorded) -> str:
    """Say how many rows have no letter of their own, since another row has the same id."""
    shared = (dead - Counter(run.open)).total()
    return f" ({counted(shared, 'row')} with the letter of another row of the same id)" if shared else ""


def _replay(run: Recorded) -> str:
    """Say where they are sent from, with Identify as the run had it."""
    identify = run.asked["identify"]
    mode = "" if identify == "current" else f", and *Identify* on *{identify}*"
    return (
        f"**Deployments**, **replay** sends them: *Streams* and *Reasons* as in the table, or none for all{mode}. "
        f"From a terminal it is `{replay_command(run.asked)}`, with `--stream` and `--reason`."
    )


def _dead(counts: Counts) -> Counter[tuple[str, str]]:
    """Return the dead rows and messages by stream and reason."""
    return Counter(by(counts, DEAD_ROWS, 0, 1)) + Counter(by(counts, DEAD, 0, 1))
