"""Dead letters whose rows were mended, against the truth of the mended source: each goes once, and leaves the list."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from deliveries import ground
from truth import read_truth

from flows.errors import SettingsInvalid
from flows.reporting import report
from sandbox.platform.sample import SampleOptions, write_sample


@pytest.fixture(scope="module", params=["integer", "string"])
def story(request, tmp_path_factory, plane):
    """Give an import of a dirty source, what was then mended in it, and a replay of everything that was dead."""
    folder = tmp_path_factory.mktemp(f"replay-{request.param}")
    source = folder / "platform.db"
    write_sample(f"sqlite:///{source}", SampleOptions(users=300, keys=request.param))
    place = ground(source, plane, folder)
    first = place.run()
    before = letters(folder)
    mended = mend(source)
    replayed = place.replay()
    after = letters(folder)
    return SimpleNamespace(
        place=place,
        first=first,
        before=before,
        mended=mended,
        replayed=replayed,
        after=after,
        rest=place.run(),
        at_last=letters(folder),
        truth=read_truth(source, datetime.now(UTC)),
    )


def letters(folder):
    """Return the dead letters: status and who closed it, by stream and row id."""
    query = "SELECT stream, row_id, status, reason, closed_by FROM dead_letters"
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        return {(stream, row): (status, reason, by) for stream, row, status, reason, by in connection.execute(query)}


def mend(source):
    """Mend some rows and delete others; return the row ids by what was done."""
    with closing(sqlite3.connect(source)) as connection, connection:
        ask = connection.execute
        (somebody,) = ask(
            "SELECT account_id FROM accounts WHERE deleted_at IS NULL ORDER BY 1 LIMIT 1 OFFSET 9"
        ).fetchone()
        nobody = "account_id IS NULL AND session_id IS NULL"
        owned = [str(row) for (row,) in ask(f"SELECT order_id FROM orders WHERE {nobody}")]  # noqa: S608  # our own
        ask(f"UPDATE orders SET account_id = ? WHERE {nobody}", (somebody,))  # noqa: S608  # our own
        early = "completed_at < '1971-01-01'"
        dated = [str(row) for (row,) in ask(f"SELECT order_id FROM orders WHERE {early}")]  # noqa: S608  # our own
        ask(f"UPDATE orders SET completed_at = '2023-05-06 07:08:09.000000' WHERE {early}")  # noqa: S608  # our own
        gone = [str(row) for (row,) in ask("SELECT log_id FROM sign_in_log WHERE signed_in_at IS NULL")]
        ask("DELETE FROM sign_in_log WHERE signed_in_at IS NULL")
    assert owned
    assert dated
    assert gone
    return SimpleNamespace(orders={*owned, *dated}, owned=owned, gone=gone)


def test_what_was_mended_is_delivered_by_the_replay_and_nothing_else(story):
    orders = [one for one in story.replayed.events if one.event.name == "Order Completed"]
    ids = {one.message["properties"]["order_id"] for one in orders}

    assert len(orders) == len(story.replayed.events) == story.replayed.summary.delivered > 0
    assert ids <= story.mended.orders
    assert story.replayed.summary.balanced
    assert story.rest.summary.delivered == 0


def test_what_arrived_in_all_is_the_truth_of_the_mended_source(story):
    arrived = story.first.multiset() + story.replayed.multiset() + story.rest.multiset()
    expected = Counter(one.event for one in story.truth.events)

    assert list((expected - arrived).elements()) == []
    assert list((arrived - expected).elements()) == []


def test_the_replay_counts_the_rows_that_it_was_about_alone(story):
    lines = sum(count for name, count in story.replayed.counts.items() if name.startswith("rows_read|order_lines"))

    assert story.replayed.summary.rows_read < 3 * len(story.before) + lines
    assert story.replayed.summary.rows_read < story.first.summary.rows_read / 10


def test_a_mended_letter_is_closed_with_a_trace(story):
    run_id = story.replayed.summary.run_id
    for order in story.mended.orders:
        assert story.before["orders", order][0] == "open"
        assert story.after["orders", order][::2] == ("mended", run_id)
    lines = {key for key in story.before if key[0] == "order_lines" and key[1].split("/")[0] in story.mended.orders}
    assert lines
    assert {story.after[key][0] for key in lines} == {"mended"}


def test_a_letter_whose_row_is_deleted_is_gone(story):
    for row in story.mended.gone:
        assert story.after["sign_ins", row][::2] == ("gone", story.replayed.summary.run_id)


def test_what_is_still_wrong_stays_open(story):
    done = {("orders", order) for order in story.mended.orders} | {("sign_ins", row) for row in story.mended.gone}
    done |= {key for key in story.before if key[0] == "order_lines" and key[1].split("/")[0] in story.mended.orders}
    still = story.before.keys() - done

    assert len(still) > 10
    assert {story.after[key] for key in still} == {story.before[key] for key in still}
    assert story.at_last == story.after


def test_letters_are_replayed_by_reason_and_stream(story):
    again = story.place.replay(reasons=("Future-Time",), streams=("sign_ins",))

    assert again.summary.rows_read == again.summary.rows_dead > 0
    assert set(again.reasons("rows_dead")) == {("sign_ins", "Future-Time")}


def test_a_replay_of_nothing_is_refused(story):
    with pytest.raises(SettingsInvalid, match="no open dead letter is as asked for"):
        story.place.replay(reasons=("No-Such-Reason",))


def test_the_account_tells_which_letters_were_closed(story):
    ((_, names, rows),) = report.closed(story.place.settings, story.replayed.summary.run_id)

    assert names == ("stream", "reason", "as", "letters")
    assert ("sign_ins", "Missing-Time", "gone", len(story.mended.gone)) in rows
    assert sum(count for stream, _, status, count in rows if (stream, status) == ("orders", "mended")) == len(
        story.mended.orders
    )
    assert report.closed(story.place.settings, story.first.summary.run_id) == []
