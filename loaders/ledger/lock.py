"""Who may write a scope's history: one run at a time, so that no two send the same rows.

The owner's heart beats by counting, so that no clock can be wrong about it: who would take the lock over watches
whether the count still grows. On the machine of the owner its process is looked at instead, which takes no time.
"""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import NullPool

from loaders.clock import utc_now
from loaders.errors import LedgerHeld, LedgerStopped
from loaders.ledger.opening import engine_of, reading, writing
from loaders.ledger.schema import locks

BEAT_SECONDS = 5.0
_BEATS_UNTIL_DEAD = 4
_DYING_SECONDS = 2.0  # what was just killed may take a moment


class Lock(NamedTuple):
    """A scope held by a run; `owner` is the machine and process that does."""

    scope: str
    run_id: str
    owner: str


class Holder(NamedTuple):
    """The run that holds a ledger. `is_seen` tells whether it was seen to live; else it may have been killed."""

    run_id: str
    is_seen: bool


@contextmanager
def holding(ledger: Engine, scope: str, run_id: str, lost: Event) -> Iterator[Lock]:
    """Hold the scope until the end of the block; `lost` is set should another take it over.

    The lock of an owner that is dead is taken over. Raises `LedgerHeld` where it is alive.
    """
    lock = _take(ledger, scope, run_id)
    over = Event()
    own = engine_of(ledger.url, poolclass=NullPool)  # lanes that wait for the ledger must not stop the heart
    heart = Thread(target=_beat, args=(own, lock, over, lost), name="heartbeat", daemon=True)
    heart.start()
    try:
        yield lock
    finally:
        over.set()
        heart.join()
        own.dispose()
        _release(ledger, lock)


def held(connection: Connection, run_id: str) -> bool:
    """Tell whether the run holds its scope, and keep it so until the transaction ends."""
    query = select(locks.c.run_id).where(locks.c.run_id == run_id, locks.c.owner.is_not(None))
    return connection.execute(query.with_for_update(read=True)).first() is not None


def holder(ledger: Engine, *, watching: bool = False) -> Holder | None:
    """Return the run that holds the ledger; None where its owner is known to be dead.

    Of an owner elsewhere that is known only by `watching` whether its heart beats, which takes twenty seconds.
    """
    found = _held(ledger)
    here = [run_id for owner, (run_id, _) in found.items() if _is_here(owner)]
    if here or not found:
        return Holder(here[0], is_seen=True) if here else None
    if not watching:
        return Holder(next(iter(found.values()))[0], is_seen=False)
    time.sleep(BEAT_SECONDS * _BEATS_UNTIL_DEAD)
    beating = [run_id for owner, (run_id, beat) in _held(ledger).items() if found.get(owner) != (run_id, beat)]
    return Holder(beating[0], is_seen=True) if beating else None


def _held(ledger: Engine) -> dict[str, tuple[str, int]]:
    """Return the owners that are not known to be dead, each with its run and its beat."""
    query = select(locks.c.owner, locks.c.run_id, locks.c.beat).where(locks.c.owner.is_not(None))
    with reading(ledger) as connection:
        found = connection.execute(query).all()
    alive = [one for one in found if not (_is_dead(one.owner) or _is_of_another_boot(one.owner))]
    return {owner: (run_id, beat) for owner, run_id, beat in alive}


def _take(ledger: Engine, scope: str, run_id: str) -> Lock:
    lock = Lock(scope, run_id, f"{this_machine()} {os.getpid()} {_born(os.getpid())}")
    deadline = time.monotonic() + _DYING_SECONDS
    watched: Row[tuple[str | None, int, str | None]] | None = None
    while True:
        with writing(ledger) as connection:
            found = _found(connection, scope)
            if found.owner is None or _is_dead(found.owner) or watched == found:
                mine = {"owner": lock.owner, "run_id": run_id, "beat": found.beat + 1, "taken_at": utc_now()}
                connection.execute(update(locks).where(locks.c.scope == scope).values(mine))
                return lock
        here = _is_here(found.owner)
        if here and time.monotonic() < deadline:
            time.sleep(0.1)
            continue
        if watched or here:
            raise LedgerHeld(
                f"Another run holds the ledger since {found.taken_at}: {_named(found.owner)}. "
                "Wait for its end, or end it; what it delivered is kept"
            )
        watched = found
        time.sleep(BEAT_SECONDS * _BEATS_UNTIL_DEAD)


def _found(connection: Connection, scope: str) -> Row[tuple[str | None, int, str | None]]:
    query = select(locks.c.owner, locks.c.beat, locks.c.taken_at).where(locks.c.scope == scope).with_for_update()
    found = connection.execute(query).first()
    if found is None:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(locks).values(scope=scope, beat=0).on_conflict_do_nothing())
        found = connection.execute(query).one()
    return found


def _beat(ledger: Engine, lock: Lock, over: Event, lost: Event) -> None:
    while not over.wait(BEAT_SECONDS):
        try:
            with writing(ledger) as connection:
                mine = update(locks).where(*_is(lock))
                if connection.execute(mine.values(beat=locks.c.beat + 1)).rowcount == 0:
                    lost.set()
                    return
        except LedgerStopped:
            continue  # whoever writes batches meets it too, and says so


def _release(ledger: Engine, lock: Lock) -> None:
    try:
        with writing(ledger) as connection:
            connection.execute(update(locks).where(*_is(lock)).values(owner=None))
    except LedgerStopped:
        return  # the process ends soon, and then the lock is a dead owner's


def _is(lock: Lock) -> tuple[ColumnElement[bool], ...]:
    return locks.c.scope == lock.scope, locks.c.owner == lock.owner, locks.c.run_id == lock.run_id


def this_machine() -> str:
    """Return what tells machines apart, and containers, whose processes have numbers of their own."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("utf-8").strip()
        return f"{socket.gethostname()}/{boot}/{Path('/proc/self/ns/pid').readlink()}".replace(" ", "_")
    except OSError:
        return socket.gethostname().replace(" ", "_")


def _born(pid: int) -> str:
    """Return when the process started, as its system counts it: numbers of processes come again."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return "-"
    return "dead" if fields[0] in ("Z", "X") else fields[19]


def _is_here(owner: str | None) -> bool:
    return (owner or "").split()[0] == this_machine()


def _is_dead(owner: str) -> bool:
    """Tell whether the owner is a process of this machine that is no more; of others nothing is known."""
    machine, pid, born = owner.split()
    if machine != this_machine():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return _born(int(pid)) != born


def _is_of_another_boot(owner: str) -> bool:
    """Tell whether the owner was a process of this machine before it was started anew, by the machine's name.

    Who takes a lock over watches its beat all the same: two machines may have one name.
    """
    machine, _, _ = owner.split()
    (name, *boot), (own_name, *own_boot) = machine.split("/")[:2], this_machine().split("/")[:2]
    return name == own_name and bool(boot and own_boot) and boot != own_boot


def _named(owner: str | None) -> str:
    machine, pid, _ = (owner or "").split()
    return f"process {pid} on {machine.split('/')[0]}"
