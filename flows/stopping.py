"""SIGTERM told as an interrupt is: whoever runs settles what is on its way, and ends with the signal's exit code."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED, TERMINATED = 130, 143  # as shells tell SIGINT and SIGTERM


class Terminated(BaseException):
    """The process was asked to end."""


@contextmanager
def heeding_sigterm() -> Iterator[None]:
    """Raise `Terminated` in the main thread when SIGTERM comes, until the block ends."""
    before = signal.signal(signal.SIGTERM, _raise)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _raise(_: int, __: FrameType | None) -> None:
    raise Terminated
