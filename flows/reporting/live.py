"""How far a run is, on its page in Prefect: an artifact that follows the ledger while the run lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event, Thread

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from flows.outcome import counted
from flows.progress import Figures, figures
from flows.settings import Settings

_EVERY_SECONDS = 5.0
_LAST_SECONDS = 5.0


@contextmanager
def live_progress(settings: Settings, run_id: str) -> Iterator[None]:
    """Show in the flow run how far the ledger's run is, every few seconds and at the end of the block.

    The run is never held up by it, nor stopped, whatever becomes of Prefect's server.
    """
    over = Event()
    context = copy_context()  # by it Prefect knows which flow run the artifact is of
    watcher = Thread(target=context.run, args=(_follow, settings, run_id, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join(_LAST_SECONDS)


def _follow(settings: Settings, run_id: str, over: Event) -> None:
    try:
        shown = create_progress_artifact(0.0, key="backfill-progress", description="0 % · nothing is delivered yet")
        for now in figures(settings, over, _EVERY_SECONDS, run_id):
            update_progress_artifact(shown, round(100 * now.share, 1), description=words(now))  # type: ignore[arg-type]  # the id
    except Exception:  # noqa: BLE001, S110  # what is to be known of it, the run itself says
        pass


def words(now: Figures) -> str:
    """Return how far a run is, as `62 % · 2,319,958 delivered · 38,656/s · 14 dead letters`."""
    share = int(100 * now.share)  # 100 % is the end alone
    return f"{share} % · {now.delivered:,} delivered · {now.rate:,.0f}/s · {counted(now.dead, 'dead letter')}"
