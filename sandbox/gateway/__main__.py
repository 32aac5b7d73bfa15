"""The child process of `running_gateway`: settings come by the standard input, whose end stops it."""

import os
import signal
import sys
from threading import Thread

from sandbox.gateway.server import serve_gateway
from sandbox.gateway.settings import GatewaySettings


def _stop_with_the_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _announce(url: str) -> None:
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _settings = GatewaySettings.from_json(sys.stdin.buffer.readline())
    Thread(target=_stop_with_the_parent, daemon=True).start()
    serve_gateway(_settings, _announce)
