"""Runs and shards: what was asked, how far it is, how it ended."""

from collections import Counter

import pytest

from loaders.answers import Answer
from loaders.ledger.opening import open_ledger
from loaders.ledger.runs import (
    Shard,
    advance,
    done_before,
    end_run,
    last_runs,
    progress,
    run_of,
    run_shards,
    start_run,
    stopped_run,
)

OK = Answer(200, "ok")
LOST = Answer(None, "the connection broke")


def test_a_run_and_its_shards_are_found_as_they_were_written(ledger):
    cut = [Shard("users", ((None, 5), (5, "ß"), ("ß", None))), Shard("visitors", ((None, None),))]
    start_run(ledger, "run-1", "import", {"shards": 2, "since": None}, {"code": "1.0.0"}, cut)

    asked = run_of(ledger, "run-1")
    assert (asked.kind, len(asked.started_at), asked.parameters) == ("import", 27, {"shards": 2, "since": None})
    assert cut == run_shards(ledger, "run-1")
    assert progress(ledger, "run-1") == (4, 0, Counter())


def test_progress_is_that_of_all_shards(ledger):
    start_run(
        ledger, "run-1", "import", {}, {}, [Shard("users", ((None, 5), (5, None))), Shard("visitors", ((None, None),))]
    )
    start_run(ledger, "run-2", "import", {}, {}, [Shard("users", ((None, 5), (5, None)))])
    advance(ledger, "run-1", 0, (1, Counter()), Counter({"rows_read|orders": 3}))
    advance(ledger, "run-1", 0, (2, Counter({"rows_read|orders": 4})), Counter({"rows_read|orders": 5}))
    advance(ledger, "run-1", 1, (1, Counter()), Counter({"rows_read|orders": 1, "rows_read|carts": 2}))

    assert progress(ledger, "run-1") == (3, 3, Counter({"rows_read|orders": 6, "rows_read|carts": 2}))
    assert progress(ledger, "run-2") == (2, 0, Counter())


def test_the_latest_runs_come_first_with_how_they_ended(ledger, monkeypatch):
    for day in (1, 3, 2):
        monkeypatch.setattr("loaders.ledger.runs.utc_now", lambda day=day: f"2024-01-0{day}T00:00:00.000000Z")
        start_run(ledger, f"run-{day}", "import", {}, {}, [Shard("nobody", ((None, None),))])
    end_run(ledger, "run-3", "done", {"balanced": True})

    latest = last_runs(ledger, 2)

    assert [(run["run_id"], run["state"], run["summary"]) for run in latest] == [
        ("run-3", "done", {"balanced": True}),
        ("run-2", "running", None),
    ]


def test_a_cursor_keeps_what_the_passed_ranges_counted(ledger):
    start_run(ledger, "run-1", "import", {}, {}, [Shard("users", ((None, 5), (5, None)))])
    advance(ledger, "run-1", 0, (1, Counter({"a": 1})), Counter({"a": 3}))

    assert run_shards(ledger, "run-1") == [Shard("users", ((None, 5), (5, None)), 1, {"a": 1})]
    assert progress(ledger, "run-1").counts == Counter({"a": 3})


def test_a_run_begins_where_its_shards_do(ledger):
    start_run(ledger, "run-1", "import", {}, {}, [Shard("users", ((None, 5), (5, None)), 1, {"a": 2})])

    assert progress(ledger, "run-1") == (2, 1, Counter({"a": 2}))


def test_only_the_last_run_if_stopped_and_the_same_is_gone_on_with(ledger):
    asked, versions = {"since": None, "shards": 8}, {"code": "1.0.0"}
    assert stopped_run(ledger, asked, versions) is None
    start_run(ledger, "run-1", "import", asked, versions, [])
    assert stopped_run(ledger, asked, versions) is None
    end_run(ledger, "run-1", "stopped", {})

    assert stopped_run(ledger, asked, versions) == "run-1"
    assert stopped_run(ledger, {**asked, "shards": 9}, versions) is None
    assert stopped_run(ledger, asked, {"code": "1.0.1"}) is None
    start_run(ledger, "run-2", "replay", asked, versions, [])
    end_run(ledger, "run-2", "stopped", {})
    assert stopped_run(ledger, asked, versions) is None


@pytest.fixture
def on_postgres(postgres_url):
    engine = open_ledger(postgres_url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("where", ["ledger", "on_postgres"])
def test_the_runs_before_one_are_those_like_it_that_ended_well(request, monkeypatch, where):
    engine = request.getfixturevalue(where)
    like = {"streams": ["orders", "carts"], "shards": 2}
    some = [
        ("other kind", "import", like, "done"),
        ("first", "nightly", like, "done"),
        ("other streams", "nightly", {"streams": ["orders"]}, "done"),
        ("second", "nightly", like | {"shards": 9}, "done"),
        ("stopped", "nightly", like, "stopped"),
        ("third", "nightly", like, "done"),
        ("this", "nightly", like, "done"),
        ("later", "nightly", like, "done"),
    ]
    for day, (run_id, kind, parameters, state) in enumerate(some, 1):
        monkeypatch.setattr("loaders.ledger.runs.utc_now", lambda day=day: f"2024-01-0{day}T00:00:00.000000Z")
        start_run(engine, run_id, kind, parameters, {}, [])
        end_run(engine, run_id, state, {"name": run_id})

    found = [[summary["name"] for summary in done_before(engine, "this", count)] for count in (9, 2)]
    assert found == [["third", "second", "first"], ["third", "second"]]
