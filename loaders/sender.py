"""Batches on their way while the next ones are made: several at once, each user's one after the other."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import NamedTuple

from loaders.batches import Batch
from loaders.delivery import Delivered, deliver
from loaders.errors import Interrupted
from loaders.way import Way


class Sent(NamedTuple):
    """A batch on its way: what became of it so far, and the end of it, which raises what `deliver` raises."""

    delivered: Delivered
    end: Future[None]


class Sender:
    """Sends a shard's batches on lanes of its own. After the first that fails, none is begun."""

    def __init__(self, lanes: ThreadPoolExecutor, way: Way) -> None:
        self._lanes, self._way = lanes, way
        self._last: Future[None] | None = None
        self._failed = False

    def send(self, batch: Batch) -> Sent:
        """Send the batch as soon as a lane is free; one that goes on with a user, once the one before it is settled."""
        before = self._last if batch.continues else None
        delivered = Delivered()
        self._last = self._lanes.submit(self._deliver, batch, before, delivered)
        return Sent(delivered, self._last)

    def _deliver(self, batch: Batch, before: Future[None] | None, delivered: Delivered) -> None:
        if before:
            wait([before])  # it was given to the lanes earlier, so it is under way or done
        if self._failed:
            raise Interrupted
        try:
            deliver(batch, self._way, delivered)
        except BaseException:
            self._failed = True
            self._way.stopping.set()  # what failed here fails everywhere
            raise


@contextmanager
def sending(way: Way, lanes: int) -> Iterator[Sender]:
    """Open a sender; at its end, every batch that was given to it is settled or was not sent."""
    with ThreadPoolExecutor(lanes, thread_name_prefix="sender") as pool:
        yield Sender(pool, way)
