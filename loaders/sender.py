"""Batches on their way while the next ones are made: sent one after the other, in the order in which they came."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from sqlalchemy import Engine

from loaders.batches import Batch
from loaders.client import DataPlane
from loaders.delivery import Delivered, deliver


class Sender:
    """Sends a shard's batches on a thread of its own. After the first that fails, none is sent."""

    def __init__(self, lane: ThreadPoolExecutor, to: tuple[DataPlane, Engine, str, int]) -> None:
        self._lane, self._to = lane, to
        self._stopped: Exception | None = None

    def send(self, batch: Batch) -> Future[Delivered]:
        """Send the batch when those before it are settled; the future raises what `deliver` raises."""
        return self._lane.submit(self._deliver, batch)

    def _deliver(self, batch: Batch) -> Delivered:
        if self._stopped:
            raise self._stopped
        try:
            return deliver(batch, *self._to)
        except Exception as error:
            self._stopped = error
            raise


@contextmanager
def sending(data_plane: DataPlane, ledger: Engine, run_id: str, shard: int) -> Iterator[Sender]:
    """Open a sender; at its end, every batch that was given to it is settled or was not sent."""
    with ThreadPoolExecutor(1, thread_name_prefix="sender") as lane:
        yield Sender(lane, (data_plane, ledger, run_id, shard))
