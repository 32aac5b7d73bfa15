"""Kills at random moments, over and over, of imports that take long enough to be killed often."""

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest
import requests
from commands import until
from content import read_content
from scene import KEY, Scene, environment
from truth import read_truth

from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample

KILLS = int(os.environ.get("CHAOS_KILLS", "200"))
EVENTS = int(os.environ.get("CHAOS_EVENTS", "200000"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
KILLS_OF_AN_IMPORT = 25
CUT = ("--shards", "8", "--max-dead", "50%")


@dataclass
class Tally:
    """What came of all the kills so far."""

    kills: int = 0
    imports: int = 0
    sent: Counter = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)

    def __str__(self) -> str:
        figures = ", ".join(f"{count:,} {name}" for name, count in self.sent.items())
        seconds = time.monotonic() - self.started
        return f"{self.kills} kills, {self.imports} imports compared, {seconds:,.0f} s: {figures or 'none so far'}"


@pytest.fixture(scope="module")
def large(tmp_path_factory, moment):
    """Give a platform of so many events, at least, and its truth."""
    path = tmp_path_factory.mktemp("large") / "platform.db"
    write_sample(f"sqlite:///{path}", SampleOptions(users=max(40, EVENTS // 12)))
    truth = read_truth(path, moment)
    assert len(truth.events) >= min(EVENTS, 10_000)
    return path, truth


@pytest.fixture
def imports(large, commands, folder):
    """Give what makes scenes for imports, each with a ledger and a data plane that hold nothing yet."""
    path, truth = large
    settings = GatewaySettings(store=folder / "events.db", write_keys=(KEY,), latency_ms=100)
    with running_gateway(settings) as gateway:

        def fresh(number):
            requests.delete(f"{gateway.url}/sandbox/events", timeout=60).raise_for_status()
            ledger = f"sqlite:///{folder}/{number}.db"
            return Scene(truth, gateway.store, environment(f"sqlite:///{path}", gateway.url, ledger), commands)

        yield lambda number: fresh(number).with_settings(BATCH_EVENTS=250)


@pytest.mark.long
def test_kills_at_random_moments_lose_and_invent_nothing(imports, capsys):
    draw, tally = random.Random(SEED), Tally()  # noqa: S311  # moments, not secrets
    whole = seconds_of(imports("whole"))
    while tally.kills < KILLS:
        scene = imports(tally.imports)
        for left in range(KILLS_OF_AN_IMPORT, 0, -1):
            rest = whole * max(0.05, 1 - scene.arrived() / len(scene.truth.events))
            resuming = ("--resume",) if tally.kills % 2 else ()
            if tally.kills == KILLS or not killed(scene.start(*CUT, *resuming), draw.uniform(0, 2 * rest / left)):
                break
            tally.kills += 1
            if tally.kills % 20 == 0:
                say(capsys, tally)
        scene.ends_exactly(*CUT, *(("--resume",) if tally.imports % 2 else ()))
        scene.sends_nothing_more(*CUT)
        tally.imports += 1
        count(scene, tally.sent)
    say(capsys, tally)


def seconds_of(scene):
    """Return how long an import takes that nobody kills."""
    started = time.monotonic()
    assert scene.run(*CUT).code == 0
    return time.monotonic() - started


def killed(running, seconds):
    """Kill the run once so many seconds have passed; tell whether it was not at its end by then."""
    deadline = time.monotonic() + seconds
    until(lambda: running.ended() or time.monotonic() > deadline)
    running.kill(signal.SIGKILL)
    ran = running.wait()
    assert ran.code in (0, -signal.SIGKILL), ran.words
    return ran.code == -signal.SIGKILL


def count(scene, sent):
    """Add what the data plane holds of an import, and the batches that the ledger named as in doubt."""
    content = read_content(scene.store)
    ((doubts,),) = scene.ledger("SELECT count(*) FROM batches WHERE state = 'superseded'")
    sent["distinct events"] += len(content.first)
    sent["doubled ids, all of them named"] += len(content.doubled)
    sent["batches in doubt, all superseded"] += doubts


def say(capsys, words):
    with capsys.disabled():
        print(f"\n  {words}", end="", flush=True)  # noqa: T201  # whoever waits for half an hour wants to know
