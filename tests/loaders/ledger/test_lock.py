"""One run at a time: who may take a ledger, when a dead owner's is taken over, and what the loser may still do."""

import os
import subprocess
import sys
import time
from threading import Event

import pytest
from sqlalchemy import select, update

from loaders.errors import LedgerHeld, LedgerStopped
from loaders.ledger import lock, schema
from loaders.ledger.lock import Holder, holder, holding
from loaders.ledger.opening import open_ledger, writing
from loaders.ledger.receipts import open_receipt


@pytest.fixture(autouse=True)
def quick_heart(monkeypatch):
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(lock, "_DYING_SECONDS", 0.5)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    """Give an empty ledger of each kind of database."""
    url = f"sqlite:///{tmp_path}/l.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = open_ledger(url)
    yield opened
    opened.dispose()


def row(engine):
    with engine.connect() as connection:
        return connection.execute(select(schema.locks)).mappings().one()


def owned_by(engine, owner):
    with writing(engine) as connection:
        connection.execute(update(schema.locks).values(owner=owner))


def test_a_scope_is_held_by_one_run_until_it_ends(engine):
    with holding(engine, "shop", "run-1", Event()):
        assert row(engine)["run_id"] == "run-1"
        held = pytest.raises(LedgerHeld, match=f"process {os.getpid()} on .* what it delivered is kept")
        with held, holding(engine, "shop", "run-2", Event()):
            pass
        with holding(engine, "another shop", "run-3", Event()):
            pass
        with writing(engine) as connection:
            connection.execute(schema.locks.delete().where(schema.locks.c.scope == "another shop"))
    assert row(engine)["owner"] is None
    with holding(engine, "shop", "run-2", Event()):
        assert row(engine)["run_id"] == "run-2"


def test_the_heart_beats_while_it_is_held(engine):
    with holding(engine, "shop", "run-1", Event()):
        first = row(engine)["beat"]
        time.sleep(0.4)
        assert row(engine)["beat"] > first


def test_a_process_that_was_killed_holds_nothing(engine):
    script = """
import sys, time
from threading import Event
from loaders.ledger.lock import holding
from loaders.ledger.opening import open_ledger
with holding(open_ledger(sys.argv[1]), "shop", "run-1", Event()):
    print("held", flush=True)
    time.sleep(60)
"""
    url = engine.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", script, url], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout.readline() == "held\n"
        with pytest.raises(LedgerHeld), holding(engine, "shop", "run-2", Event()):
            pass
        owner.kill()
        before_reaping = time.monotonic()
        with holding(engine, "shop", "run-2", Event()):
            assert time.monotonic() - before_reaping < 5
            assert row(engine)["run_id"] == "run-2"


def test_a_process_that_has_the_number_of_a_dead_one_is_not_its_owner(engine):
    with holding(engine, "shop", "run-1", Event()):
        pass
    owned_by(engine, f"{lock.this_machine()} {os.getpid()} 1")

    with holding(engine, "shop", "run-2", Event()):
        assert row(engine)["run_id"] == "run-2"


def test_an_owner_elsewhere_is_dead_once_its_heart_has_stopped(engine):
    with holding(engine, "shop", "run-1", Event()):
        pass
    owned_by(engine, "elsewhere 1 1")

    with holding(engine, "shop", "run-2", Event()):
        assert row(engine)["run_id"] == "run-2"


def test_an_owner_elsewhere_whose_heart_beats_is_left_alone(engine, monkeypatch):
    monkeypatch.setattr(lock, "this_machine", lambda: "elsewhere")
    with holding(engine, "shop", "run-1", Event()):
        monkeypatch.setattr(lock, "this_machine", lambda: "here")
        with pytest.raises(LedgerHeld, match="on elsewhere"), holding(engine, "shop", "run-2", Event()):
            pass


def test_who_was_taken_over_learns_of_it_and_writes_nothing_more(engine, batch_of):
    lost = Event()
    with holding(engine, "shop", "run-1", lost):
        with writing(engine) as connection:
            connection.execute(update(schema.locks).values(owner="elsewhere 1 1", run_id="run-2"))
        assert lost.wait(5)
        with pytest.raises(LedgerStopped, match="taken the ledger over"):
            open_receipt(engine, "run-1", 0, batch_of(["00000000-0000-5000-8000-000000000001"]).messages, 1)
    assert row(engine)["run_id"] == "run-2"
    assert row(engine)["owner"] == "elsewhere 1 1"  # and is not released by who lost it


def test_who_holds_the_ledger_here_is_seen(engine):
    assert holder(engine) is None
    with holding(engine, "shop", "run-1", Event()):
        assert holder(engine) == holder(engine, watching=True) == Holder("run-1", is_seen=True)
    assert holder(engine) is None


def left_by(engine, owner):
    with holding(engine, "shop", "run-1", Event()):
        pass
    owned_by(engine, owner)


@pytest.mark.parametrize(
    "owner", ["elsewhere 1 1", "elsewhere/a-boot/pid:[1] 1 1", "{name} 1 1", "{name}/{boot}/pid:[1] 1 1"]
)
def test_of_an_owner_elsewhere_only_its_heart_tells(engine, owner):
    name, boot, _ = lock.this_machine().split("/")
    left_by(engine, owner.format(name=name, boot=boot))

    assert holder(engine) == Holder("run-1", is_seen=False)
    assert holder(engine, watching=True) is None


def test_an_owner_elsewhere_whose_heart_beats_is_seen(engine, monkeypatch):
    monkeypatch.setattr(lock, "this_machine", lambda: "elsewhere/a-boot/pid:[1]")
    with holding(engine, "shop", "run-1", Event()):
        monkeypatch.setattr(lock, "this_machine", lambda: "here/a-boot/pid:[1]")
        assert holder(engine) == Holder("run-1", is_seen=False)
        assert holder(engine, watching=True) == Holder("run-1", is_seen=True)


def test_an_owner_of_this_machine_before_it_was_started_anew_is_dead(engine):
    name = lock.this_machine().split("/", maxsplit=1)[0]
    left_by(engine, f"{name}/11111111-2222-3333-4444-555555555555/pid:[4026531836] 4242 123456")

    assert holder(engine) is None
