"""How far a run is, told from what the ledger says: the same for a run anywhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from flows.settings import LedgerSettings
from flows.tally import DEAD, DEAD_ROWS, DELIVERED, total
from loaders.clock import utc_now
from loaders.errors import LedgerStopped, LedgerUnusable
from loaders.ledger.opening import open_ledger
from loaders.ledger.runs import last_runs, progress

_DRAW_EVERY_SECONDS = 0.5
_LINE_EVERY_SECONDS = 30.0


@contextmanager
def showing_progress(settings: LedgerSettings) -> Iterator[None]:
    """Show the run that starts now, until the end of the block: a bar on a terminal, else a line now and then."""
    console, over = Console(stderr=True), Event()
    show = _draw_bar if console.is_terminal else _write_lines
    watcher = Thread(target=show, args=(settings, console, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


class Figures(NamedTuple):
    """How far a run is: since how many seconds it is watched, its ranges, and what became of their rows so far."""

    seconds: float
    ranges: int
    passed: int
    delivered: int
    dead: int

    @property
    def share(self) -> float:
        """Return the share of the ranges that are passed."""
        return self.passed / self.ranges if self.ranges else 0.0

    @property
    def rate(self) -> float:
        """Return how many messages a second were delivered."""
        return self.delivered / self.seconds if self.seconds else 0.0


def figures(settings: LedgerSettings, over: Event, every: float, run_id: str | None = None) -> Iterator[Figures]:
    """Yield how far a run is every so many seconds until it is over: that run, or the one that starts now.

    One that is named is told of at its very end too. Nothing is yielded while the ledger does not answer.
    """
    started_at, begun = utc_now(), time.monotonic()
    ledger: Engine | None = None
    is_over = False
    while not is_over:
        is_over = over.wait(every)
        if is_over and not run_id:
            break
        try:
            ledger = ledger or open_ledger(settings.ledger_url.get_secret_value(), make=False)
            found = run_id or _run_since(ledger, started_at)
            if found:
                yield _read(ledger, found, time.monotonic() - begun)
        except (LedgerStopped, LedgerUnusable, SQLAlchemyError):
            continue  # the run itself says so
    if ledger:
        ledger.dispose()


def _run_since(ledger: Engine, started_at: str) -> str | None:
    return next((run["run_id"] for run in last_runs(ledger, 1) if run["started_at"] >= started_at), None)


def _read(ledger: Engine, run_id: str, seconds: float) -> Figures:
    ranges, passed, counts = progress(ledger, run_id)
    return Figures(seconds, ranges, passed, total(counts, DELIVERED), total(counts, DEAD) + total(counts, DEAD_ROWS))


def _write_lines(settings: LedgerSettings, console: Console, over: Event) -> None:
    for now in figures(settings, over, _LINE_EVERY_SECONDS):
        console.print(f"{now.share:.0%} · {now.delivered:,} delivered · {now.rate:,.0f}/s", highlight=False)


def _draw_bar(settings: LedgerSettings, console: Console, over: Event) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[delivered]:,} delivered · {task.fields[rate]:,.0f}/s"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("preparing", total=None, delivered=0, rate=0.0)
        for now in figures(settings, over, _DRAW_EVERY_SECONDS):
            bar.update(task, description="sending", total=now.ranges, completed=now.passed)
            bar.update(task, delivered=now.delivered, rate=now.rate)
