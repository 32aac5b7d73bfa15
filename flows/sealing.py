"""Drafts to messages ready to go: what was delivered already drops out, what breaks the plan becomes a dead letter."""

from collections import Counter
from collections.abc import Sequence

from flows.job import Job
from flows.mapping import Mapped, Placed
from flows.ordering import ordered
from flows.tally import ALREADY, DEAD, MESSAGES, UNIDENTIFIED, key
from loaders.batches import Message
from loaders.check import Violation, encoded
from loaders.ledger.dead_letters import DeadLetter
from loaders.ledger.segments import delivered
from mappers.ids import identifier


def seal_page(mapped: Mapped, job: Job) -> list[list[Message]]:
    """Return each user's messages in their order. Dead letters and counts are added to the page's."""
    identify = identifier(job.source_name)
    users = [
        [(identify(one.stream.name, one.draft), one) for one in ordered(drafts, job.plan, job.options.identify)]
        for drafts in mapped.users.values()
    ]
    sent = delivered(job.ledger, [message_id for drafts in users for message_id, _ in drafts])
    counts = mapped.counts
    counts[MESSAGES] += sum(map(len, users))
    counts[ALREADY] += len(sent)
    return [messages for drafts in users if (messages := _seal_user(drafts, sent, mapped, job))]


def _seal_user(drafts: Sequence[tuple[str, Placed]], sent: set[str], mapped: Mapped, job: Job) -> list[Message]:
    messages = []
    unknown = False
    for message_id, (_, stream, draft) in drafts:
        if message_id in sent:
            continue
        rule = job.plan.rules.get(draft.rule)
        if rule is None:
            body: bytes | Violation = Violation("Unplanned-Event", f"the plan has no rule {draft.rule}")
        else:
            body = encoded(rule, job.envelope.message(draft, message_id, rule.call, rule.event))
        if rule is None or isinstance(body, Violation):
            unknown = unknown or (rule is not None and rule.call == "identify")
            _bury(message_id, stream.name, draft.row_id, draft.rule, body, mapped)  # type: ignore[arg-type]
        else:
            messages.append(Message(message_id, stream.name, draft.row_id, rule.event, draft.at, body))
    if unknown:
        mapped.counts[UNIDENTIFIED] += len(messages)
    return messages


def _bury(message_id: str, stream: str, row_id: str, rule: str, why: Violation, mapped: Mapped) -> None:
    mapped.dead.append(DeadLetter(stream, row_id, rule, why.name, why.detail, message_id))
    mapped.counts[key(DEAD, stream, why.name)] += 1


def delivered_counts(messages: Sequence[Message]) -> Counter[str]:
    """Return the delivered messages by name and month."""
    return Counter(f"delivered|{message.event}|{message.at[:7]}" for message in messages)
