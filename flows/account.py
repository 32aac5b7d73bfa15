"""A shard's account: what became of each page, and the range up to which every batch is settled."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from flows.errors import foremost
from flows.letters import Judged
from flows.tally import BYTES, DEAD, DELIVERED, REQUESTS, key
from loaders.answers import Answer, shown
from loaders.batches import Message
from loaders.delivery import Delivered
from loaders.ledger.dead_letters import DeadLetter, Place, keep, meet, mend
from loaders.ledger.runs import Counts, Shard, advance
from loaders.sender import Sent
from loaders.way import Way


@dataclass(frozen=True)
class PageSent:
    """A page on its way: the ranges that it spans, its place, its counts, the open letters it met, its batches."""

    span: tuple[int, int]
    place: Place
    counts: Counts
    letters: Judged
    batches: Sequence[Sent]

    @property
    def is_over(self) -> bool:
        """Tell whether every batch has come to its end."""
        return all(sent.end.done() for sent in self.batches)

    @property
    def messages(self) -> int:
        """Return how many messages it holds until it is settled."""
        return sum(len(sent.batch.messages) for sent in self.batches)


class Account:
    """What the shard has counted. The cursor moves past a page when its every batch is settled."""

    def __init__(self, way: Way, shard: Shard) -> None:
        self._way, self._position = way, shard.position
        self._passed: Counts = Counter(shard.passed)
        self._part: Counts = Counter()  # of a page whose parts are not all settled
        self._is_stuck = False
        self.counts: Counts = Counter(shard.passed)

    def settle_all(self, pages: deque[PageSent]) -> list[BaseException]:
        """Settle every page that is still under way, and return what went wrong."""
        errors: list[BaseException] = []
        while pages:
            try:
                self.settle(pages.popleft())
            except BaseException as error:  # noqa: BLE001  # whoever settles raises the foremost
                errors.append(error)
        return errors

    def settle(self, page: PageSent) -> None:
        """Wait for the page's batches, count them, and move the cursor.

        Where one was not settled, what was is counted all the same, and the cursor passes neither that page nor a
        later one. Raises what that one did.
        """
        failed = [error for sent in page.batches if (error := sent.end.exception())]
        results = [sent.delivered for sent in page.batches]
        refused = [_letter(message, answer) for result in results for message, answer in result.refused]
        keep(self._way.ledger, self._way.run_id, page.place, refused, ())
        counts = Counter(page.counts)
        for result in results:
            counts.update(_counted(result))
        counts.update(key(DEAD, letter.stream, letter.reason) for letter in refused)
        self.counts.update(counts)
        if failed:
            self._is_stuck = True
        else:
            self._close_letters(page)
            self._pass(page.span[1], counts)
        advance(self._way.ledger, self._way.run_id, self._way.shard, (self._position, self._passed), self.counts)
        if failed:
            raise foremost(failed) or failed[0]

    def _pass(self, end: int, counts: Counts) -> None:
        """Move the cursor to the end of the page, unless one before it was not settled."""
        if not self._is_stuck:
            self._part.update(counts)
            if end > self._position:
                self._position = end
                self._passed.update(self._part)
                self._part.clear()

    def _close_letters(self, page: PageSent) -> None:
        """Close the letters that the page mends, of rows of which everything arrived; note that it met the others."""
        left = set().union(*map(_undelivered, page.batches))
        mended = {key for key in page.letters.mended if key[:2] not in left}
        mend(self._way.ledger, self._way.run_id, mended)
        meet(self._way.ledger, self._way.run_id, page.letters.met - mended)


def _undelivered(sent: Sent) -> set[tuple[str, str]]:
    """Return the rows of the batch's messages that were refused or left in doubt."""
    if len(sent.delivered.messages) == len(sent.batch.messages):
        return set()
    delivered = {message.id for message in sent.delivered.messages}
    return {(one.stream, one.row_id) for one in sent.batch.messages if one.id not in delivered}


def _counted(result: Delivered) -> Counts:
    counts = Counter([f"{DELIVERED}|{message.event}|{message.at[:7]}" for message in result.messages])
    counts[REQUESTS], counts[BYTES] = result.requests, result.bytes
    return counts


def _letter(message: Message, answer: Answer) -> DeadLetter:
    words = f"the data plane refused it alone: {shown(answer)}"
    return DeadLetter(message.stream, message.row_id, message.rule, f"Refused-{answer.status}", words, message.id)
