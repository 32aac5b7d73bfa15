"""Keys that no ledger could keep, or that were no UTF-8: dead letters, and neither a run nor a replay stops at them."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from flows import pipeline
from flows.errors import Exit
from flows.options import Options
from flows.outcome import MaxDead
from flows.rereading import Letters, replaying
from flows.settings import load_settings
from sandbox.platform.sample import SampleOptions, write_sample

STREAMS = ("accounts", "sign_ins", "orders", "sign_ups")
BAD = {"no UTF-8": b"z\xc3\xe9\xffA", "NUL": b"z\0A"}
DONE = "orders WHERE status = 'completed'"
CHANGES = [
    ("sign_in_log", "account_id = {bad}", "sign_in_log", 20),
    ("accounts", "account_id = {bad}", "accounts", 7),
    ("orders", "account_id = NULL, session_id = {bad}", DONE, 3),
    ("orders", "order_id = {bad}", DONE, 8),
    ("orders", "account_id = {bad}", DONE, 13),
]
"""Tables, what is set in them, and in which of which of their rows."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """Give a platform whose keys are texts."""
    path = tmp_path_factory.mktemp("garbled") / "platform.db"
    write_sample(f"sqlite:///{path}", SampleOptions(users=40, keys="string", hostile=False))
    return path


@pytest.fixture(params=BAD.values(), ids=BAD)
def shop(request, clean, environment, tmp_path):
    """Give the settings of a run of a platform in which some keys are of that kind."""
    shutil.copy(clean, tmp_path / "platform.db")
    with closing(sqlite3.connect(tmp_path / "platform.db")) as connection, connection:
        for table, setting, rows, place in CHANGES:
            own = setting.format(bad=f"CAST(X'{request.param.hex()}' AS TEXT)")
            row = f"(SELECT rowid FROM {rows} LIMIT 1 OFFSET {place})"  # noqa: S608  # our own words
            assert connection.execute(f"UPDATE {table} SET {own} WHERE rowid = {row}").rowcount == 1  # noqa: S608  # as above
    own = {"SOURCE_URL": f"sqlite:///{tmp_path}/platform.db", "SOURCE_NAME": str(tmp_path)}
    return environment | {f"BACKFILL_{name}": value for name, value in own.items()}


def test_rows_with_such_keys_are_dead_letters_and_stop_nothing(shop, set_environment, tmp_path, monkeypatch):
    set_environment(shop)
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 1)
    settings, options, allowed = load_settings(), Options(streams=STREAMS, shards=2), MaxDead(share=1.0)

    ran = pipeline.run_here(settings, options, 2, allowed)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        query = "SELECT stream, row_id LIKE 'row %' FROM dead_letters WHERE reason = 'Mistyped-Key'"
        letters = connection.execute(query).fetchall()
    replayed = pipeline.run_here(settings, options, 2, allowed, replaying(Letters()))

    assert (ran.exit, ran.summary.balanced, replayed.exit) == (Exit.DONE, True, Exit.DONE), (ran.words, replayed.words)
    assert sorted(by_digest for stream, by_digest in letters if stream == "orders") == [0, 0, 1]
    assert ("sign_ins", 0) in letters
    assert ("accounts", 1) in letters


def test_a_ledger_in_postgresql_keeps_them_too(shop, forked, tmp_path, postgres_url):
    own, allowed = shop | {"BACKFILL_LEDGER_URL": postgres_url}, ("--no-prefect", "--max-dead", "100%")
    streams = [word for stream in STREAMS for word in ("--stream", stream)]
    ran = forked("run", *allowed, *streams, "--json", "r.json", folder=tmp_path, environment=own)
    replayed = forked("replay", *allowed, folder=tmp_path, environment=own)

    assert (ran.returncode, replayed.returncode) == (0, 0), ran.stderr + replayed.stderr
    assert json.loads((tmp_path / "r.json").read_text())["balanced"]
    assert "Mistyped-Key" in forked("status", folder=tmp_path, environment=own).stdout
