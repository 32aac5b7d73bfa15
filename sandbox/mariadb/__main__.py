"""The keeper: runs the server given by its arguments until that ends, or until its own standard input does.

The input is a pipe from the process that wants the server. It ends with that process however it dies, and so no server
outlives its tests.
"""

import os
import subprocess
import sys
from threading import Thread

from sandbox.postgres.account import ENVIRONMENT, server_account


def _keep(command: list[str]) -> int:
    account = server_account()
    with subprocess.Popen(  # noqa: S603 - what our own parent asks for
        command,
        user=account.user,
        group=account.group,
        extra_groups=account.groups,
        env=ENVIRONMENT,
        cwd="/",
        stdin=subprocess.DEVNULL,
    ) as server:
        Thread(target=_kill_with_the_input, args=(server,), daemon=True).start()
        return server.wait()


def _kill_with_the_input(server: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    server.kill()  # the data are thrown away: there is nothing to leave in order


if __name__ == "__main__":
    sys.exit(_keep(sys.argv[1:]))
