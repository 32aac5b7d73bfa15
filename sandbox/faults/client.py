"""One client's connection: request after request, each with its fault."""

import asyncio
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from dataclasses import dataclass

from sandbox.faults.fault import Ending, Fault, Reply
from sandbox.faults.plan import FaultPlan
from sandbox.faults.record import Record, Seen
from sandbox.faults.serving import reset
from sandbox.faults.upstream import Received, Upstream
from sandbox.faults.wire import Head, decompressed, is_empty_batch, may_be_empty_batch, read_body, read_head

_OK = 200


@dataclass(frozen=True, slots=True)
class ClientConnection:
    """Answers one client, as the plan wants it, with the gateway behind."""

    plan: FaultPlan
    record: Record
    upstream: Upstream
    reader: StreamReader
    writer: StreamWriter

    async def serve(self) -> None:
        """Answer until one of the two ends the connection. Raises OSError or EOFError if the client does."""
        while (head := await read_head(self.reader)) is not None:
            ending = await self._answer(head)
            if ending is Ending.SILENCE:
                await self._be_silent()
            if ending is Ending.RESET:
                reset(self.writer)
            if ending is not Ending.KEEP or head.closes:
                return

    async def _answer(self, head: Head) -> Ending:
        if head.is_batch and not may_be_empty_batch(head):
            return await self._answer_batch(head, None)
        body = await read_body(self.reader, head)
        if head.is_batch and not is_empty_batch(head, body):
            return await self._answer_batch(head, body)
        await self._write((await self.upstream.forward(head, body)).raw)
        return Ending.KEEP

    async def _answer_batch(self, head: Head, body: bytes | None) -> Ending:
        """Do to a request what its fault says; ``body`` is there if it had to be read to know that it has events."""
        number = self.record.begin()
        fault = self.plan.fault_of(number)
        body = await self._read(head, body, number, fault) if fault.reads else b""
        received = await self._store(head, body, number, fault) if fault.reads else None
        self.record.add(Seen(number, fault.name or None, received and received.status, len(body)))
        if received is not None and received.status == _OK:
            self.plan.tell("stored", number)
        await asyncio.sleep(fault.seconds_before_answer)
        if answer := _answer_of(fault, received):
            await self._write(answer)
            self.plan.tell("answered", number)
        return fault.ending

    async def _read(self, head: Head, body: bytes | None, number: int, fault: Fault) -> bytes:
        if body is not None:
            await asyncio.sleep(fault.seconds_to_read)
            return body
        try:
            return await read_body(self.reader, head, fault.seconds_to_read)
        except (OSError, EOFError) as error:
            partial = error.partial if isinstance(error, IncompleteReadError) else b""
            self.record.add(Seen(number, fault.name or None, None, len(partial)))
            raise

    async def _store(self, head: Head, body: bytes, number: int, fault: Fault) -> Received | None:
        self.plan.tell("arrived", number)
        await asyncio.sleep(fault.seconds_before_storing)
        if not fault.stores:
            return None
        refusal = self.plan.refusal_of(decompressed(head, body)) if self.plan.inspects else None
        if refusal is not None:
            return Received.of(Reply(refusal.status, f"{refusal.text}\n"))
        return await self.upstream.forward(head, body)

    async def _write(self, answer: bytes) -> None:
        self.writer.write(answer)
        await self.writer.drain()

    async def _be_silent(self) -> None:
        while await self.reader.read(2**16):
            pass


def _answer_of(fault: Fault, received: Received | None) -> bytes:
    if isinstance(fault.answer, Reply):
        return fault.answer.written()
    if fault.answer is not None:
        return fault.answer
    return received.raw if received is not None else b""
