"""What a run would send, without sending it: as many as it then sends, and none of them before."""

from dataclasses import replace
from itertools import pairwise

import pytest

from flows import pipeline
from flows.errors import Exit, TooManyEvents
from flows.options import Options
from flows.outcome import MaxDead

ALL = MaxDead(share=1.0)


def told(outcome):
    return {
        name: value
        for name, value in outcome.summary.document().items()
        if name not in ("run_id", "seconds", "requests", "bytes")
    }


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(since="2023-01-01T00:00:00.000000Z", identify="history"),
        Options(streams=("orders",), shards=3),
    ],
    ids=["all", "a window", "a stream"],
)
def test_a_rehearsal_counts_what_the_run_then_sends(settings, held, options):
    before = held()
    rehearsed = pipeline.rehearse(settings, options, ALL)
    assert held() == before
    assert rehearsed.words.startswith("Nothing was sent. A run would end so: ")

    ran = pipeline.run_here(settings, options, 1, ALL)
    assert told(rehearsed) == told(ran)
    assert rehearsed.summary.bytes == ran.summary.bytes
    assert held() == before + ran.summary.delivered

    again = pipeline.rehearse(settings, options, ALL)
    assert (again.summary.delivered, again.summary.already_delivered) == (0, ran.summary.delivered)


def test_a_run_that_would_send_more_than_it_may_sends_nothing(settings, held):
    before = held()
    events = pipeline.rehearse(settings, Options(), ALL).summary.delivered
    with pytest.raises(TooManyEvents, match=f"{events:,} events would be sent, 1 more than the"):
        pipeline.run_here(settings, Options(max_events=events - 1), 1, ALL)
    assert held() == before
    outcome = pipeline.run_here(settings, Options(max_events=events), 1, ALL)
    assert (outcome.exit, outcome.summary.delivered) == (Exit.DONE, events)


@pytest.mark.parametrize("canary", [1, 7, 20, 45, 100_000])
def test_a_canary_is_the_first_shard_and_changes_nothing_of_what_is_sent(settings, monkeypatch, canary):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 20)
    options = Options(canary=canary, shards=2)
    with pipeline.prepared(settings, options) as run:
        users = [shard for shard in run.shards if shard.axis == "users"]
    whole = pipeline.rehearse(settings, replace(options, canary=None), ALL)
    outcome = pipeline.run_here(settings, options, 1, ALL)
    assert told(outcome) == told(whole)
    edges = [edge for shard in users for edge in shard.ranges]
    assert (edges[0][0], edges[-1][-1]) == (None, None)
    assert all(one[-1] == two[0] for one, two in pairwise(edges))
    assert len(users) == (1 if canary == 100_000 else 3)
