"""A data plane that costs next to nothing: it takes every POST, answers 200, and looks inside only when it is asked."""

import socket
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from io import BufferedReader
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Any

import orjson

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
_REFUSAL = b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n\r\nempty batch payload\n"
_EMPTY_BATCH_BYTES = 40  # an empty batch, gzipped, is the only request so small: RudderStack refuses it
_GZIP = 31  # zlib: a window of 2^15 bytes, and a gzip header
_HOST = "127.0.0.1"
_RANKS = {"identify": 0, "group": 1}


@dataclass(frozen=True)
class Received:
    """What arrived: requests that held events, their bytes on the wire and as JSON, events, distinct ids, calls.

    `out_of_order` are the events that came after a later one of their user: Identify, then Group, then Track by time.
    """

    requests: int
    wire_bytes: int
    json_bytes: int
    events: int
    ids: int
    calls: dict[str, int]
    out_of_order: int = 0


class Sink:
    """The running sink, as this process speaks with it."""

    def __init__(self, pipe: "Connection[Any, Any]") -> None:
        self._pipe = pipe
        self.url = f"http://{_HOST}:{pipe.recv()}"

    def received(self) -> Received:
        """Count what arrived since the last `clear`; not to be asked for while a clock runs."""
        self._pipe.send(("received",))
        return Received(**self._pipe.recv())

    def save(self, path: Path, events: int, every: int) -> int:
        """Write so many of the messages as JSON lines, from every n-th batch first; return how many there were."""
        self._pipe.send(("save", str(path), events, every))
        return int(self._pipe.recv())

    def wait(self, milliseconds: float) -> None:
        """Let every answer be waited for so long, from now on."""
        self._pipe.send(("wait", milliseconds / 1000))
        self._pipe.recv()

    def clear(self) -> None:
        """Forget what arrived."""
        self._pipe.send(("clear",))
        self._pipe.recv()


@contextmanager
def running_sink() -> Iterator[Sink]:
    """Run a sink in a process of its own until the block ends."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Sink(ours)
    finally:
        ours.close()
        process.join()
        process.close()


def serve(pipe: "Connection[Any, Any]") -> None:
    """Take requests in threads, and orders from the pipe until it closes."""
    taken = _Taken()
    with socket.create_server((_HOST, 0)) as listener, suppress(EOFError):
        Thread(target=_accept, args=(listener, taken), daemon=True).start()
        pipe.send(listener.getsockname()[1])
        while True:
            pipe.send(_obey(pipe.recv(), taken))


@dataclass
class _Taken:
    """The bodies that were taken, and the seconds before each answer."""

    bodies: list[bytes] = field(default_factory=list)
    wait: float = 0.0


def _obey(order: tuple[Any, ...], taken: _Taken) -> Any:
    bodies = taken.bodies
    match order:
        case ("wait", seconds):
            taken.wait = seconds
            return None
        case ("received",):
            return _received(bodies)
        case ("save", path, events, every):
            return _save(Path(path), events, [body for first in range(every) for body in bodies[first::every]])
        case _:
            return bodies.clear()


def _accept(listener: socket.socket, taken: _Taken) -> None:
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Thread(target=_answer, args=(connection, taken), daemon=True).start()


def _answer(connection: socket.socket, taken: _Taken) -> None:
    with suppress(ConnectionError), connection, connection.makefile("rb") as stream:
        while (length := _body_length(stream)) is not None:
            body = stream.read(length)
            if length < _EMPTY_BATCH_BYTES:
                connection.sendall(_REFUSAL)
            else:
                taken.bodies.append(body)
                if taken.wait:
                    time.sleep(taken.wait)
                connection.sendall(_ANSWER)


def _body_length(stream: BufferedReader) -> int | None:
    """Read a request's head and return its body's length, or None at the end of the connection."""
    length = None
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return length


def _received(bodies: Sequence[bytes]) -> dict[str, Any]:
    requests = wire = size = out_of_order = 0
    last: dict[str, tuple[int, str]] = {}
    ids: set[str] = set()
    calls: Counter[str] = Counter()
    for body in bodies:
        text = _text(body)
        batch = _batch(text)
        if batch:
            requests, wire, size = requests + 1, wire + len(body), size + len(text)
            ids.update(message["messageId"] for message in batch)
            calls.update(message["type"] for message in batch)
            out_of_order += sum(_comes_late(message, last) for message in batch)
    return asdict(Received(requests, wire, size, calls.total(), len(ids), dict(sorted(calls.items())), out_of_order))


def _comes_late(message: dict[str, Any], last: dict[str, tuple[int, str]]) -> bool:
    user = message.get("userId") or message.get("anonymousId") or ""
    rank = _RANKS.get(message["type"], len(_RANKS))
    place = rank, message.get("timestamp", "") if rank == len(_RANKS) else ""
    late = place < last.get(user, place)
    last[user] = max(place, last.get(user, place))
    return late


def _save(path: Path, events: int, bodies: Sequence[bytes]) -> int:
    messages = (message for body in bodies for message in _batch(_text(body)))
    lines = [orjson.dumps(message) for message in islice(messages, events)]
    path.write_bytes(b"\n".join(lines))
    return len(lines)


def _text(body: bytes) -> bytes:
    return zlib.decompress(body, wbits=_GZIP)


def _batch(text: bytes) -> list[dict[str, Any]]:
    return list(orjson.loads(text)["batch"])
