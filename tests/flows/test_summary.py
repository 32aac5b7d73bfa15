"""The balance is drawn from counts and receipts, and closes or does not."""

from collections import Counter
from dataclasses import fields

import pytest

from flows.summary import Summary, summarise
from flows.tally import by, key, total

NAMES = [
    "run_id", "rows_read", "rows_mapped", "rows_filtered", "rows_dead", "messages", "delivered", "dead", "in_doubt",
    "already_delivered", "balanced", "events", "users", "bytes", "requests", "seconds",
]  # fmt: skip
COUNTS = Counter(
    {
        "rows_read|orders": 10,
        "rows_read|accounts": 5,
        "rows_mapped|orders": 7,
        "rows_mapped|accounts": 5,
        "rows_filtered|orders|cancelled": 2,
        "rows_dead|orders|Missing-Time": 1,
        "messages": 13,
        "delivered|Order Completed|2020-01": 4,
        "delivered|Order Completed|2020-02": 1,
        "delivered|Identify|2020-02": 3,
        "dead|orders|Required-Missing": 2,
        "already_delivered": 3,
        "users": 4,
        "bytes": 900,
        "requests": 2,
    }
)
RECEIPTS = {"delivered": 8}


def summary(counts=COUNTS, receipts=RECEIPTS, doubtful=0, *, sound=True):
    return summarise("r", Counter(counts), receipts, doubtful, 1.23456, sound=sound)


def test_the_names_are_fixed():
    assert [field.name for field in fields(Summary)] == NAMES == list(summary().document())


def test_what_closes_is_balanced():
    assert summary() == Summary(
        "r", 15, 12, 2, 1, 13, 8, 2, 0, 3, balanced=True, events={"Identify": 3, "Order Completed": 5},
        users=4, bytes=900, requests=2, seconds=1.235,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "receipts"),
    [
        ({"rows_read|orders": 11}, RECEIPTS),
        ({"rows_mapped|orders": 6}, RECEIPTS),
        ({"rows_dead|orders|Missing-Time": 0}, RECEIPTS),
        ({"messages": 14}, RECEIPTS),
        ({"already_delivered": 2}, RECEIPTS),
        ({"dead|orders|Required-Missing": 3}, RECEIPTS),
        ({}, {"delivered": 7}),
        ({}, {}),
        ({"skipped_in_doubt": 1}, RECEIPTS),
        ({"delivered|Identify|2020-02": 4}, RECEIPTS),
    ],
)
def test_what_does_not_close_is_not(counts, receipts):
    assert not summary({**COUNTS, **counts}, receipts).balanced


def test_an_unfinished_run_is_not_balanced_even_where_its_figures_are():
    assert not summary(sound=False).balanced


def test_what_was_left_in_doubt_and_what_was_skipped_so_is_in_doubt():
    receipts = {"delivered": 8, "in doubt": 3, "rejected": 9, "superseded": 4}
    counted = summary({**COUNTS, "messages": 18, "skipped_in_doubt": 2}, receipts, 3)

    assert (counted.in_doubt, counted.balanced) == (5, True)
    assert not summary(doubtful=1).balanced


def test_a_run_of_nothing_is_balanced():
    empty = summary({}, {})
    assert empty.balanced
    assert empty.events == {}


def test_counts_add_up_by_what_they_are_divided_by():
    assert key("rows_dead", "orders", "Missing-Time") == "rows_dead|orders|Missing-Time"
    assert total(COUNTS, "rows_read") == 15
    assert total(COUNTS, "rows") == 0  # a measure is a whole name
    assert by(COUNTS, "delivered", 1) == {"2020-01": 4, "2020-02": 4}
    assert by(COUNTS, "delivered", 0, 1)["Order Completed", "2020-02"] == 1
