"""Python's cyclic garbage collector, kept quiet while pages are worked.

A page makes hundreds of thousands of objects and no cycles: looking for some costs a tenth of the run (measured).
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_quiet = 0


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
