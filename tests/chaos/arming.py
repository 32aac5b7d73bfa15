"""What can be armed in a running command: a kill at a named point, another clock, a full disk, no names."""

import itertools
import os
import resource
import signal
import socket
import threading
import time
from datetime import datetime, timedelta
from importlib import import_module

from sqlalchemy import Engine, event

from loaders import clock
from loaders.client import DataPlane

HOUR, JUMP_SECONDS = 3600.0, 0.15
SHIFTS = (0, 7, -26, 3, 11, -5)  # hours


def arm(armed: dict) -> None:
    """Arm what is asked for: `kill`, `values`, `clock`, `disk`, `names`."""
    for place, value in armed.get("values", {}).items():
        module, _, name = place.partition(":")
        setattr(import_module(module), name, value)
    if "kill" in armed:
        _arm_kill(**armed["kill"])
    if "clock" in armed:
        _bend_clocks(armed["clock"])
    if "disk" in armed:
        resource.setrlimit(resource.RLIMIT_FSIZE, (armed["disk"], armed["disk"]))
    if "names" in armed:
        _forget_names(*armed["names"])


def _arm_kill(at: str, when: str, count: int) -> None:
    """Kill this process before, after, or inside the commit of, the call of that number to the function at `at`.

    `at` is `module:name`, or `post` for a POST that carries events.
    """
    owner, name = (DataPlane, "post") if at == "post" else _place(at)
    original, calls, inside = getattr(owner, name), itertools.count(1), threading.local()

    def armed(*args, **kwargs):
        if at == "post" and args[1] == b'{"batch":[]}':
            return original(*args, **kwargs)
        mine = next(calls) == count
        if mine and when == "before":
            _die()
        inside.on = mine and when == "commit"
        try:
            result = original(*args, **kwargs)
        finally:
            inside.on = False
        if mine and when == "after":
            _die()
        return result

    setattr(owner, name, armed)
    event.listen(Engine, "commit", lambda _: _die() if getattr(inside, "on", False) else None)


def _place(at: str) -> tuple:
    module, _, name = at.partition(":")
    return import_module(module), name


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _bend_clocks(way: str) -> None:
    """Let the wall clock jump by hours, forth and back, or go back an hour at each look; the monotonic one goes on."""
    started, looks, real = time.monotonic(), itertools.count(1), time.time

    def shift() -> float:
        if way == "backwards":
            return -next(looks) * HOUR
        return SHIFTS[int((time.monotonic() - started) / JUMP_SECONDS) % len(SHIFTS)] * HOUR

    class Bent(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(seconds=shift())

    clock.datetime = Bent
    import_module("loaders.client").datetime = Bent
    time.time = lambda: real() + shift()


def _forget_names(first: int, last: int) -> None:
    """Let the look-up of names fail, from the one of the first number to that of the last."""
    original, calls = socket.getaddrinfo, itertools.count(1)

    def armed(*args, **kwargs):
        if first <= next(calls) <= last:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return original(*args, **kwargs)

    socket.getaddrinfo = armed
