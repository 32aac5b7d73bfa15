"""What was sent of each user, as JSON: the messages, their events and times, and what the ledger tells of them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flows.belonging import DELIVERY
from flows.erasing.deriving import Derived
from flows.settings import Settings
from flows.tally import DELIVERED, key
from loaders.answers import Receipt
from loaders.batches import Message
from loaders.clock import utc_now
from loaders.ledger.traces import Sender, Traces
from mappers.kinds import Instant, milliseconds

UNTOLD = (
    (
        "Ids are those that today's models make of today's rows. Rows that were deleted, moved to another user or "
        "spoiled since are not told, nor what a state was before it changed, as an earlier Identify, nor messages by "
        "hand, nor what somebody did as a visitor. The warehouse and the destinations know them."
    ),
    (
        "The runs of an event are all that delivered such events of such a month. Only while the ledger has the batch "
        "does it know the very run, and when: these are its attempts."
    ),
)
"""What the document cannot tell."""


class Sent(NamedTuple):
    """What was sent of a user, as JSON has it, and how many messages were delivered, and are in doubt."""

    entry: dict[str, Any]
    delivered: int
    in_doubt: int


def sent_of(derived: Derived, known: Traces, senders: Sequence[Sender]) -> Sent:
    """Return what the ledger knows of a user's messages; of those that were not sent, nothing."""
    delivered = [one for one in derived.messages if one.id in known.delivered]
    doubtful = [one for one in derived.messages if one.id in known.attempts and one.id not in known.delivered]
    events = [_event(one, "delivered", known, senders) for one in delivered]
    events += [_event(one, "in doubt", known, senders) for one in doubtful]
    entry = {"user_id": derived.user, "in_source": derived.is_in_source, "events": events}
    return Sent(entry, len(delivered), len(doubtful))


def document(settings: Settings, sent: Sequence[Sent], senders: Sequence[Sender]) -> dict[str, Any]:
    """Return the whole document."""
    return {
        "made_at": utc_now(),
        "source_name": settings.source_name,
        "users": [one.entry for one in sent],
        "runs": {one.run_id: _run(one, settings) for one in senders},
        "not_told": list(UNTOLD),
    }


def _event(message: Message, state: str, known: Traces, senders: Sequence[Sender]) -> dict[str, Any]:
    attempts = known.attempts.get(message.id, ())
    told = {one.run_id for one in attempts if one.state == Receipt.DELIVERED}
    counted = key(DELIVERED, message.event, message.at[:7])
    may = [one.run_id for one in senders if one.counts[counted] or not one.is_whole]
    return {
        "message_id": message.id,
        "event": message.event,
        "stream": message.stream,
        "timestamp": milliseconds(Instant(message.at)),
        "state": state,
        "runs": sorted(told or ({one.run_id for one in attempts} if state != "delivered" else may)),
        "attempts": [one._asdict() for one in attempts],
    }


def _run(sender: Sender, settings: Settings) -> dict[str, Any]:
    """Return a run: where it sent to, as far as the ledger's digests and the settings of today tell."""
    here = sender.versions.get(DELIVERY) == settings.delivery_digest
    return {
        "kind": sender.kind,
        "started_at": sender.started_at,
        "ended_at": sender.ended_at,
        "data_plane": settings.data_plane_url if here else "another than today's, or under another write key",
        "destinations": sender.versions.get("BACKFILL_DESTINATIONS"),
    }
