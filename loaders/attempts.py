"""One request's attempts: each written as sending before its POST and settled after it, until an answer is final."""

import random
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus

from loaders.answers import Answer, Decision, Receipt, Target, decide, receipt
from loaders.batches import Message, body_of
from loaders.client import refusal
from loaders.errors import Interrupted
from loaders.ledger.receipts import open_receipt, settle
from loaders.way import Way

FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 1.0, 60.0

_TRIED_WHOLE = 2
"""A batch beyond the limit's burst never passes, however long it waits; so after this many 429 in a row it is split."""


class Attempts:
    """The attempts at one request that carries the messages; `made` counts them.

    Patience begins with the first of them, and what is waited for the pace is not taken from it.
    """

    def __init__(self, messages: Sequence[Message], way: Way) -> None:
        self._messages, self._way = messages, way
        self._body = body_of(messages)
        self._deadline = time.monotonic() + way.persistence.seconds
        self._limited = 0
        self.made = 0
        self.size = len(self._body)

    def until_final(self) -> tuple[Decision, Answer]:
        """Send the request, again and again while its answers ask for that, and return what is to be done now.

        RETRY is left only where it is in doubt and doubts are skipped. Raises `DataPlaneStopped` for an answer that
        stops the run, or when patience is at its end; `Interrupted`; `LedgerStopped`.
        """
        way = self._way
        while True:
            self._take()
            became, answer = self._once()
            decision = decide(answer, way.data_plane.target)
            if decision is Decision.STOP:
                raise refusal(way.data_plane.url, answer, way.data_plane.target)
            if decision is Decision.SPLIT and len(self._messages) > 1:
                way.pace.smaller(self.size // 2)
            if decision is not Decision.RETRY or (became is Receipt.IN_DOUBT and way.persistence.skip_doubt):
                return decision, answer
            self._limited = self._limited + 1 if answer.status == HTTPStatus.TOO_MANY_REQUESTS else 0
            if self._limited and self._is_too_fast():
                return Decision.SPLIT, answer
            self._wait(answer)

    def _take(self) -> None:
        asked_at = time.monotonic()
        self._way.pace.take(len(self._messages), self._way.stopping)
        self._deadline += time.monotonic() - asked_at

    def _once(self) -> tuple[Receipt, Answer]:
        way = self._way
        batch_id = open_receipt(way.ledger, way.run_id, way.shard, self._messages, self.size)
        self.made += 1
        answer = way.data_plane.post(self._body)
        became = receipt(answer, way.data_plane.target)
        settle(way.ledger, batch_id, became, answer)
        return became, answer

    def _is_too_fast(self) -> bool:
        """Slow down, and tell whether the batch itself is too large to pass."""
        events = len(self._messages)
        self._way.pace.slow()
        counts_requests = self._way.data_plane.target is Target.SEGMENT  # however large they are
        if self._limited < _TRIED_WHOLE or events == 1 or counts_requests:
            return False
        self._way.pace.fewer(events // 2)
        return True

    def _wait(self, answer: Answer) -> None:
        delay = max(jittered(self.made), answer.retry_after or 0)
        if time.monotonic() + delay > self._deadline:
            raise refusal(self._way.data_plane.url, answer, self._way.data_plane.target)
        if self._way.stopping.wait(delay):
            raise Interrupted


def jittered(attempts: int, draw: Callable[[float, float], float] = random.uniform) -> float:
    """Return the seconds to wait: at random up to a bound that doubles, so that many clients do not return at once."""
    return draw(0, min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** min(attempts - 1, 16)))
