"""The account for people: every count of it, and never a row id, a key or a personal datum."""

from collections import Counter
from dataclasses import replace

import pytest

from flows import pipeline
from flows.errors import Exit
from flows.options import Options
from flows.outcome import MaxDead, Outcome
from flows.report import balance, markdown, run_counts, tables
from flows.settings import load_settings

COUNTS = Counter(
    {
        "delivered|Order Completed|2020-02": 1200,
        "delivered|Identify|2020-01": 3,
        "rows_dead|orders|Missing-Time": 2,
        "dead|orders|Required-Missing": 4,
        "rows_filtered|orders|cancelled": 5,
        "findings|orders|total disagrees with lines": 6,
        "seams|sign_ins|ambiguous": 7,
        "unidentified": 8,
    }
)


def test_each_count_is_in_its_table():
    found = {title: (names, [tuple(row) for row in rows]) for title, names, rows in tables(COUNTS)}

    assert found["Delivered by event"][1] == [("Identify", 3), ("Order Completed", 1200)]
    assert found["Delivered by month"] == (
        ("month", "Identify", "Order Completed"),
        [("2020-01", 3, 0), ("2020-02", 0, 1200)],
    )
    assert found["Dead letters: rows"][1] == [("orders", "Missing-Time", 2)]
    assert found["Dead letters: messages"][1] == [("orders", "Required-Missing", 4)]
    assert found["Filtered by rule"][1] == [("orders", "cancelled", 5)]
    assert found["Worth a look"][1] == [("orders", "total disagrees with lines", 6)]
    assert found["Times at a seam of the zone"][1] == [("sign_ins", "ambiguous", 7)]
    assert found["Of users without an Identify"][1] == [("sent all the same", 8)]


def test_a_table_without_a_row_is_left_out():
    assert tables(Counter({"rows_read|orders": 3})) == []


def test_an_outcome_without_a_summary_is_its_words():
    assert markdown(None, Outcome(Exit.REFUSED, "The settings do not hold", None)) == "The settings do not hold"


DISTINCT = {
    "row id": "770077007700", "user": "880088008800", "e-mail": "distinctive.person@example.org",
    "name": "Distinctivia", "place": "Distinct Street 1", "session": "session-distinct-1", "order": "990099009900",
    "time": "distinct o'clock",
}  # fmt: skip
SCRIPT = """
CREATE TABLE accounts (id, email, name, street, at);
CREATE TABLE orders (id, who, visit, at, done, total);
CREATE TABLE lines (sale, line, item, price);
"""
WHO = (DISTINCT["e-mail"], DISTINCT["name"], DISTINCT["place"])
ROWS = {
    "accounts": [
        (int(DISTINCT["user"]), *WHO, "2020-01-02 10:00"),
        (int(DISTINCT["row id"]), *WHO, DISTINCT["time"]),
    ],
    "orders": [
        (int(DISTINCT["order"]), int(DISTINCT["user"]), None, "2020-02-02 10:00:00", 1, 12.5),
        (int(DISTINCT["row id"]), None, DISTINCT["session"], "2020-02-03 10:00:00", 1, f"cheap {DISTINCT['name']}"),
        (int(DISTINCT["row id"]) + 1, int(DISTINCT["user"]), None, "2020-02-03 10:00:00", 0, 12.5),
    ],
    "lines": [(int(DISTINCT["order"]), 1, 7, 11)],
}
MODELS = {
    "accounts": "SELECT id AS row_id, id AS user_id, at AS changed_at, email, name AS first_name, name AS last_name,"
    " street FROM accounts",
    "orders": "SELECT id AS row_id, who AS user_id, visit AS anonymous_id, at AS occurred_at, done AS is_completed,"
    " total FROM orders",
    "order_lines": "SELECT l.sale AS order_id, l.line AS line_id, o.who AS user_id, o.visit AS anonymous_id,"
    " o.at AS occurred_at, l.item AS product_id, l.price FROM lines l LEFT JOIN orders o ON o.id = l.sale",
}


@pytest.fixture
def account(tmp_path, database, environment, set_environment):
    """Give a run's settings and outcome, over a platform whose every value would be known again."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name, sql in MODELS.items():
        (folder / f"{name}.sql").write_text(sql)
    set_environment(environment | {"BACKFILL_SOURCE_URL": database(SCRIPT, **ROWS), "BACKFILL_MODELS": str(folder)})
    settings = load_settings()
    return settings, pipeline.run_here(settings, Options(), 1, MaxDead(9))


def test_the_report_holds_counts_alone(account):
    settings, outcome = account
    text = markdown(settings, outcome)

    assert outcome.exit is Exit.DONE
    assert outcome.summary.rows_dead == 2
    assert outcome.summary.rows_filtered == 1
    assert "| orders | Mistyped-Decimal | 1 |" in text
    assert "| accounts | Unparseable-Time | 1 |" in text
    assert "| orders | total disagrees with lines | 1 |" in text
    assert {what: value for what, value in DISTINCT.items() if value in text} == {}
    assert settings.write_key.get_secret_value() not in text
    assert str(settings.models) not in text


def test_the_report_begins_with_how_the_run_ended_and_the_balance(account):
    settings, outcome = account
    lines = markdown(settings, outcome).splitlines()

    assert lines[0] == f"## {outcome.words}"
    assert outcome.summary.run_id in lines[2]
    assert lines[4] == "### Balance"
    assert "| rows read | 6 |" in lines


def test_a_balance_that_does_not_close_says_so(account):
    _, outcome = account
    assert balance(replace(outcome.summary, balanced=False))[0] == "Balance, which does not close"


def test_the_counts_are_those_of_the_ledger(account):
    settings, outcome = account
    counts = run_counts(settings, outcome.summary.run_id)
    assert counts["rows_read|orders"] == 3
    assert sum(count for name, count in counts.items() if name.startswith("delivered|")) == outcome.summary.delivered
