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

from flows.settings import Settings
from flows.tally import DELIVERED, total
from loaders.clock import utc_now
from loaders.errors import LedgerStopped, LedgerUnusable
from loaders.ledger.opening import open_ledger
from loaders.ledger.runs import last_runs, progress

_DRAW_EVERY_SECONDS = 0.5
_LINE_EVERY_SECONDS = 30.0


@contextmanager
def showing_progress(settings: Settings) -> Iterator[None]:
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


class _Figures(NamedTuple):
    ranges: int
    passed: int
    delivered: int


def _write_lines(settings: Settings, console: Console, over: Event) -> None:
    for seconds, (ranges, passed, delivered) in _figures(settings, over, _LINE_EVERY_SECONDS):
        share = f"{passed / ranges:.0%}" if ranges else "0%"
        console.print(f"{share} · {delivered:,} delivered · {delivered / seconds:,.0f}/s", highlight=False)


def _draw_bar(settings: Settings, console: Console, over: Event) -> None:
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
        for seconds, (ranges, passed, delivered) in _figures(settings, over, _DRAW_EVERY_SECONDS):
            rate = delivered / seconds
            bar.update(task, description="sending", total=ranges, completed=passed, delivered=delivered, rate=rate)


def _figures(settings: Settings, over: Event, every: float) -> Iterator[tuple[float, _Figures]]:
    """Yield how far the run is that starts now, and since how many seconds, every so often until it is over."""
    started_at, begun = utc_now(), time.monotonic()
    ledger: Engine | None = None
    while not over.wait(every):
        try:
            ledger = ledger or open_ledger(settings.ledger_url.get_secret_value(), make=False)
            run = next((run for run in last_runs(ledger, 1) if run["started_at"] >= started_at), None)
            if run:
                ranges, passed, counts = progress(ledger, run["run_id"])
                yield time.monotonic() - begun, _Figures(ranges, passed, total(counts, DELIVERED))
        except (LedgerStopped, LedgerUnusable, SQLAlchemyError):
            continue  # the run itself says so
    if ledger:
        ledger.dispose()
