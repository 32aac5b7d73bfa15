"""The keeper: runs the server given by its arguments until that ends, or until its own standard input does.

The first argument names the signal that asks the server to end. The input is a pipe from the process that wants the
server. It ends with that process however it dies, and so no server outlives its tests.
"""

import os
import signal
import subprocess
import sys
from threading import Thread

from sandbox.servers.account import ENVIRONMENT, server_account

_STOP_SECONDS = 10.0


def _keep(ending: signal.Signals, command: list[str]) -> int:
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
        Thread(target=_end_with_the_input, args=(server, ending), daemon=True).start()
        return server.wait()


def _end_with_the_input(server: subprocess.Popen[bytes], ending: signal.Signals) -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    server.send_signal(ending)
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)


if __name__ == "__main__":
    sys.exit(_keep(signal.Signals[sys.argv[1]], sys.argv[2:]))
