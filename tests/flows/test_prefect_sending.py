"""What flows do beside an import: a replay, a rate that processes share, a cancellation."""

import os
import signal
import sqlite3
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest
from filled import IMPORT, NIGHT, REPLAY, filled
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.exceptions import TerminationSignal

from flows import pipeline
from flows.backfill import backfill
from flows.errors import EXITS, Exit, ServerFailed, ServerGone
from flows.nightly import nightly
from flows.prefect_run import run_in_prefect
from flows.replay import replay
from flows.shared_rate import most_at_once, take
from sandbox.gateway.server import GatewaySettings, running_gateway

pytestmark = pytest.mark.usefixtures("prefect")


def ledger_of(environment, query):
    path = environment["BACKFILL_LEDGER_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_a_replay_is_a_flow_run_of_its_own(put):
    environment = put(SOURCE_NAME="the shop of a replay")
    assert backfill(**filled(IMPORT, shards=1, max_dead="20%"), return_state=True).is_completed()
    future = "SELECT count(*) FROM dead_letters WHERE reason = 'Future-Time' AND stream = 'sign_ins'"
    ((count,),) = ledger_of(environment, future)

    asked = {"reasons": ["Future-Time"], "streams": ["sign_ins"]}
    still_dead = replay(**filled(REPLAY, **asked), return_state=True)
    allowed = replay(**filled(REPLAY, **asked, max_dead="100"), return_state=True)

    assert still_dead.is_failed()
    letters = "1 dead letter is" if count == 1 else f"{count} dead letters are"
    assert f'{letters} more than "Dead letters allowed" allows' in still_dead.message
    assert allowed.is_completed()
    assert allowed.result()["rows_read"] == count > 0
    assert ledger_of(environment, "SELECT kind FROM runs ORDER BY started_at") == [
        ("import",),
        ("replay",),
        ("replay",),
    ]


@pytest.fixture
def limit():
    """Give a global concurrency limit of 400 events, which come back at 6,000 a second."""
    asked = GlobalConcurrencyLimitCreate(name="test-rate", limit=400, slot_decay_per_second=6000.0)
    with get_client(sync_client=True) as client:
        client.create_global_concurrency_limit(asked)
    return "test-rate"


def test_a_night_is_a_flow_run_of_its_own(put, platform):
    put()
    assert nightly(**filled(NIGHT), return_state=True).is_failed()  # there is nothing to go on from
    assert backfill(**filled(IMPORT, max_dead="10%"), return_state=True).is_completed()
    with closing(sqlite3.connect(platform)) as connection, connection:
        connection.execute("UPDATE accounts SET updated_at = datetime('now', '-7 hours') WHERE account_id = 7")
    state = nightly(**filled(NIGHT, max_dead="10%"), return_state=True)
    assert state.is_completed(), state.message
    assert state.result()["events"]["Identify"] == 1
    assert nightly(**filled(NIGHT, max_dead="10%"), return_state=True).result()["delivered"] == 0


def test_a_rate_that_processes_share_is_kept(put, limit):
    put(SOURCE_NAME="the shop of a rate")
    started = time.monotonic()
    state = backfill(**filled(IMPORT, shards=3, max_dead="20%", shared_rate=limit), return_state=True)
    seconds = time.monotonic() - started

    assert state.is_completed()
    delivered = state.result()["delivered"]
    assert delivered > 9000
    assert seconds > (delivered - 400) / 6000


def test_a_shared_rate_that_is_none_stops_the_run_with_the_cure(put):
    put(SOURCE_NAME="the shop of no rate")
    state = backfill(**filled(IMPORT, shards=1, max_dead="20%", shared_rate="no-such-limit"), return_state=True)

    assert state.is_failed()
    assert "prefect gcl create no-such-limit" in state.message


def test_a_shared_rate_whose_server_does_not_answer_is_refused_before_anything_is_sent(put, held, monkeypatch):
    put(SOURCE_NAME="the shop of no server")
    most_at_once.cache_clear()
    monkeypatch.setattr("flows.shared_rate.get_client", unreachable)
    before = held()
    with pytest.raises(ServerFailed, match="'test-rate', cannot be reached; start it"):
        run_in_prefect(lambda: backfill, filled(IMPORT, shards=1, max_dead="20%", shared_rate="test-rate"))
    assert held() == before


def unreachable(*_, **__):
    raise httpx.ConnectError("Connection refused")


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (httpx.ConnectError("no connection"), ServerGone),
        (ConcurrencySlotAcquisitionError("Unable to acquire"), ServerGone),
        (httpx.HTTPStatusError("", request=None, response=httpx.Response(503)), ServerGone),
        (httpx.HTTPStatusError("", request=None, response=httpx.Response(422)), httpx.HTTPStatusError),
    ],
    ids=str,
)
def test_a_shared_rate_that_is_gone_meanwhile_is_told_as_what_stops_a_run(monkeypatch, error, ends):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("flows.shared_rate.most_at_once", lambda _: 100)
    monkeypatch.setattr("flows.shared_rate.rate_limit", fail)
    with pytest.raises(ends):
        take("any", 10)
    assert EXITS[ServerGone] is Exit.STOPPED


