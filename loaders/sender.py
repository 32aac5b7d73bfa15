"""Batches on their way while the next ones are made: several at once, each user's one after the other."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import NamedTuple

from loaders.batches import Batch
from loaders.delivery import Delivered, deliver
from loaders.errors import Interrupted
from loaders.way import Way


class Sent(NamedTuple):
    """A batch on its way: what became of it so far, and the end of it, which raises what `deliver` raises."""

    batch: Batch
    delivered: Delivered
    end: Future[None]


class Sender:
    """Sends a shard's batches on lanes of its own. After the first that fails, none is begun."""

    def __init__(self, lanes: ThreadPoolExecutor, way: Way) -> None:
        self._lanes, self._way = lanes, way
        self._convoy = _Convoy()
        self._failed = False

    def send(self, batch: Batch) -> Sent:
        """Send the batch as soon as a lane is free; one that goes on with a user, after the one before it."""
        sent = Sent(batch, Delivered(), Future())
        if not (batch.continues and self._convoy.join(sent)):
            self._convoy = _Convoy(sent)
            self._lanes.submit(self._send_all, self._convoy)
        return sent

    def _send_all(self, convoy: "_Convoy") -> None:
        while sent := convoy.next():
            try:
                self._send(sent)
            except BaseException as error:  # noqa: BLE001  # whoever waits for the batch gets it
                sent.end.set_exception(error)
            else:
                sent.end.set_result(None)

    def _send(self, sent: Sent) -> None:
        if self._failed:
            raise Interrupted
        try:
            deliver(sent.batch, self._way, sent.delivered)
        except BaseException:
            self._failed = True
            self._way.stopping.set()  # what failed here fails everywhere
            raise


class _Convoy:
    """Batches that one lane sends one after the other, since each goes on with a user of the one before."""

    def __init__(self, *waiting: Sent) -> None:
        self._waiting = deque(waiting)
        self._lock = Lock()
        self._over = not waiting

    def join(self, sent: Sent) -> bool:
        """Add a batch; tell whether it was not too late."""
        with self._lock:
            if not self._over:
                self._waiting.append(sent)
            return not self._over

    def next(self) -> Sent | None:
        """Return the next batch; once there is none, the convoy is over."""
        with self._lock:
            self._over = not self._waiting
            return None if self._over else self._waiting.popleft()


@contextmanager
def sending(way: Way, lanes: int) -> Iterator[Sender]:
    """Open a sender; at its end, every batch that was given to it is settled or was not sent."""
    with ThreadPoolExecutor(lanes, thread_name_prefix="sender") as pool:
        yield Sender(pool, way)
