"""Starts the command in processes that can be killed, and tells how each ended."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 120.0


@dataclass(frozen=True)
class Running:
    """The command in a process of its own."""

    pid: int
    place: Path

    def kill(self, number: int) -> None:
        """Send the process a signal; it may be no more."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def ended(self) -> bool:
        """Tell whether the process is no more."""
        return (self.place / "code").exists()

    def wait(self) -> "Ended":
        """Wait until the process is no more."""
        until(self.ended)
        return Ended(int((self.place / "code").read_text()), self._said("stdout"), self._said("stderr"))

    def _said(self, name: str) -> str:
        return (self.place / name).read_text()


@dataclass(frozen=True)
class Ended:
    """How the command ended, and what it said, in single blanks."""

    code: int
    stdout: str
    stderr: str

    @property
    def words(self) -> str:
        return " ".join((self.stdout + self.stderr).split())


@dataclass
class Commands:
    """Starts the command as often as it is asked to."""

    server: subprocess.Popen
    folder: Path
    numbers: Iterator[int] = field(default_factory=count)

    def start(self, *arguments: Any, environment: dict[str, str], armed: dict[str, Any]) -> Running:
        """Start the command, with nothing of our own settings, and with what is armed in it."""
        place = self.folder / str(next(self.numbers))
        place.mkdir()
        asked = {name: str(place / name) for name in ("stdout", "stderr", "code")}
        asked |= {"arguments": [str(one) for one in arguments], "armed": armed}
        self.server.stdin.write(json.dumps(asked | {"environment": environment_of(environment)}) + "\n")
        self.server.stdin.flush()
        return Running(int(self.server.stdout.readline()), place)


@contextmanager
def serving_commands(folder: Path) -> Iterator[Commands]:
    """Give what starts commands, until the block ends."""
    program = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("armed.py"))]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, env=environment_of({}), cwd=folder, **pipes) as server:
        yield Commands(server, folder)
        server.stdin.close()


def environment_of(values: dict[str, str]) -> dict[str, str]:
    """Return the environment of a process of ours: the machine's, without settings, and these."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BACKFILL_", "PREFECT_"))}
    return own | {"PYTHONPATH": str(ROOT), "COLUMNS": "1000"} | values


def until(condition, seconds: float = WAIT_SECONDS) -> None:
    """Wait until the condition holds, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for what did not come")
        time.sleep(0.01)
