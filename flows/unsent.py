"""What of a page is still to be sent: the ledger's receipts decide, whatever run wrote them."""

from dataclasses import dataclass, field
from operator import attrgetter

from extractors.pages import Axis, Page
from flows.chosen import Chosen
from flows.job import Job
from flows.mapping import Mapped
from flows.tally import ALREADY, DEAD, LEFT_OUT, MESSAGES, SKIPPED, UNIDENTIFIED, USERS, key
from loaders.batches import Message
from loaders.ledger.segments import delivered
from mappers.kinds import Key

IDENTIFY, IDENTIFY_CURRENT = "Identify", "identify_current"

_by_order = attrgetter("order")


@dataclass
class Told:
    """Of the users whose time is sent in slices: who was identified, sent anything, or left out, in those before."""

    identified: set[Key] = field(default_factory=set)
    users: set[Key] = field(default_factory=set)
    left_out: set[Key] = field(default_factory=set)


def unsent(mapped: Mapped, page: Page, job: Job, told: Told, chosen: Chosen | None = None) -> list[list[Message]]:
    """Return each user's messages that no receipt covers, in the order in which they are sent.

    A message that was delivered and would be dead by today's plan counts as delivered. Adds to the page's counts, and
    to what was told of its users.
    """
    if page.is_first:
        told.identified.clear()
        told.users.clear()
        told.left_out.clear()
    mapped.counts.update(key(LEFT_OUT, why) for who, why in mapped.left_out.items() if who not in told.left_out)
    told.left_out.update(mapped.left_out)
    covered = _covered(mapped, job, chosen.again if chosen else frozenset())
    known = job.options.identify != "current" or page.axis is not Axis.USERS or IDENTIFY_CURRENT not in job.wanted
    users = []
    for user, messages in mapped.users.items():
        messages.sort(key=_by_order)
        if job.options.identify == "history" and user not in told.users:
            _bring_identify_forward(messages)
        left = [message for message in messages if message.id not in covered] if covered else messages
        if messages[0].event == IDENTIFY:
            told.identified.add(user)
        elif not known and user not in told.identified:
            mapped.counts[UNIDENTIFIED] += len(left)
        if left:
            users.append(left)
            mapped.counts[USERS] += user not in told.users
            told.users.add(user)
    mapped.counts[MESSAGES] += sum(map(len, users))
    return users


def _bring_identify_forward(messages: list[Message]) -> None:
    """Let the oldest Identify go first of all, so that no Track comes before the user is known."""
    first = next((place for place, message in enumerate(messages) if message.event == IDENTIFY), 0)
    messages.insert(0, messages.pop(first))


def _covered(mapped: Mapped, job: Job, again: frozenset[str]) -> set[str]:
    """Return the ids that a receipt covers, or that are in doubt and skipped, and count them and the dead messages.

    Those that are to go again count as not covered.
    """
    counts = mapped.counts
    asked = [message.id for messages in mapped.users.values() for message in messages]
    asked += [letter.message_id for letter in mapped.dead if letter.message_id]
    sent = delivered(job.ledger, asked) - again
    skipped = job.skipped.intersection(asked) - sent - again
    mapped.dead[:] = [letter for letter in mapped.dead if letter.message_id not in sent]
    dead = [letter for letter in mapped.dead if letter.message_id]
    counts[ALREADY] += len(sent)
    counts[SKIPPED] += len(skipped)
    counts[MESSAGES] += len(sent) + len(skipped) + len(dead)
    counts.update(key(DEAD, letter.stream, letter.reason) for letter in dead)
    return sent | skipped
