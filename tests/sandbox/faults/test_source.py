"""Connections to a database that drop, with a server that says a megabyte to whoever asks."""

import socket
import socketserver
from threading import Thread

import pytest

from sandbox.faults.source import dropping_proxy

WHOLE = 1_000_000


class Rows(socketserver.BaseRequestHandler):
    """Answers each line with so many bytes as it asks for."""

    def handle(self):
        with self.request.makefile("rb") as lines:
            for line in lines:
                self.request.sendall(b"r" * int(line))


@pytest.fixture(scope="module")
def database():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Rows) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def ask(port, *sizes):
    """Return how many bytes came, and whether the connection was reset."""
    came = 0
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            for asked in sizes:
                client.sendall(b"%d\n" % asked)
                goal = came + asked
                while came < goal:
                    piece = client.recv(65_536)
                    assert piece, "closed without a reset"
                    came += len(piece)
    except ConnectionError:
        return came, "reset"
    return came, "whole"


def test_a_connection_drops_after_so_many_bytes_and_the_next_passes(database):
    dropped = []
    with dropping_proxy("127.0.0.1", database, after_bytes=300_000, on_drop=dropped.append) as port:
        came, end = ask(port, 1000, WHOLE)
        assert (end, 1000 <= came <= 300_000) == ("reset", True)
        assert ask(port, 1000, WHOLE) == (WHOLE + 1000, "whole")
    assert dropped == [1]


def test_a_short_connection_costs_no_drop(database):
    dropped = []
    with dropping_proxy("127.0.0.1", database, after_bytes=5000, times=2, on_drop=dropped.append) as port:
        assert [ask(port, size)[1] for size in (10, 4999, 5001, 10, 6000, 6000)] == [
            "whole",
            "whole",
            "reset",
            "whole",
            "reset",
            "whole",
        ]
    assert dropped == [3, 5]


def test_the_kth_connection_drops_at_once(database):
    dropped = []
    with dropping_proxy("127.0.0.1", database, first=2, times=2, on_drop=dropped.append) as port:
        assert [ask(port, 10) for _ in range(4)] == [(10, "whole"), (0, "reset"), (0, "reset"), (10, "whole")]
    assert dropped == [2, 3]


def test_a_dropped_connection_ends_at_the_server_too():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        with dropping_proxy("127.0.0.1", server.getsockname()[1], after_bytes=3) as port:
            client = socket.create_connection(("127.0.0.1", port), timeout=5)
            with client, server.accept()[0] as ours:
                ours.settimeout(5)
                ours.sendall(b"row")
                assert ours.recv(1) == b""
