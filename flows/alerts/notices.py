"""What a person should know of a run though it did not fail, told to Prefect as events that alerts wait for."""

from collections.abc import Sequence
from typing import NamedTuple

from prefect.context import FlowRunContext
from prefect.events import emit_event
from prefect.logging import get_run_logger
from prefect.variables import Variable

from flows.alerts.events import DEAD_LETTERS, DEAD_SHARE, QUIET_NIGHT, RESOURCE, SETTLED
from flows.alerts.share import read_share
from flows.errors import Exit, SettingsInvalid
from flows.following import NIGHTLY
from flows.outcome import MaxDead, Outcome
from flows.prefect_gone import is_gone
from flows.settings import LedgerSettings
from flows.summary import Summary
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.runs import done_before, run_of

NIGHTS = 7
"""Nights that are looked back at; where more than half of so many sent something, a night usually does."""


class Notice(NamedTuple):
    """An event's name, and its words for people."""

    event: str
    words: str


def tell_notices(settings: LedgerSettings, outcome: Outcome) -> None:
    """Tell Prefect, from inside the run's flow run, what there is to know of it.

    Where Prefect's server is gone nothing is told: that is no reason for a run to fail. Raises `LedgerUnusable`.
    """
    if not outcome.summary:
        return
    nights = _nights(settings, outcome.summary.run_id) if outcome.exit is Exit.DONE else []
    try:
        for notice in notices(outcome.summary, _dead_share(), nights):
            emit(notice, outcome.summary.run_id)
    except Exception as error:
        if not is_gone(error):
            raise


def tell_settled() -> None:
    """Tell Prefect, from inside a flow run that is suspended, that it goes to rest."""
    context = FlowRunContext.get()
    if context and context.flow_run:
        emit_event(SETTLED, resource={"prefect.resource.id": f"prefect.flow-run.{context.flow_run.id}"})


def notices(summary: Summary, dead_share: float | None, nights: Sequence[int]) -> list[Notice]:
    """Return what there is to know. `dead_share` is of the rows read, None for any.

    `nights` is how many messages each of the last nights delivered, where the run is a night that ended well.
    """
    return [*_dead_letters(summary, dead_share), *_quiet_night(summary, nights)]


def emit(notice: Notice, run_id: str) -> None:
    """Hand the event to Prefect, which adds the flow run and its tags that it happens in."""
    emit_event(notice.event, resource={"prefect.resource.id": f"{RESOURCE}{run_id}"}, payload={"words": notice.words})


def _dead_letters(summary: Summary, limit: float | None) -> list[Notice]:
    dead, rows = summary.rows_dead + summary.dead, summary.rows_read
    if limit is None or MaxDead(share=limit).allows(dead, rows):
        return []
    share = (
        f"{dead:,} dead letters are {dead / rows:.2%} of the {rows:,} rows read" if rows else f"{dead:,} dead letters"
    )
    words = f"{share}: more than {limit:.2%}. `backfill status` lists them by reason."
    return [Notice(DEAD_LETTERS, words)]


def _quiet_night(summary: Summary, nights: Sequence[int]) -> list[Notice]:
    busy = sum(1 for delivered in nights[:NIGHTS] if delivered)
    if summary.delivered or busy * 2 <= NIGHTS:
        return []
    words = (
        f"Nothing was delivered ({summary.rows_read:,} rows read), though {busy} of the last {NIGHTS} nights had "
        "something. Look whether the platform's database, or the copy of it that is read, still gets what is new."
    )
    return [Notice(QUIET_NIGHT, words)]


def _nights(settings: LedgerSettings, run_id: str) -> list[int]:
    """Return how many messages each of the last nights like this one delivered; none where this is no night."""
    with disposing(open_ledger(settings.ledger_url.get_secret_value())) as ledger:
        if run_of(ledger, run_id).kind != NIGHTLY:
            return []
        return [int(summary["delivered"]) for summary in done_before(ledger, run_id, NIGHTS)]


def _dead_share() -> float | None:
    """Return the share that `alerts install` left, or a person changed since."""
    kept = Variable.get(DEAD_SHARE)
    try:
        return None if kept is None else read_share(str(kept))
    except SettingsInvalid:
        get_run_logger().warning(
            "The Prefect variable %s is %r, which is no share as 1%% or 0.01: no alert about dead letters",
            DEAD_SHARE,
            kept,
        )
        return None
