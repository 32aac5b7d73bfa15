"""Messages by hand beside imports and nights: neither resume, nor watermarks, nor verification take them for a run."""

import sqlite3
from contextlib import closing

import pytest
from sent import AT, CART, asked_of
from verified import counts, history_of

from flows import pipeline
from flows.errors import Exit
from flows.following import since_watermarks
from flows.options import Options
from flows.outcome import MaxDead
from flows.sending.delivering import send
from flows.sending.forms import Identify, Track
from flows.settings import DeliverySettings, load, load_settings
from loaders.errors import LedgerUnusable

FORMS = (
    Track(user_id="1", timestamp=AT, event="Product Added", custom=CART),
    Track(user_id="of-nobody", timestamp=AT, event="Product Added", custom=CART),
    Identify(user_id="of-nobody", timestamp=AT, traits={"email": "nobody@example.org"}),
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    with history_of(tmp_path_factory.mktemp("history"), users=40) as ground:
        ground.run()
        yield ground


def by_hand(ground):
    with ground.settled():
        return [send(form, load(DeliverySettings)).outcome for form in FORMS]


def test_what_was_sent_by_hand_is_not_gone_from_the_source(ground):
    assert {outcome.exit for outcome in by_hand(ground)} == {Exit.DONE}
    outcome = ground.verify()
    assert (outcome.exit, counts(outcome)) == (Exit.DONE, {})
    assert set(outcome.summary.beside.values()) == {0}


def test_a_night_goes_on_from_its_own_watermarks(ground):
    ledger, marks = ground.folder / "ledger.db", "SELECT name, at, run_id FROM watermarks ORDER BY name"
    before = asked_of(ledger, marks)
    by_hand(ground)
    assert asked_of(ledger, marks) == before
    with ground.settled():
        night = pipeline.run_here(
            load_settings(), Options(), 1, MaxDead(share=1.0), since_watermarks(0), thorough=False
        )
    assert (night.exit, night.summary.delivered) == (Exit.DONE, 0)


def test_a_run_that_was_stopped_is_gone_on_with_though_something_was_sent_since(ground):
    """The import is made to look stopped, as one that was killed at its end."""
    with closing(sqlite3.connect(ground.folder / "ledger.db")) as connection, connection:
        connection.execute("DELETE FROM runs WHERE kind <> 'import'")
        connection.execute("UPDATE runs SET state = 'running', ended_at = NULL, summary = NULL")
        ((stopped,),) = connection.execute("SELECT run_id FROM runs").fetchall()
    by_hand(ground)
    with ground.settled():
        on = pipeline.run_here(load_settings(), Options(), 1, MaxDead(share=1.0), resume=True)
    assert f"Went on where run {stopped[:8]} was stopped." in on.words


def test_the_zone_of_the_ledger_is_still_held_against_the_next_runs(ground):
    by_hand(ground)
    with (
        ground.settled(BACKFILL_SOURCE_TIMEZONE="Europe/Paris"),
        pytest.raises(LedgerUnusable, match="BACKFILL_SOURCE_TIMEZONE is Europe/Paris, the ledger's last run had"),
    ):
        pipeline.run_here(load_settings(), Options(), 1, MaxDead())
