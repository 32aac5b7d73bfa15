"""What is told of a run that did not fail: judged from its figures and the nights before."""

from dataclasses import replace

import httpx
import pytest
from prefect.logging import disable_run_logger
from prefect.variables import Variable

from flows.alerts import notices as told
from flows.alerts.events import DEAD_LETTERS, QUIET_NIGHT
from flows.alerts.notices import notices, tell_notices
from flows.errors import Exit
from flows.outcome import Outcome
from flows.settings import LedgerSettings
from flows.summary import Summary
from loaders.ledger.opening import open_ledger
from loaders.ledger.runs import end_run, start_run

RUN = Summary(
    run_id="run",
    rows_read=1000,
    rows_mapped=980,
    rows_filtered=0,
    rows_dead=20,
    messages=980,
    delivered=980,
    dead=0,
    in_doubt=0,
    already_delivered=0,
    balanced=True,
    events={},
    users=9,
    bytes=9,
    requests=9,
    seconds=1.0,
)
QUIET = replace(RUN, delivered=0, rows_dead=0)
BUSY = [5, 0, 5, 0, 5, 0, 5]


@pytest.mark.parametrize(
    ("summary", "share", "nights", "events"),
    [
        (RUN, None, BUSY, []),
        (RUN, 0.02, BUSY, []),
        (RUN, 0.019, BUSY, [DEAD_LETTERS]),
        (replace(RUN, dead=1), 0.02, BUSY, [DEAD_LETTERS]),
        (replace(RUN, rows_read=0, rows_dead=0), 0.0, [], []),
        (replace(RUN, rows_read=0, rows_dead=0, dead=1), 0.5, [], [DEAD_LETTERS]),
        (QUIET, 0.0, BUSY, [QUIET_NIGHT]),
        (QUIET, 0.0, [0, *BUSY[1:]], []),
        (QUIET, 0.0, [5, 5, 5], []),
        (QUIET, 0.0, [5, 5, 5, 5], [QUIET_NIGHT]),
        (QUIET, 0.0, [], []),
        (replace(RUN, delivered=0), 0.0, BUSY, [DEAD_LETTERS, QUIET_NIGHT]),
    ],
)
def test_what_there_is_to_know(summary, share, nights, events):
    assert [notice.event for notice in notices(summary, share, nights)] == events


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKFILL_LEDGER_URL", f"sqlite:///{tmp_path}/ledger.db")
    engine = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    yield engine
    engine.dispose()


@pytest.fixture
def emitted(monkeypatch):
    """Give what is emitted, where a variable's value stands for the server."""
    found = []
    monkeypatch.setattr(told, "emit", lambda notice, run_id: found.append((notice.event, run_id)))
    monkeypatch.setattr(Variable, "get", lambda _: "1%")
    return found


def written(ledger, run_id, kind, delivered, streams=()):
    start_run(ledger, run_id, kind, {"streams": list(streams)}, {}, [])
    end_run(ledger, run_id, "done", {"delivered": delivered})


@pytest.mark.parametrize(("kind", "events"), [("nightly", [(QUIET_NIGHT, "run")]), ("import", [])])
def test_only_a_night_is_quiet(ledger, emitted, kind, events):
    for night in range(4):
        written(ledger, f"before-{night}", kind, 5)
    written(ledger, "run", kind, 0)
    tell_notices(LedgerSettings(), Outcome(Exit.DONE, "", QUIET))
    assert emitted == events


def test_a_night_is_held_against_nights_of_the_same_streams(ledger, emitted):
    for night in range(4):
        written(ledger, f"before-{night}", "nightly", 5)
    written(ledger, "run", "nightly", 0, ["orders"])
    tell_notices(LedgerSettings(), Outcome(Exit.DONE, "", QUIET))
    assert emitted == []


def test_a_night_that_was_stopped_is_not_quiet_but_its_dead_letters_are_told(ledger, emitted):
    for night in range(4):
        written(ledger, f"before-{night}", "nightly", 5)
    written(ledger, "run", "nightly", 0)
    tell_notices(LedgerSettings(), Outcome(Exit.STOPPED, "", replace(RUN, delivered=0)))
    assert emitted == [(DEAD_LETTERS, "run")]


def test_a_server_that_is_gone_costs_the_notice_and_not_the_run(ledger, emitted, monkeypatch):
    def gone(_):
        raise httpx.ConnectError("no route")

    monkeypatch.setattr(Variable, "get", gone)
    written(ledger, "run", "import", 5)
    tell_notices(LedgerSettings(), Outcome(Exit.DONE, "", RUN))
    assert emitted == []


@pytest.mark.parametrize("kept", [None, "plenty", 20])
def test_a_share_that_is_none_costs_the_notice_and_not_the_run(ledger, emitted, monkeypatch, kept):
    monkeypatch.setattr(Variable, "get", lambda _: kept)
    written(ledger, "run", "import", 5)
    with disable_run_logger():
        tell_notices(LedgerSettings(), Outcome(Exit.DONE, "", RUN))
    assert emitted == []
