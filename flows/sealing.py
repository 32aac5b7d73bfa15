"""A draft to a message ready to go: its id, its envelope, the plan check, its JSON, and its place among its user's."""

from collections.abc import Callable
from uuid import UUID

from flows.job import Job
from loaders.batches import Message
from loaders.check import Violation, encoded
from loaders.ledger.dead_letters import DeadLetter
from loaders.plan import Rule
from mappers.envelope import Envelope
from mappers.ids import identifier
from mappers.outcomes import Draft

NO_IMPORT = str(UUID(int=0))
"""What messages are marked with that are not sent: as long as the id of any import."""

_RANKS = {"identify": "0", "group": "1"}
_TRACK = "2"

Seal = Callable[[str, Draft], Message | DeadLetter]
"""Seals a stream's draft, or says why it may not be sent."""


def sealer(job: Job, import_id: str) -> Seal:
    """Return the function that seals drafts as the job asks, each marked with its stream and the import it is of.

    A user's messages go Identify, then Group, then Track by time; in the identify mode `history` all go by time, each
    Identify right before the Track that it belongs to.
    """
    identify, rules = identifier(job.source_name), job.plan.rules
    envelopes = {stream.name: job.envelope.marked(import_id, stream.name) for stream in job.streams}
    by_time = job.options.identify == "history"

    def seal(stream: str, draft: Draft) -> Message | DeadLetter:
        key, _, _, at, row_id, *_ = draft
        message_id = identify(stream, draft)
        rule = rules.get(key)
        if rule is None:
            words = f"the plan has no rule {key}"
            return DeadLetter(stream, row_id, key, "Unplanned-Event", words, message_id)
        if rule.before:
            body = _disclosed(rule, rule.before, envelopes[stream], draft, message_id)
        else:
            body = encoded(rule, envelopes[stream].message(draft, message_id, rule.call, rule.event))
        if isinstance(body, Violation):
            return DeadLetter(stream, row_id, key, body.name, body.detail, message_id)
        rank = _RANKS.get(rule.call, _TRACK)
        order = at + rank if by_time else rank + at
        return Message(order, message_id, stream, row_id, key, rule.event, at, body)

    return seal


def _disclosed(rule: Rule, before: Rule, envelope: Envelope, draft: Draft, message_id: str) -> bytes | Violation:
    """Return the message with what leaves of its personal fields; it must hold to the plan before, and after."""
    told = rule.disclosure.of(draft)
    whole = encoded(before, envelope.message(draft, message_id, rule.call, rule.event))
    if told is draft or isinstance(whole, Violation):
        return whole
    return encoded(rule, envelope.message(told, message_id, rule.call, rule.event))
