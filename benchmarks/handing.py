"""The peers' work: calls that are ready are handed to the SDK's client, as its users would, until all have gone out.

In their favour: reading, mapping and making the arguments are outside the clock, and so is the client's start. The
waiting for room in the queue is ours, since a full queue drops what it is handed.
"""

import gc
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from benchmarks.measure import Task, Told, Work

QUEUE = 100_000
_PAUSE_SECONDS = 0.001
_FIELDS = {"userId": "user_id", "anonymousId": "anonymous_id", "groupId": "group_id", "messageId": "message_id"}
_SAME = ("event", "properties", "traits", "integrations")


class Call(NamedTuple):
    """A call of the client: the method's name and its arguments."""

    method: str
    arguments: dict[str, Any]


class NotSent(Exception):
    """The client refused or lost calls."""


def ready(task: Task, client_class: Callable[..., Any], options: Mapping[str, Any]) -> Work:
    """Read the recorded calls and start the client; what is made here is kept out of the collector's way."""
    calls = [_call(orjson.loads(line)) for line in Path(task.calls).read_bytes().splitlines()]
    gc.collect()
    gc.freeze()
    failures: list[str] = []
    client = client_class(
        "benchmark",
        host=task.url,
        on_error=lambda error, _: failures.append(repr(error)),
        max_queue_size=QUEUE,
        gzip=True,
        **options,
    )
    logging.getLogger(client.log.name).setLevel(logging.ERROR)
    return partial(_hand_over, client, calls, failures)


def _call(message: dict[str, Any]) -> Call:
    context = {name: value for name, value in message["context"].items() if name not in ("library", "traits")}
    arguments = {ours: message[theirs] for theirs, ours in _FIELDS.items() if theirs in message}
    arguments |= {name: message[name] for name in _SAME if name in message}
    arguments |= {"context": context, "timestamp": datetime.fromisoformat(message["timestamp"])}
    return Call(message["type"], arguments)


def _hand_over(client: Any, calls: Sequence[Call], failures: list[str]) -> Told:
    queue = client.queue
    begun = time.perf_counter()
    for method, arguments in calls:
        while queue.full():
            time.sleep(_PAUSE_SECONDS)
        accepted, _ = getattr(client, method)(**arguments)
        if not accepted:
            raise NotSent("the queue was full")
    handed = time.perf_counter()
    client.flush()
    client.join()
    if failures:
        raise NotSent(f"{len(failures)} batches failed, the first with {failures[0]}")
    return Told(len(calls), {"hand over": handed - begun, "flush": time.perf_counter() - handed}, {})
