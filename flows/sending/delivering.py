"""A single message sent: checked, held against the ledger, delivered, and written there as a run of its own."""

from collections import Counter, deque
from threading import Event
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Engine

from flows import pipeline
from flows.account import Account, PageSent
from flows.belonging import PRIVACY
from flows.destinations import check_chosen
from flows.errors import EXITS, Exit, foremost
from flows.job import plan_for
from flows.letters import Judged
from flows.outcome import Outcome, imbalance
from flows.sending.forms import Action
from flows.sending.sealing import Sealed, seal
from flows.sending.sendable import check_sendable
from flows.settings import DeliverySettings
from flows.summary import Summary
from flows.tally import ALREADY, MESSAGES, USERS
from flows.version import VERSION
from loaders.answers import shown
from loaders.batches import Batch
from loaders.client import DataPlane
from loaders.clock import utc_now
from loaders.errors import LedgerUnusable
from loaders.ledger.chosen import Choice, choose
from loaders.ledger.compaction import compact
from loaders.ledger.dead_letters import LetterKey
from loaders.ledger.lock import holding
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.receipts import doubt_unsettled
from loaders.ledger.runs import SEND, Shard, last_runs, start_run, stop_unended
from loaders.ledger.segments import delivered
from loaders.sender import Sent, sending
from loaders.way import Persistence, Way
from mappers.by_hand import BY_HAND
from mappers.kinds import Instant, milliseconds

_NOWHERE = (BY_HAND, None, None)
_SOURCE = "BACKFILL_SOURCE_NAME"


class Became(NamedTuple):
    """What became of a message."""

    message_id: str
    outcome: Outcome


def send(action: Action, settings: DeliverySettings, now: Instant | None = None) -> Became:
    """Send the message, unless a receipt covers it, and return what became of it.

    Without a timestamp it happened `now`, or at this moment. Where nobody names the source, it is the ledger's. A
    message that the data plane refuses is a dead letter.
    Raises `SettingsInvalid`, `PlanInvalid`, `LedgerUnusable`, `LedgerHeld` or `DataPlaneStopped` where it was refused
    before it was sent. An interrupt is raised again once what was on its way is settled.
    """
    check_chosen(settings.destinations)
    settings, plan = _named(settings), plan_for(settings)
    sealed = seal(action, plan, settings, now or utc_now())
    check_sendable(settings, action.user_id, action.anonymous_id)
    ledger = open_ledger(settings.ledger_url.get_secret_value())
    key, wait = settings.write_key.get_secret_value(), settings.answer_seconds
    with disposing(ledger), DataPlane(settings.data_plane_url, key, wait, settings.target) as data_plane:
        data_plane.check()
        way = Way(data_plane, ledger, str(uuid4()), 0, Event(), persistence=Persistence(settings.patience_seconds))
        with holding(ledger, settings.source_name, way.run_id, way.stopping):
            versions = {"code": VERSION, "plan": plan.digest, **_source(ledger, settings), PRIVACY: plan.privacy}
            words, stopped = _run(sealed, way, versions)
            summary = pipeline.finish(settings, way.run_id, stopped)
    if stopped and type(stopped) not in EXITS:
        raise stopped
    return Became(sealed.message.id, _outcome(sealed, summary, words, stopped))


def _outcome(sealed: Sealed, summary: Summary, words: str, stopped: BaseException | None) -> Outcome:
    if isinstance(stopped, Exception):
        name, at = f"{sealed.title} {sealed.message.id}", milliseconds(Instant(sealed.message.at))
        doubt = f" {name} is in doubt: sent again with the timestamp {at} it keeps its id." if summary.in_doubt else ""
        return Outcome(EXITS[type(stopped)], f"{stopped}{doubt}", summary)
    if not summary.balanced:
        return Outcome(Exit.UNBALANCED, f"The balance does not close: {imbalance(summary)}.", summary)
    return Outcome(Exit.UNBALANCED if summary.dead else Exit.DONE, words, summary)


def _named(settings: DeliverySettings) -> DeliverySettings:
    """Return the settings with the source's name as the ledger has it, unless they were given one."""
    if "source_name" in settings.model_fields_set:
        return settings
    try:
        ledger = open_ledger(settings.ledger_url.get_secret_value(), make=False)
    except LedgerUnusable:  # made, or refused, once there is something to write
        return settings
    with disposing(ledger):
        known = [run["versions"].get(_SOURCE, settings.source_name) for run in last_runs(ledger, 1)]
    return settings.model_copy(update={"source_name": known[0]}) if known else settings


def _source(ledger: Engine, settings: DeliverySettings) -> dict[str, str]:
    """Return the source that the ledger is of, which a message by hand does not change. Raises `LedgerUnusable`."""
    known = {_SOURCE: settings.source_name}
    for run in last_runs(ledger, 1):
        known |= {name: value for name, value in run["versions"].items() if name.startswith("BACKFILL_")}
    if known[_SOURCE] != settings.source_name:
        words = f"{_SOURCE} is {settings.source_name}, the ledger's last run had {known[_SOURCE]}"
        raise LedgerUnusable(f"{words}: set it back, or name another ledger in BACKFILL_LEDGER_URL")
    return known


def _run(sealed: Sealed, way: Way, versions: dict[str, str]) -> tuple[str, BaseException | None]:
    """Write the run into the ledger and send the message; return what became of it, and what stopped it."""
    message, ledger = sealed.message, way.ledger
    doubt_unsettled(ledger)
    stop_unended(ledger)
    compact(ledger)
    shard = Shard(BY_HAND, ((None, None),))
    start_run(ledger, way.run_id, SEND, {"call": sealed.title}, versions, (shard,))
    choose(ledger, way.run_id, (Choice(BY_HAND, message.row_id, message.id),))
    known = bool(delivered(ledger, [message.id]))
    counts = Counter({MESSAGES: 1, ALREADY: 1} if known else {MESSAGES: 1, USERS: 1})
    with sending(way, 1) as sender:
        batches = () if known else (sender.send(Batch((message,), continues=False)),)
        errors = _waited(batches, way)
    letters = frozenset((LetterKey(BY_HAND, message.row_id, message.rule),))
    page = PageSent((0, 1), _NOWHERE, counts, Judged(letters, letters), batches)
    errors += Account(way, shard).settle_all(deque((page,)))
    name = f"{sealed.title} {message.id}"
    refused = [answer for sent in batches for _, answer in sent.delivered.refused]
    if refused:
        words = f"the data plane refused it: {shown(refused[0])}"
        return f"{name} is a dead letter: {words}. `backfill status` counts it.", foremost(errors)
    return f"{name} was delivered{' before: nothing was sent' if known else ''}.", foremost(errors)


def _waited(batches: tuple[Sent, ...], way: Way) -> list[BaseException]:
    """Wait for the batches' ends. Once this is interrupted nothing more is begun."""
    try:
        for sent in batches:
            sent.end.exception()
    except BaseException as error:  # noqa: BLE001  # a cancellation: raised again once the account is drawn
        way.stopping.set()
        return [error]
    return []
