"""A batch delivered: split and halved as the data plane's answers ask, until every message of it has an end.

A batch with an event that is refused is halved until that event stands alone; once the first half went through, the
second is known to hold it, and is not sent whole. So one culprit among n costs at most 2·log2(n) more requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from loaders.answers import Answer, Decision
from loaders.attempts import Attempts
from loaders.batches import Batch, Message
from loaders.client import refusal
from loaders.errors import DataPlaneStopped
from loaders.way import MOST_IN_A_ROW, Way


@dataclass
class Delivered:
    """What became of a batch's messages, and what it cost: requests, and their bytes before compression."""

    messages: list[Message] = field(default_factory=list)
    refused: list[tuple[Message, Answer]] = field(default_factory=list)
    requests: int = 0
    bytes: int = 0


def deliver(batch: Batch, way: Way, result: Delivered) -> None:
    """Send the batch and add to the result what became of it; what is in neither of its lists is in doubt.

    Raises `DataPlaneStopped`, `LedgerStopped` or `Interrupted`; what was delivered until then stands in the result and
    in the ledger.
    """
    _Delivery(way, result).send(batch.messages)


class _Delivery:
    def __init__(self, way: Way, result: Delivered) -> None:
        self._way, self._result = way, result

    def send(self, messages: Sequence[Message], *, suspect: bool = False) -> bool:
        """Send the messages in their order; tell whether none was refused. `suspect`: one of them will be."""
        several = len(messages) > 1
        if several and suspect:
            return self._halve(messages)
        if several and self._is_more_than_it_takes(messages):
            return self._split(messages)
        decision, answer = self._request(messages)
        if decision is Decision.DELIVERED:
            return True
        if several and decision is Decision.HALVE:
            return self._halve(messages)
        if several and decision is Decision.SPLIT:
            return self._split(messages)
        if decision is not Decision.RETRY:
            self._result.refused.append((messages[0], answer))
        if self._way.refusals.add():
            plane = self._way.data_plane
            words = f"{refusal(plane.url, answer, plane.target)} So it answered {MOST_IN_A_ROW} times in a row."
            raise DataPlaneStopped(words)
        return False

    def _request(self, messages: Sequence[Message]) -> tuple[Decision, Answer]:
        way, result = self._way, self._result
        attempts = Attempts(messages, way)
        try:
            decision, answer = attempts.until_final()
        finally:
            result.requests += attempts.made
            result.bytes += attempts.made * attempts.size
        if decision is Decision.DELIVERED:
            result.messages.extend(messages)
            way.refusals.end()
            way.pace.quicken()
        return decision, answer

    def _halve(self, messages: Sequence[Message]) -> bool:
        middle = len(messages) // 2
        first_went_through = self.send(messages[:middle])
        self.send(messages[middle:], suspect=first_went_through)
        return False

    def _split(self, messages: Sequence[Message]) -> bool:
        middle = len(messages) // 2
        first, second = self.send(messages[:middle]), self.send(messages[middle:])
        return first and second

    def _is_more_than_it_takes(self, messages: Sequence[Message]) -> bool:
        pace = self._way.pace
        return len(messages) > pace.events or _size(messages) > pace.bytes


def _size(messages: Sequence[Message]) -> int:
    return sum([len(message.body) + 1 for message in messages])