def test_a_run_whose_server_is_gone_settles_and_is_drawn_up(put, tmp_path, monkeypatch):
    environment = put(
        SOURCE_NAME="the shop of a lost server", LEDGER_URL=f"sqlite:///{tmp_path}/lost.db", BATCH_EVENTS="200"
    )
    environment = environment | {"BACKFILL_LEDGER_URL": f"sqlite:///{tmp_path}/lost.db"}
    turns = iter(range(10**6))

    def limited(*_, **__):
        if next(turns) > 8:
            unreachable()

    monkeypatch.setattr("flows.shared_rate.most_at_once", lambda _: 10_000)
    monkeypatch.setattr("flows.tasks.most_at_once", lambda _: 10_000)
    monkeypatch.setattr("flows.shared_rate.rate_limit", limited)
    monkeypatch.setattr("flows.reporting.artifacts.create_markdown_artifact", unreachable)
    state = backfill(**filled(IMPORT, shards=2, max_dead="20%", shared_rate="any"), return_state=True)
    ended = state.result(raise_on_failure=False)

    assert (state.is_failed(), ended["exit"], ended["balanced"]) == (True, 3, False)
    assert "Prefect's server does not answer any more" in ended["words"]
    assert ended["delivered"] > 0
    assert ledger_of(environment, "SELECT state FROM runs") == [("stopped",)]
    assert ledger_of(environment, "SELECT DISTINCT state FROM batches") == [("delivered",)]


unreachable.name = "unreachable"


def test_a_flow_run_that_cannot_be_told_any_more_ends_as_a_stopped_one(put):
    put()
    with pytest.raises(ServerGone):
        run_in_prefect(lambda: unreachable, {})


def test_a_cancelled_run_settles_what_is_on_its_way_and_lets_the_ledger_go(put, tmp_path):
    slow = GatewaySettings(store=tmp_path / "events.db", write_keys=("wk-flows-0001",), latency_ms=300)
    with running_gateway(slow) as gateway:
        environment = put(
            SOURCE_NAME="a shop",
            DATA_PLANE_URL=gateway.url,
            BATCH_EVENTS="200",
            LEDGER_URL=f"sqlite:///{tmp_path}/cancelled.db",
        )
        environment = environment | {"BACKFILL_LEDGER_URL": f"sqlite:///{tmp_path}/cancelled.db"}
        killer = threading.Thread(target=_terminate_once_something_is_delivered, args=(environment,))
        killer.start()
        before = signal.getsignal(signal.SIGTERM)
        signal.signal(signal.SIGTERM, _terminated)  # as Prefect's engine does in a process of its own
        try:
            with suppress(TerminationSignal):
                backfill(**filled(IMPORT, shards=2, max_dead="20%"))
        finally:
            signal.signal(signal.SIGTERM, before)
            killer.join()

        assert ledger_of(environment, "SELECT state FROM runs") == [("stopped",)]
        assert ledger_of(environment, "SELECT owner FROM locks") == [(None,)]
        assert {state for (state,) in ledger_of(environment, "SELECT DISTINCT state FROM batches")} <= {
            "delivered",
            "in doubt",
        }
        again = backfill(**filled(IMPORT, shards=2, max_dead="20%"), return_state=True)

    assert again.is_completed()
    assert again.result()["already_delivered"] > 0
    assert again.result()["delivered"] > 0


def _terminated(*_):
    raise TerminationSignal(signal.SIGTERM)


def _terminate_once_something_is_delivered(environment):
    path = Path(environment["BACKFILL_LEDGER_URL"].removeprefix("sqlite:///"))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(sqlite3.Error):
            if path.exists() and ledger_of(environment, "SELECT 1 FROM batches WHERE state = 'delivered'"):
                os.kill(os.getpid(), signal.SIGTERM)
                return
        time.sleep(0.05)


def test_every_flow_holds_the_ledger_while_it_runs(put):
    put(SOURCE_NAME="a held shop")
    settings = pipeline.Settings()
    with pipeline.prepared(settings, pipeline.Options()):
        state = backfill(**filled(IMPORT, shards=1), return_state=True)

    assert state.is_failed()
    assert "Another run holds the ledger" in state.message
