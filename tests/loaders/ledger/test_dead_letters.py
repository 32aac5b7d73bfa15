"""Dead letters and findings are kept once, however often they are seen."""

import pytest
from sqlalchemy import select, update

from loaders.answers import Answer
from loaders.ledger import schema
from loaders.ledger.dead_letters import DeadLetter, Noted, keep, reasons
from loaders.ledger.schema import writing

OK = Answer(200, "ok")
LOST = Answer(None, "the connection broke")

OK = Answer(200, "ok")
LOST = Answer(None, "the connection broke")


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
    keep(ledger, "run-1", [letter()], [])
    clock(2)
    keep(ledger, "run-2", [letter(detail="other words", message_id=ids(7)[0])], [])

    (row,) = dead_letters(ledger)
    assert (row["first_seen"][:10], row["last_seen"][:10], row["run_id"]) == ("2024-01-01", "2024-01-02", "run-2")
    assert (row["detail"], row["message_id"], row["status"]) == ("other words", ids(7)[0], "open")


def test_a_dead_letter_seen_again_is_open_again(ledger):
    keep(ledger, "run-1", [letter()], [])
    with writing(ledger) as connection:
        connection.execute(update(schema.dead_letters).values(status="closed"))

    keep(ledger, "run-2", [letter()], [])

    assert [row["status"] for row in dead_letters(ledger)] == ["open"]


def test_dead_letters_are_told_apart_by_stream_row_rule_and_reason(ledger):
    others = [{"stream": "carts"}, {"row_id": "8008"}, {"rule": "order_completed"}, {"reason": "Required-Missing"}]
    keep(ledger, "run-1", [letter(), *(letter(**other) for other in others), letter()], [])

    assert len(dead_letters(ledger)) == 5


def test_findings_are_kept_once(ledger):
    noted = Noted("orders", "8002", "total disagrees with lines")
    keep(ledger, "run-1", [], [noted, noted])
    keep(ledger, "run-2", [], [noted])

    with ledger.connect() as connection:
        rows = connection.execute(select(schema.findings)).mappings().all()
    assert [(row["stream"], row["row_id"], row["kind"], row["run_id"]) for row in rows] == [(*noted, "run-2")]


def test_nothing_to_keep_writes_nothing(ledger):
    keep(ledger, "run-1", [], [])

    assert dead_letters(ledger) == []


def test_open_dead_letters_are_counted_by_stream_and_reason(ledger):
    assert reasons(ledger) == []
    keep(ledger, "run-1", [letter(), letter(row_id="8008"), letter(stream="carts"), letter(reason="No-Owner")], [])
    with writing(ledger) as connection:
        closed = schema.dead_letters.c.reason == "No-Owner"
        connection.execute(update(schema.dead_letters).where(closed).values(status="closed"))

    assert reasons(ledger) == [
        ("carts", "Missing-Time", "occurred_at is null", 1),
        ("orders", "Missing-Time", "occurred_at is null", 2),
    ]
