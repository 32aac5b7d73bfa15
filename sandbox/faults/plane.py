"""A data plane at which things go wrong as planned, in front of a gateway that stores by the real rules."""

import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sandbox.faults.client import ClientConnection
from sandbox.faults.plan import FaultPlan
from sandbox.faults.record import Record, Seen
from sandbox.faults.serving import serving
from sandbox.faults.upstream import Upstream


@dataclass(frozen=True, slots=True)
class FaultPlane:
    """A running plane. ``url`` has no slash at its end."""

    url: str
    port: int
    record: Record

    @property
    def requests(self) -> int:
        """How many POSTs of events have begun to arrive; those of an empty batch do not count."""
        return self.record.begun

    @property
    def log(self) -> list[Seen]:
        """What was done to each of them, in the order of doing. A request is in it before its answer is written."""
        return self.record.seen


@contextmanager
def running_faults(
    upstream_url: str, plan: FaultPlan | None = None, *, tls: ssl.SSLContext | None = None, port: int = 0
) -> Iterator[FaultPlane]:
    """Run a plane on loopback, in a thread, before the gateway at ``upstream_url`` until the block ends.

    Only POST /v1/batch with events meets faults; all else passes. Without a plan nothing goes wrong. ``tls`` makes it
    speak HTTPS; ``port`` 0 picks a free one. Raises OSError if the port is taken, and at the end of the block
    StageHookError if the plan's hook failed.
    """
    record = Record()

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        async with Upstream(upstream_url) as upstream:
            await ClientConnection(plan or FaultPlan(), record, upstream, reader, writer).serve()

    with serving(answer, port=port, tls=tls) as bound:
        yield FaultPlane(f"{'http' if tls is None else 'https'}://127.0.0.1:{bound}", bound, record)
