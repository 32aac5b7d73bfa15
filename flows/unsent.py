"""What of a page is still to be sent: the ledger's receipts decide, whatever run wrote them."""

from operator import attrgetter

from extractors.pages import Axis
from flows.job import Job
from flows.mapping import Mapped
from flows.tally import ALREADY, DEAD, MESSAGES, UNIDENTIFIED, USERS, key
from loaders.batches import Message
from loaders.ledger.segments import delivered

IDENTIFY = "Identify"

_by_order = attrgetter("order")


def unsent(mapped: Mapped, axis: Axis, job: Job) -> list[list[Message]]:
    """Return each user's messages that no receipt covers, in the order in which they are sent.

    A message that was delivered and would be dead by today's plan counts as delivered. Adds to the page's counts.
    """
    for messages in mapped.users.values():
        messages.sort(key=_by_order)
        if job.options.identify == "history":
            _bring_identify_forward(messages)
        elif job.options.identify == "current" and axis is Axis.USERS and messages[0].event != IDENTIFY:
            mapped.counts[UNIDENTIFIED] += len(messages)
    users = _without_delivered(mapped, job)
    mapped.counts[MESSAGES] += sum(map(len, users))
    mapped.counts[USERS] += len(users)
    return users


def _bring_identify_forward(messages: list[Message]) -> None:
    """Let the oldest Identify go first of all, so that no Track comes before the user is known."""
    first = next((place for place, message in enumerate(messages) if message.event == IDENTIFY), 0)
    messages.insert(0, messages.pop(first))


def _without_delivered(mapped: Mapped, job: Job) -> list[list[Message]]:
    counts = mapped.counts
    asked = [message.id for messages in mapped.users.values() for message in messages]
    asked += [letter.message_id for letter in mapped.dead if letter.message_id]
    sent = delivered(job.ledger, asked)
    counts[ALREADY] += len(sent)
    counts[MESSAGES] += len(sent)
    mapped.dead[:] = [letter for letter in mapped.dead if letter.message_id not in sent]
    dead = [letter for letter in mapped.dead if letter.message_id]
    counts[MESSAGES] += len(dead)
    counts.update(key(DEAD, letter.stream, letter.reason) for letter in dead)
    if not sent:
        return list(mapped.users.values())
    users = ([message for message in messages if message.id not in sent] for messages in mapped.users.values())
    return [messages for messages in users if messages]
