"""What memory a run takes: one heap for all threads, and a garbage collector that is quiet while pages are worked.

A page makes hundreds of thousands of objects and no cycles: looking for some costs a tenth of the run (measured).
"""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_M_ARENA_MAX = -8  # malloc.h of the GNU C library

_lock = Lock()
_quiet = 0


def share_heap() -> None:
    """Have the threads that begin from here on share one heap, where the C library gives each its own.

    Each heap keeps what its busiest page took: with one a thread, a run's memory grew by a sixth over its first 600,000
    rows; with one in all, by a fiftieth, at the same speed (measured).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_M_ARENA_MAX, 1)


@contextmanager
def quiet_collector() -> Iterator[None]:
    """Collect only between pages, by `collect`, while any shard of this process is inside."""
    global _quiet  # noqa: PLW0603  # the collector is one for the process, and so is what silences it
    with _lock:
        _quiet += 1
        if _quiet == 1:
            gc.freeze()
            gc.disable()
    try:
        yield
    finally:
        with _lock:
            _quiet -= 1
            if _quiet == 0:
                gc.unfreeze()
                gc.enable()


def collect() -> None:
    """Free the cycles that libraries leave, if any; what was there before the first page is not looked at."""
    gc.collect()
