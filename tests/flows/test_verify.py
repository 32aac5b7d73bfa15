"""Source, ledger and warehouse held against each other: what was taken away, doubled or changed there is named."""

import csv

import pytest
from verified import SCHEMA, copied, copy_database, counts, history_of, of_kind

from flows.errors import Exit
from sandbox.warehouse.load import load_warehouse

ALL = 10_000


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Give a history that was sent whole, and the summary of the run that did."""
    with history_of(tmp_path_factory.mktemp("history"), users=60) as ground:
        yield ground, ground.run().summary


@pytest.fixture(scope="module")
def loaded(history, postgres):
    """Give the warehouse that it fills."""
    url = postgres.fresh_database()
    load_warehouse(history[0].store, url, SCHEMA)
    return url


@pytest.fixture
def ground(history, loaded, postgres_url, tmp_path):
    """Give a copy of it, with a copy of its warehouse."""
    copy_database(loaded, postgres_url)
    with copied(history[0], tmp_path, postgres_url) as own:
        yield own


def by_id(outcome, kind):
    return {one["message_id"]: one for one in outcome.summary.findings if one["kind"] == kind}


def test_a_clean_import_agrees_at_the_data_plane(history):
    ground, sent = history
    outcome = ground.verify()

    assert (outcome.exit, counts(outcome)) == (Exit.DONE, {})
    assert outcome.words == f"Source, ledger and local data plane agree: {sent.delivered:,} messages."
    same = (
        "rows_read",
        "rows_mapped",
        "rows_filtered",
        "rows_dead",
        "messages",
        "delivered",
        "dead",
        "events",
        "users",
    )
    assert [getattr(outcome.summary, name) for name in same] == [getattr(sent, name) for name in same]
    assert set(outcome.summary.beside.values()) == {0}


def test_a_clean_import_agrees_in_the_warehouse(ground, history):
    outcome = ground.verify()

    assert (outcome.exit, counts(outcome)) == (Exit.DONE, {})
    assert outcome.words == f"Source, ledger and warehouse agree: {history[1].delivered:,} messages."
    lines = outcome.summary.lines()
    assert {line.source for line in lines if line[2:5] != (line.source,) * 3} == set()
    assert sum(line.source for line in lines) == history[1].delivered
    assert len({line.month for line in lines}) > 12


def tampered(ground):
    """Take 100 events away and double 100 others; give the ids by where they lack, and those that are double."""
    orders, signed, added = (ground.some(name, 100) for name in ("order_completed", "user_signed_in", "product_added"))
    lost = {
        "tracks, order_completed": orders[:40],
        "user_signed_in": signed[:30],
        "tracks": added[:10],
        "identifies": ground.some("identifies", 12),
        "groups": ground.some("groups", 8),
    }
    for tables, ids in lost.items():
        for table in tables.split(", "):
            ground.delete(table, ids)
    doubled = signed[40:90] + added[50:80] + ground.some("identifies", 12) + ground.some("groups", 8)
    ground.double("tracks", signed[40:90])
    ground.double("user_signed_in", signed[40:90])
    ground.double("product_added", added[50:80])
    for table, count in (("identifies", 12), ("groups", 8)):
        ground.double(table, ground.some(table, count))
    return lost, set(doubled)


def test_each_of_100_taken_away_and_100_doubled_is_found_and_the_missing_alone_are_sent_again(ground, tmp_path):
    lost, doubled = tampered(ground)
    places = {one: tables for tables, ids in lost.items() for one in ids}
    before = ground.arrived()

    file = tmp_path / "findings.csv"
    outcome = ground.verify(resend=True, shown=ALL, findings=file)
    assert {name: one["table"] for name, one in by_id(outcome, "missing").items()} == places
    assert of_kind(outcome, "doubled") == doubled
    assert {one["detail"] for one in by_id(outcome, "doubled").values()} == {"2 copies"}
    assert (len(places), len(doubled), counts(outcome)) == (100, 100, {"missing": 100, "doubled": 100})
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert rows == outcome.summary.findings
    assert all(one["stream"] and one["row_id"] for one in rows)

    assert (outcome.exit, outcome.summary.mended) == (Exit.UNBALANCED, 100)
    assert outcome.words == "Source, ledger and warehouse differ: 100 missing (100 sent again), 100 doubled."
    assert ground.arrived() - before == dict.fromkeys(places, 1)

    ground.load()
    again = ground.verify(resend=True, shown=ALL)
    assert (counts(again), of_kind(again, "doubled")) == ({"doubled": 100}, set(places))
    assert {one["detail"] for one in by_id(again, "doubled").values()} == {"2 copies, sent 2 times"}
    assert again.summary.beside["doubled_resent"] == 100
    assert ground.arrived() - before == dict.fromkeys(places, 1)


def test_what_is_only_missing_is_mended_and_the_verification_ends_well(ground):
    lost = ground.some("order_completed", 5)
    for table in ("tracks", "order_completed"):
        ground.delete(table, lost)
    outcome = ground.verify(resend=True)

    assert (outcome.exit, outcome.summary.missing, outcome.summary.mended) == (Exit.DONE, 5, 5)
    assert outcome.summary.balanced
    assert outcome.words.endswith("messages. 5 were missing, and were sent again.")
    assert ground.ledger("SELECT kind, state FROM runs ORDER BY started_at")[1:] == [("resend", "done")]


def test_what_came_with_another_event_moment_or_user_is_different(ground):
    tracks = ground.some("user_signed_in", 5)
    identify = ground.some("identifies", 1)[0]
    moved = "SET timestamp = timestamp + interval '1 millisecond' WHERE id = %s"
    ground.ask(f"UPDATE tracks {moved}", tracks[0])
    ground.ask("UPDATE tracks SET event_text = 'User Signed Out' WHERE id = %s", tracks[1])
    ground.ask("UPDATE user_signed_in SET user_id = 'somebody else' WHERE id = %s", tracks[2])
    ground.ask(f"UPDATE user_signed_in {moved}", tracks[3])
    ground.ask("UPDATE user_signed_in SET user_id = NULL WHERE id = %s", tracks[3])
    ground.ask("ALTER TABLE user_signed_in ADD anonymous_id text")
    ground.ask("UPDATE user_signed_in SET anonymous_id = user_id, user_id = NULL WHERE id = %s", tracks[4])
    ground.ask(f"UPDATE identifies {moved}", identify)
    outcome = ground.verify()

    assert outcome.exit is Exit.UNBALANCED
    assert {name: one["detail"] for name, one in by_id(outcome, "different").items()} == {
        tracks[0]: "moment",
        tracks[1]: "event",
        tracks[2]: "user",
        tracks[3]: "moment, user",
        tracks[4]: "user",
        identify: "moment",
    }
    assert counts(outcome) == {"different": 6}


def test_a_table_that_is_not_there_is_missing_as_a_whole(ground):
    ground.ask("DROP TABLE order_completed")
    outcome = ground.verify(shown=ALL)
    missing = by_id(outcome, "missing").values()
    assert len(missing) == outcome.summary.events["Order Completed"] + outcome.summary.missing > 500
    assert {one["table"] for one in missing} == {"the table of Order Completed"}


def test_a_warehouse_that_is_set_to_have_no_tracks_lacks_nothing(ground):
    ground.ask("DROP TABLE tracks")
    assert counts(ground.verify()) == {}


def test_what_the_ledger_named_in_doubt_may_be_double_and_is_told_apart(ground):
    doubted, other = ground.some("order_completed", 3), ground.some("product_removed", 2)
    ids = b"".join(bytes.fromhex(one.replace("-", "")) for one in doubted)
    ground.ledger(
        "INSERT INTO batches (run_id, shard, state, events, bytes, ids, sent_at) "
        "VALUES ('x', 0, 'superseded', 3, 9, ?, '')",
        ids,
    )
    for table in ("tracks", "order_completed"):
        ground.double(table, doubted)
    ground.double("product_removed", other)
    outcome = ground.verify()

    assert outcome.words == "Source, ledger and warehouse differ: 5 doubled (3 named in doubt)."
    details = {name: one["detail"] for name, one in by_id(outcome, "doubled").items()}
    assert details == dict.fromkeys(doubted, "2 copies, named in doubt") | dict.fromkeys(other, "2 copies")


def test_events_of_others_are_counted_and_no_fault(ground):
    ground.ask(
        "INSERT INTO tracks (id, event_text, user_id, timestamp) VALUES "
        "(gen_random_uuid()::text, 'Order Completed', '1', now()), ('no uuid', 'Alien Landed', NULL, NULL)"
    )
    outcome = ground.verify()
    assert (outcome.exit, outcome.summary.beside["foreign"]) == (Exit.DONE, 2)


def test_a_warehouse_behind_the_ledger_is_told_so(ground):
    for table in ("tracks", "identifies", "groups"):
        ground.ask(f"UPDATE {table} SET received_at = received_at - interval '5 minutes'")  # noqa: S608  # our own names
    assert ground.verify().exit is Exit.DONE
    ground.delete("identifies", ground.some("identifies", 1))
    words = ground.verify().words
    assert words.endswith("1 missing. It is behind the ledger: what is missing may be on its way.")
