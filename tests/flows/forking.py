"""Runs the command `backfill` in a process of its own for each line of its input, importing it only once.

A line is JSON: `arguments`, `folder`, `environment`, and the files `stdout` and `stderr`. The answer is the exit code.
Importing the command takes a second, and a table of bad input is long.
"""

import json
import os
import sys

from flows import cli


def main() -> None:
    """Answer every line; the child that answers goes on to the command, as if it had just been started."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(json.loads(line))
            cli.main()
            sys.exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201  # it is the answer


def _become(asked: dict) -> None:
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(asked[name], os.O_CREAT | os.O_WRONLY), number)
    sys.argv = ["backfill", *asked["arguments"]]


if __name__ == "__main__":
    main()
