"""Runs a local data plane: in the foreground, or in a child process for as long as a `with` lasts."""

import gc
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from sandbox.gateway.app import create_app
from sandbox.gateway.child import GatewayError, RunningGateway, running_gateway
from sandbox.gateway.settings import GatewaySettings

__all__ = ["GatewayError", "GatewaySettings", "RunningGateway", "running_gateway", "serve_gateway"]

_IDLE_SECONDS = 75  # longer than a client's pauses, so that it does not meet a connection that is just being closed
_SHUTDOWN_SECONDS = 5
_BACKLOG = 1024
_ALLOCATIONS_A_COLLECTION = 500_000  # a batch is thousands of dicts without a cycle: looking for one doubles its cost
_HEADER_BYTES = 512 * 1024  # rudder-server's own limit


def serve_gateway(settings: GatewaySettings, announce: Callable[[str], None] | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C. ``announce`` is told the URL once the port is bound.

    Raises OSError if the port is taken, sqlite3.Error if the store cannot be opened.
    """
    gc.set_threshold(_ALLOCATIONS_A_COLLECTION)
    with _listen(settings.host, settings.port) as listener:
        server = uvicorn.Server(_config(settings))
        if announce is not None:
            announce(_url(listener))
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's delay off only then: 40 ms a request
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(_BACKLOG)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _config(settings: GatewaySettings) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(settings),
        access_log=False,
        log_level="warning",
        server_header=False,
        ws="none",
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        h11_max_incomplete_event_size=_HEADER_BYTES,
    )
