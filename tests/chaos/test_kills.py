"""Kills at named points of a run; then it is run again, and the data plane holds everything once."""

import os
import signal

import pytest
from commands import until

from sandbox.faults import catalog
from sandbox.faults.fault import Fault

CUT = ("--shards", "4")
ATTEMPTS, LOCK, PIPELINE = "loaders.attempts", "loaders.ledger.lock", "flows.pipeline"
RESUME = ("--resume",)
POINTS = {
    "before the run is written": (f"{PIPELINE}:start_run", "commit", 1, RESUME),
    "before the POST": ("post", "before", 11, ()),
    "while the 200 is written": (f"{ATTEMPTS}:settle", "commit", 12, RESUME),
    "while dead letters are written": ("flows.shard:keep", "commit", 2, ()),
    "while the cursor is moved": ("flows.account:advance", "commit", 2, RESUME),
    "while ids are compacted": (f"{PIPELINE}:compact", "commit", 2, ()),
    "while the run's end is written": (f"{PIPELINE}:end_run", "commit", 1, RESUME),
}
MORE_POINTS = {
    "before the ledger is taken": (f"{LOCK}:_take", "commit"),
    "after the ledger is taken": (f"{LOCK}:_take", "after"),
    "after the run is written": (f"{PIPELINE}:start_run", "after"),
    "before the receipt": (f"{ATTEMPTS}:open_receipt", "before"),
    "while the receipt is written": (f"{ATTEMPTS}:open_receipt", "commit"),
    "after the receipt": (f"{ATTEMPTS}:open_receipt", "after"),
    "after the 200": ("post", "after"),
    "after the 200 is written": (f"{ATTEMPTS}:settle", "after"),
    "after dead letters are written": ("flows.shard:keep", "after"),
    "before the cursor is moved": ("flows.account:advance", "before"),
    "after the cursor is moved": ("flows.account:advance", "after"),
    "after ids are compacted": (f"{PIPELINE}:compact", "after"),
    "after the run's end is written": (f"{PIPELINE}:end_run", "after"),
    "before the ledger is let go": (f"{LOCK}:_release", "before"),
    "while the ledger is let go": (f"{LOCK}:_release", "commit"),
}
TURNS = {"post": 40, f"{ATTEMPTS}:open_receipt": 40, f"{ATTEMPTS}:settle": 40, "flows.account:advance": 2}
"""How often a run comes past such a place, at least; the others are passed once."""


@pytest.mark.parametrize("point", POINTS)
def test_a_run_that_is_killed_is_gone_on_with(scene, point):
    at, when, count, resuming = POINTS[point]

    killed = scene.run(*CUT, kill={"at": at, "when": when, "count": count})

    assert killed.code == -signal.SIGKILL, killed.words
    scene.ends_exactly(*CUT, *resuming)
    scene.sends_nothing_more()


@pytest.mark.long
@pytest.mark.parametrize("resuming", [(), RESUME], ids=["anew", "resumed"])
@pytest.mark.parametrize("turn", [0.0, 0.5, 1.0], ids=["first", "middle", "late"])
@pytest.mark.parametrize("point", POINTS | MORE_POINTS)
def test_a_run_that_is_killed_anywhere_is_gone_on_with(scene, point, turn, resuming):
    at, when, *_ = (POINTS | MORE_POINTS)[point]
    count = 1 + round(turn * (TURNS.get(at, 1) - 1))

    killed = scene.run(*CUT, kill={"at": at, "when": when, "count": count})

    assert killed.code == -signal.SIGKILL, killed.words
    scene.ends_exactly(*CUT, *resuming)
    scene.sends_nothing_more()


def test_a_run_that_is_killed_again_and_again_comes_to_its_end(scene):
    """Each kill leaves something in doubt, and the last one comes while that is closed."""
    for count in (3, 5, 8):
        killed = scene.run(*CUT, kill={"at": "post", "when": "after", "count": count})
        assert killed.code == -signal.SIGKILL, killed.words
    closing = scene.run(*CUT, kill={"at": f"{PIPELINE}:supersede", "when": "commit", "count": 1})
    assert closing.code == -signal.SIGKILL, closing.words

    scene.ends_exactly(*CUT)
    scene.sends_nothing_more()

    ((doubts,),) = scene.ledger("SELECT count(*) FROM batches WHERE state = 'superseded'")
    assert doubts >= 3


LOST = Fault(name="lost with its sender", stores=False, answer=b"")


@pytest.mark.parametrize(
    ("stage", "fault"),
    [("arrived", LOST), ("arrived", catalog.delayed(0.2)), ("stored", catalog.acknowledged_late(1))],
    ids=["lost while it flies", "stored after the sender's death", "stored before it is answered"],
)
@pytest.mark.parametrize("resuming", [(), pytest.param(RESUME, marks=pytest.mark.long)], ids=["anew", "resumed"])
def test_a_run_that_is_killed_while_a_batch_flies_is_gone_on_with(faulty, stage, fault, resuming):
    running = []

    def on_stage(reached, number):
        if (reached, number) == (stage, 10):
            until(lambda: running)
            os.kill(running[0].pid, signal.SIGKILL)

    with faulty(*[None] * 9, fault, on_stage=on_stage) as (scene, _):
        running.append(scene.start(*CUT))
        assert running[0].wait().code == -signal.SIGKILL
        scene.ends_exactly(*CUT, *resuming)
    ((doubtful,),) = scene.ledger("SELECT count(*) FROM batches WHERE state = 'superseded'")
    assert doubtful >= 1
