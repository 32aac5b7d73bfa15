"""Dead letters and findings are kept once, however often they are seen."""

import pytest
from sqlalchemy import select, update

from loaders.answers import Answer
from loaders.ledger import schema
from loaders.ledger.chosen import Choice, choose
from loaders.ledger.dead_letters import (
    DeadLetter,
    LetterKey,
    Noted,
    close_gone,
    keep,
    letters_of,
    mend,
    open_letters,
    reasons,
)
from loaders.ledger.opening import writing
from loaders.ledger.runs import start_run

OK = Answer(200, "ok")
LOST = Answer(None, "the connection broke")


PLACE = ("users", None, 10)


def letter(**changed):
    return DeadLetter("orders", "8007", "", "Missing-Time", "occurred_at is null", None)._replace(**changed)


def dead_letters(ledger):
    with ledger.connect() as connection:
        return (
            connection.execute(select(schema.dead_letters).order_by(*schema.dead_letters.primary_key)).mappings().all()
        )


@pytest.fixture
def clock(monkeypatch):
    """Give the hands of the clock."""

    def set_to(day):
        monkeypatch.setattr("loaders.ledger.dead_letters.utc_now", lambda: f"2024-01-{day:02}T00:00:00.000000Z")

    return set_to


def test_a_dead_letter_seen_again_keeps_when_it_was_first_seen(ledger, clock, ids):
    clock(1)
    keep(ledger, "run-1", PLACE, [letter()], [])
    clock(2)
    keep(ledger, "run-2", PLACE, [letter(detail="other words", message_id=ids(7)[0])], [])

    (row,) = dead_letters(ledger)
    assert (row["first_seen"][:10], row["last_seen"][:10], row["run_id"]) == ("2024-01-01", "2024-01-02", "run-2")
    assert (row["detail"], row["message_id"], row["status"]) == ("other words", ids(7)[0], "open")


def test_a_dead_letter_seen_again_is_open_again(ledger):
    keep(ledger, "run-1", PLACE, [letter()], [])
    with writing(ledger) as connection:
        connection.execute(update(schema.dead_letters).values(status="mended", closed_by="run-1", closed_at="then"))

    keep(ledger, "run-2", PLACE, [letter()], [])

    (row,) = dead_letters(ledger)
    assert (row["status"], row["closed_by"], row["closed_at"]) == ("open", None, None)


def test_dead_letters_are_told_apart_by_stream_row_and_rule(ledger):
    others = [{"stream": "carts"}, {"row_id": "8008"}, {"rule": "order_completed"}]
    keep(ledger, "run-1", PLACE, [letter(), *(letter(**other) for other in others), letter()], [])

    assert len(dead_letters(ledger)) == 4


def test_findings_are_kept_once(ledger):
    noted = Noted("orders", "8002", "total disagrees with lines")
    keep(ledger, "run-1", PLACE, [], [noted, noted])
    keep(ledger, "run-2", PLACE, [], [noted])

    with ledger.connect() as connection:
        rows = connection.execute(select(schema.findings)).mappings().all()
    assert [(row["stream"], row["row_id"], row["kind"], row["run_id"]) for row in rows] == [(*noted, "run-2")]


def test_nothing_to_keep_writes_nothing(ledger):
    keep(ledger, "run-1", PLACE, [], [])

    assert dead_letters(ledger) == []


def test_open_dead_letters_are_counted_by_stream_and_reason(ledger):
    assert reasons(ledger) == []
    other = letter(row_id="8009", reason="No-Owner")
    keep(ledger, "run-1", PLACE, [letter(), letter(row_id="8008"), letter(stream="carts"), other], [])
    with writing(ledger) as connection:
        closed = schema.dead_letters.c.reason == "No-Owner"
        connection.execute(update(schema.dead_letters).where(closed).values(status="gone"))

    assert reasons(ledger) == [
        ("carts", "Missing-Time", "occurred_at is null", 1),
        ("orders", "Missing-Time", "occurred_at is null", 2),
    ]


def test_a_mended_letter_leaves_the_list_with_a_trace(ledger):
    keep(ledger, "run-1", PLACE, [letter(), letter(rule="order_completed")], [])
    mend(ledger, "run-2", [LetterKey("orders", "8007", "")])

    assert open_letters(ledger) == [LetterKey("orders", "8007", "order_completed")]
    closed, still_open = dead_letters(ledger)
    assert (closed["status"], closed["closed_by"], closed["run_id"]) == ("mended", "run-2", "run-1")
    assert closed["closed_at"] >= closed["last_seen"]
    assert (still_open["status"], still_open["closed_by"]) == ("open", None)


def test_letters_are_chosen_by_stream_reason_and_run_with_their_places(ledger):
    other = letter(stream="carts", row_id="1", reason="No-Owner")
    keep(ledger, "run-1", PLACE, [letter()], [])
    keep(ledger, "run-2", ("nobody", None, None), [other], [])
    mine, its = (LetterKey("orders", "8007", ""), PLACE), (LetterKey("carts", "1", ""), ("nobody", None, None))

    assert letters_of(ledger, [], [], None) == [its, mine]
    assert letters_of(ledger, ["orders"], [], None) == letters_of(ledger, [], ["Missing-Time"], None) == [mine]
    assert letters_of(ledger, [], [], "run-2") == letters_of(ledger, ["carts"], ["No-Owner"], "run-2") == [its]
    assert letters_of(ledger, ["orders"], ["No-Owner"], None) == []


def test_letters_that_a_replay_did_not_find_are_gone(ledger, clock):
    clock(1)
    keep(ledger, "run-1", PLACE, [letter(row_id=row) for row in ("1", "2", "3", "4")], [])
    start_run(ledger, "run-2", "replay", {}, {}, [])
    choose(ledger, "run-2", [Choice("orders", row) for row in ("1", "2", "3")])
    clock(28)
    with writing(ledger) as connection:
        connection.execute(update(schema.runs).values(started_at="2024-01-05T00:00:00.000000Z"))
    keep(ledger, "run-2", PLACE, [letter(row_id="2")], [])
    mend(ledger, "run-2", [LetterKey("orders", "3", "")])

    assert close_gone(ledger, "run-2") == 1
    assert [row["status"] for row in dead_letters(ledger)] == ["gone", "open", "mended", "open"]
