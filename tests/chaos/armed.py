"""The command `backfill`, in a process of its own for each line of the input, with something armed in it.

A line is JSON: `arguments`, `environment`, the files `stdout`, `stderr` and `code`, and what is armed. The answer is
the process's id; its exit code comes to stand in the file `code`. Importing the command takes a second, so each process
is a fork of one that has: real processes, killed by real signals.
"""

import gc
import json
import os
import signal
import sys
from pathlib import Path

import alembic.command
import alembic.config
import arming

from flows import cli

IMPORTED = (alembic.command, alembic.config)  # which the command imports when it makes a ledger


def main() -> None:
    """Answer every line, until the input ends."""
    gc.freeze()  # what all processes have, none of them needs to look through
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those who mind the processes are nobody's concern
    for line in sys.stdin:
        if not os.fork():
            _mind(json.loads(line))


def _mind(asked: dict) -> None:
    """Start the command, say its process's id, and write down how it ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if not child:
        _become(asked)
        _run()
    print(child, flush=True)  # noqa: T201  # it is the answer
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    written = Path(asked["code"] + ".new")
    written.write_text(str(code))
    written.rename(asked["code"])
    os._exit(0)


def _run() -> None:
    """Run the command, and end without tidying up: that takes longer than the command, and nobody looks at it."""
    code: object = 0
    try:
        cli.main()
    except SystemExit as ended:
        code = ended.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code or 0))


def _become(asked: dict) -> None:
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(asked[name], os.O_CREAT | os.O_WRONLY), number)
    sys.argv = ["backfill", *asked["arguments"]]
    arming.arm(asked["armed"])


if __name__ == "__main__":
    main()
