"""A progress bar on the terminal, drawn from what the ledger says: the same for a run anywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

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

_EVERY_SECONDS = 0.5


@contextmanager
def showing_progress(settings: Settings) -> Iterator[None]:
    """Show the run that starts now, until the end of the block; on a terminal alone."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    over = Event()
    watcher = Thread(target=_watch, args=(settings, console, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(settings: Settings, console: Console, over: Event) -> None:
    started_at = utc_now()
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
        ledger: Engine | None = None
        while not over.wait(_EVERY_SECONDS):
            try:
                ledger = ledger or open_ledger(settings.ledger_url.get_secret_value())
                _draw(bar, task, ledger, started_at)
            except (LedgerStopped, LedgerUnusable, SQLAlchemyError):
                continue  # the run itself says so
        if ledger:
            ledger.dispose()


def _draw(bar: Progress, task: object, ledger: Engine, started_at: str) -> None:
    run = next((run for run in last_runs(ledger, 1) if run["started_at"] >= started_at), None)
    if run is None:
        return
    ranges, passed, counts = progress(ledger, run["run_id"])
    delivered = total(counts, DELIVERED)
    elapsed = bar.tasks[0].elapsed or 1
    bar.update(
        task,  # type: ignore[arg-type]  # rich's own id of the task
        description="sending",
        total=ranges,
        completed=passed,
        delivered=delivered,
        rate=delivered / elapsed,
    )
