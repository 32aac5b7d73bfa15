"""Runs and shards: what was asked, how far it is, how it ended."""

from collections import Counter

from loaders.answers import Answer
from loaders.ledger.runs import (
    Shard,
    advance,
    end_run,
    last_runs,
    progress,
    run_parameters,
    run_shards,
    start_run,
)

OK = Answer(200, "ok")
LOST = Answer(None, "the connection broke")

OK = Answer(200, "ok")
LOST = Answer(None, "the connection broke")


def test_a_run_and_its_shards_are_found_as_they_were_written(ledger):
    cut = [Shard("users", (None, 5, "ß", None)), Shard("visitors", (None, None))]
    start_run(ledger, "run-1", {"shards": 2, "since": None}, {"code": "1.0.0"}, cut)

    started_at, parameters = run_parameters(ledger, "run-1")
    assert (len(started_at), parameters) == (27, {"shards": 2, "since": None})
    assert cut == run_shards(ledger, "run-1")
    assert progress(ledger, "run-1") == (4, 0, Counter())


def test_progress_is_that_of_all_shards(ledger):
    start_run(ledger, "run-1", {}, {}, [Shard("users", (None, 5, None)), Shard("visitors", (None, None))])
    start_run(ledger, "run-2", {}, {}, [Shard("users", (None, 5, None))])
    advance(ledger, "run-1", 0, 1, Counter({"rows_read|orders": 3}))
    advance(ledger, "run-1", 0, 2, Counter({"rows_read|orders": 5}))
    advance(ledger, "run-1", 1, 1, Counter({"rows_read|orders": 1, "rows_read|carts": 2}))

    assert progress(ledger, "run-1") == (3, 3, Counter({"rows_read|orders": 6, "rows_read|carts": 2}))
    assert progress(ledger, "run-2") == (2, 0, Counter())


def test_the_latest_runs_come_first_with_how_they_ended(ledger, monkeypatch):
    for day in (1, 3, 2):
        monkeypatch.setattr("loaders.ledger.runs.utc_now", lambda day=day: f"2024-01-0{day}T00:00:00.000000Z")
        start_run(ledger, f"run-{day}", {}, {}, [Shard("nobody", (None, None))])
    end_run(ledger, "run-3", "done", {"balanced": True})

    latest = last_runs(ledger, 2)

    assert [(run["run_id"], run["state"], run["summary"]) for run in latest] == [
        ("run-3", "done", {"balanced": True}),
        ("run-2", "running", None),
    ]
