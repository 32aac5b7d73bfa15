"""The floor: the same rows to the same bytes with no promises kept, as fast as plain Python does it.

Nothing is checked, identified, recorded, set aside, sorted or moved to another time zone: what the whole path costs
above this is the price of its promises. An id is a running number, a time the database's own text.
"""

import sqlite3
from collections import defaultdict
from functools import partial
from itertools import count
from time import perf_counter

import orjson
import requests
from isal import igzip

from benchmarks.floor_messages import BUILDERS, Stamp, stamp
from benchmarks.floor_rows import Fetched, fetch, load_models, pages
from benchmarks.measure import Task, Told, Work

Seconds = dict[str, float]
_BRACKETS = len(b'{"batch":[]}')


class _Sender:
    """Cuts encoded messages into batches and posts them; keeps the seconds of each piece."""

    def __init__(self, task: Task, seconds: Seconds) -> None:
        self._url = f"{task.url}/v1/batch"
        self._most_events, self._most_bytes = task.batch_events, task.batch_bytes
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = ("benchmark", "")
        self._session.headers.update({"Content-Type": "application/json", "Content-Encoding": "gzip"})
        self._held: list[bytes] = []
        self._size = _BRACKETS
        self.seconds = seconds
        self.events = 0

    def add(self, bodies: list[bytes]) -> None:
        for body in bodies:
            if self._size + len(body) + 1 > self._most_bytes or len(self._held) >= self._most_events:
                self.flush()
            self._held.append(body)
            self._size += len(body) + 1

    def flush(self) -> None:
        begun = perf_counter()
        text = b"".join((b'{"batch":[', b",".join(self._held), b"]}"))
        packed = igzip.compress(text, compresslevel=1)
        compressed = perf_counter()
        self._session.post(self._url, data=packed).raise_for_status()
        self.seconds["gzip"] += compressed - begun
        self.seconds["post"] += perf_counter() - compressed
        self.events += len(self._held)
        self._held, self._size = [], _BRACKETS


def ready(task: Task) -> Work:
    """Return the work; nothing of it can be done before."""
    return partial(_run, task)


def _run(task: Task) -> Told:
    seconds: Seconds = defaultdict(float)
    sender = _Sender(task, seconds)
    numbers = count(1)
    rows = 0
    with sqlite3.connect(f"file:{task.database}?mode=ro", uri=True) as database:
        models = load_models(database, task.models)
        for page in pages(database, models):
            begun = perf_counter()
            fetched = fetch(database, models, page)
            rows += sum(map(len, fetched.values()))
            read = perf_counter()
            bodies = _built(fetched, stamp(page.identity, numbers))
            seconds["read"] += read - begun
            seconds["build"] += perf_counter() - read
            sender.add(bodies)
    sender.flush()
    return Told(sender.events, dict(seconds), {"rows_read": rows})


def _built(fetched: Fetched, stamped: Stamp) -> list[bytes]:
    return [orjson.dumps(message) for build in BUILDERS for message in build(fetched, stamped)]
