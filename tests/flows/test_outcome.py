"""How a run ends: what --max-dead may be, the exit of each ending, and the words for a balance that does not close."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.errors import SourceStopped
from flows.errors import EXITS, Exit, SettingsInvalid
from flows.outcome import MaxDead, Outcome, imbalance, judge, read_max_dead
from flows.summary import Summary
from loaders.errors import DataPlaneStopped

SUMMARY = Summary(
    run_id="r", rows_read=1000, rows_mapped=900, rows_filtered=80, rows_dead=20, messages=950, delivered=940, dead=5,
    in_doubt=0, already_delivered=5, balanced=True, events={}, users=3, bytes=1, requests=1, seconds=1.0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("0", MaxDead(0)), ("25", MaxDead(25)), ("0.5%", MaxDead(share=0.005)), ("0%", MaxDead(share=0)),
        ("100%", MaxDead(share=1)), ("0.005", MaxDead(share=0.005)), ("1.0", MaxDead(share=1)),
        ("5%", MaxDead(share=0.05)),
    ],
)  # fmt: skip
def test_max_dead_is_a_count_or_a_share(text, limit):
    assert read_max_dead(text) == limit


@pytest.mark.parametrize(
    "text",
    ["", "%", "many", "-1", "-0.1", "-1%", "1.5", "101%", "nan", "nan%", "inf", "inf%", "1e3", "0,5%", "5 of 10"],
)
def test_what_is_neither_is_refused_with_examples(text):
    with pytest.raises(SettingsInvalid) as raised:
        read_max_dead(text)
    assert raised.value.faults == (f"--max-dead is {text!r}; write a count, as 25, or a share, as 0.5% or 0.005",)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_count_allows_up_to_itself_and_a_share_up_to_its_part(count, dead, rows):
    assert MaxDead(count).allows(dead, rows) == (dead <= count)
    assert MaxDead(share=0.25).allows(dead, rows) == (4 * dead <= rows)


def test_a_run_within_its_dead_letters_is_done():
    expected = Outcome(Exit.DONE, "940 delivered, 5 already delivered, 25 dead letters, balanced.", SUMMARY)
    assert judge(SUMMARY, MaxDead(25)) == expected == judge(SUMMARY, MaxDead(share=0.025))


def test_a_run_beyond_its_dead_letters_is_not_and_says_where_they_are():
    expected = Outcome(
        Exit.UNBALANCED,
        "25 dead letters are more than --max-dead allows; `backfill status` lists them by reason. "
        "940 delivered, 5 already delivered, balanced.",
        SUMMARY,
    )
    assert judge(SUMMARY, MaxDead(24)) == expected == judge(SUMMARY, MaxDead(share=0.0249))


def test_a_balance_that_does_not_close_weighs_more_than_dead_letters():
    unbalanced = replace(SUMMARY, balanced=False, rows_mapped=897)
    expected = Outcome(
        Exit.UNBALANCED,
        "The balance does not close: 3 rows have no fate. 940 delivered, 5 already delivered.",
        unbalanced,
    )
    assert judge(unbalanced, MaxDead(0)) == expected


@pytest.mark.parametrize("error", [SourceStopped("The source failed"), DataPlaneStopped("The data plane said no.")])
def test_what_stopped_a_run_weighs_most_and_what_was_done_until_then_is_said(error):
    stopped = replace(SUMMARY, balanced=False, in_doubt=3)
    until_then = "Until then 940 delivered, 5 already delivered, 3 in doubt and 25 dead letters."
    words = f"{str(error).rstrip('.')}. {until_then}"
    assert judge(stopped, MaxDead(0), error) == Outcome(Exit.STOPPED, words, stopped)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (1, "1,940 delivered, 1 dead letter, balanced."),
        (0, "1 dead letter is more than --max-dead allows; `backfill status` lists them by reason."),
    ],
)
def test_one_is_one(limit, words):
    one = replace(SUMMARY, delivered=1940, already_delivered=0, rows_dead=0, dead=1)
    assert judge(one, MaxDead(limit)).words.startswith(words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rows_filtered": 79}, "1 row has no fate"),
        ({"rows_dead": 2020}, "2,000 fates more than there are rows"),
        ({"delivered": 900}, "40 messages have no end"),
        ({"messages": 945}, "5 ends more than there are messages"),
        ({"in_doubt": 10}, "10 ends more than there are messages"),
        ({}, "a shard is unfinished, or rows of different users share a row id, so that a message id was sent twice"),
    ],
)
def test_the_difference_is_named(changes, words):
    assert imbalance(replace(SUMMARY, balanced=False, **changes)) == words


def test_every_error_that_a_person_can_mend_has_an_exit():
    assert set(EXITS.values()) == {Exit.REFUSED, Exit.STOPPED}
    assert [int(exit_) for exit_ in Exit] == [0, 1, 2, 3]


def test_the_document_has_the_exit_the_words_and_the_summary():
    assert judge(SUMMARY, MaxDead(25)).document() == {
        "exit": 0,
        "words": "940 delivered, 5 already delivered, 25 dead letters, balanced.",
        **SUMMARY.document(),
    }
    assert Outcome(Exit.REFUSED, "no", None).document() == {"exit": 2, "words": "no"}
