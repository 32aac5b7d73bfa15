"""The rounds: every contestant in turn, again and again, each in a fresh process and with what arrived checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contestants import BACKFILL, CONTESTANTS, FAR, FLOOR, PEERS, ContestantFailed, run_child
from benchmarks.measure import Measured, Task
from benchmarks.sink import Received, Sink

FLOOR_MARGIN = 0.02
"""How far the floor, which sets nothing aside, may be from the whole path's number of events."""


@dataclass(frozen=True)
class Result:
    """A contestant's turn in a round: what was measured of it, and what arrived."""

    contestant: str
    round: int
    measured: Measured
    received: Received

    @property
    def rate(self) -> float:
        """Return the events a second."""
        return self.measured.events / self.measured.wall_seconds


def play(sink: Sink, task: Task, rounds: int, peer_events: int) -> Iterator[Result]:
    """Yield the results, round by round. Raises `ContestantFailed` where a contestant fails or sends another number.

    Before the first round the whole path runs once off the record: it warms the file cache, and the messages that
    arrive are those that the peers are handed.
    """
    delivered = _turn(sink, BACKFILL, 0, task).received.events
    if sink.save(Path(task.calls), peer_events, max(1, delivered // peer_events)) != peer_events:
        raise ContestantFailed(BACKFILL, f"delivered {delivered:,} events, of which {peer_events:,} are to go to peers")
    expected = {BACKFILL: delivered, FAR: delivered} | dict.fromkeys(PEERS, peer_events)
    for number in range(1, rounds + 1):
        for name, contestant in CONTESTANTS.items():
            if contestant.installed:
                result = _turn(sink, name, number, task)
                check(result, expected.get(name), delivered)
                yield result


def _turn(sink: Sink, name: str, number: int, task: Task) -> Result:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{task.ledger}{suffix}").unlink(missing_ok=True)
    sink.clear()
    sink.wait(CONTESTANTS[name].latency_ms)
    measured = run_child(name, task)
    return Result(name, number, measured, sink.received())


def check(result: Result, expected: int | None, delivered: int) -> None:
    """Raise `ContestantFailed` where what arrived is not what the contestant says, or not what it should be."""
    name, events, received = result.contestant, result.measured.events, result.received
    if not events == received.events == received.ids:
        words = f"says {events:,} events; {received.events:,} arrived, with {received.ids:,} ids"
        raise ContestantFailed(name, words)
    if expected is not None and events != expected:
        raise ContestantFailed(name, f"sent {events:,} events, not {expected:,}")
    if name in (BACKFILL, FAR) and received.out_of_order:
        raise ContestantFailed(name, f"{received.out_of_order:,} events came after a later one of their user")
    if name == FLOOR and abs(events / delivered - 1) > FLOOR_MARGIN:
        raise ContestantFailed(name, f"sent {events:,} events where the whole path delivers {delivered:,}")
