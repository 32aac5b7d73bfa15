"""What a run leaves on its page in Prefect: its progress while it lasts, its report and its dead letters."""

import asyncio
import json
import time
from dataclasses import replace

import httpx
import pytest
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings
from verified import history_of

from flows import pipeline
from flows.errors import Exit
from flows.options import Options
from flows.outcome import MaxDead, Outcome
from flows.progress import Figures
from flows.reporting import artifacts, live
from flows.reporting.live import live_progress

pytestmark = pytest.mark.usefixtures("prefect")


def left_by(run_id):
    """Give the artifacts of the flow run, by key; it has one of each."""

    async def read():
        async with get_client() as client:
            return await client.read_artifacts(flow_run_filter=FlowRunFilter(id={"any_": [run_id]}))

    found = asyncio.run(read())
    assert len({one.key for one in found}) == len(found)
    return {one.key: one for one in found}


@pytest.fixture
def sent(settings):
    """Give how a run without Prefect ended."""
    return pipeline.run_here(settings, Options(shards=3), 2, MaxDead(share=1.0))


@flow
def published(settings, outcome):
    artifacts.publish(settings, outcome)
    return str(flow_run.id)


@flow
def watched(settings, options, seconds):
    """Run as a flow does, watched until the end, and give the flow run's id and the states of its progress."""
    seen = []
    with pipeline.prepared(settings, options) as run:
        with live_progress(settings, run.run_id):
            for number in range(len(run.shards)):
                pipeline.work(settings, run.run_id, number)
                time.sleep(seconds)
                seen.append(left_by(flow_run.id).get("backfill-progress"))
        summary = pipeline.finish(settings, run.run_id)
    return str(flow_run.id), summary, [one for one in seen if one]


def without_validation(one):
    return one.with_options(validate_parameters=False)


def test_the_report_and_the_letters_hang_on_the_flow_run(settings, sent):
    left = left_by(without_validation(published)(settings, sent))

    assert {key: one.type for key, one in left.items()} == {"backfill-report": "markdown", "dead-letters": "table"}
    assert left["backfill-report"].data.startswith(f"# Done\n\n{sent.words}")
    assert left["backfill-report"].description == sent.words
    rows = json.loads(left["dead-letters"].data)
    dead = sent.summary.rows_dead + sent.summary.dead
    assert sum(row["in this run"] for row in rows) == dead > 0
    assert all(row["what it is"] for row in rows)
    assert left["dead-letters"].description.startswith(f"{dead:,} dead letters in this run, ")


def test_what_was_refused_has_its_words_alone(settings):
    left = left_by(without_validation(published)(settings, Outcome(Exit.REFUSED, "The source is not there", None)))
    assert {key: one.data for key, one in left.items()} == {"backfill-report": "# Refused\n\nThe source is not there"}


@flow(validate_parameters=False)
def compared(outcome):
    artifacts.publish_verified(outcome)
    return str(flow_run.id)


def test_a_verification_leaves_its_account_as_a_table_and_no_row_ids(tmp_path):
    with history_of(tmp_path, users=60, hostile=False) as ground:
        ground.run()
        lost = ground.lose("seq IN (10, 20)")
        outcome = ground.verify()
    left = left_by(compared(outcome))

    assert {key: one.type for key, one in left.items()} == {"verify-report": "markdown", "reconciliation": "table"}
    rows = json.loads(left["reconciliation"].data)
    assert sum(row["missing"] for row in rows) == 2
    assert sum(row["source"] - row["destination"] for row in rows) == 2
    report = left["verify-report"].data
    assert report.startswith("# Differs\n\nSource, ledger and local data plane differ: 2 missing.")
    assert {one for one in lost if one in report} == lost
    assert "| stream | event | message | table | detail |" in report
    assert "- **Missing:** `backfill verify --resend-missing` sends them again." in report
    assert report.count("\n| ") < 200
    assert "more: `backfill verify --json FILE` has all." in report


def test_the_progress_follows_the_ledger_and_ends_at_the_true_end(settings, monkeypatch):
    monkeypatch.setattr(live, "_EVERY_SECONDS", 0.1)
    run_id, summary, seen = without_validation(watched)(settings, Options(shards=3), 0.5)

    shares = [one.data for one in seen]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 100
    last = left_by(run_id)["backfill-progress"]
    dead = summary.rows_dead + summary.dead
    assert (last.type, last.data) == ("progress", 100)
    assert last.description.startswith(f"100 % · {summary.delivered:,} delivered · ")
    assert last.description.endswith(f"/s · {dead:,} dead letters")
    assert str(last.flow_run_id) == run_id


def test_a_run_that_is_stopped_ends_where_it_was(settings, monkeypatch):
    monkeypatch.setattr(live, "_EVERY_SECONDS", 60.0)

    @flow(validate_parameters=False)
    def stopped():
        with pipeline.prepared(settings, Options(shards=3)) as run:
            with live_progress(settings, run.run_id):
                pipeline.work(settings, run.run_id, 0)
            pipeline.finish(settings, run.run_id, InterruptedError())
        return str(flow_run.id)

    assert 0 < left_by(stopped())["backfill-progress"].data < 100


@pytest.fixture
def nowhere():
    """Let Prefect's server be where nobody answers."""
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api", PREFECT_CLIENT_MAX_RETRIES: 0}):
        yield


@pytest.mark.filterwarnings("ignore:Artifact creation outside:FutureWarning")
@pytest.mark.usefixtures("nowhere")
def test_a_server_that_is_gone_neither_fails_a_run_nor_holds_it_up(settings, monkeypatch):
    monkeypatch.setattr(live, "_EVERY_SECONDS", 0.1)
    with pytest.raises(httpx.ConnectError):
        artifacts.create_markdown_artifact("it is gone", key="backfill-report")
    begun = time.monotonic()
    with pipeline.prepared(settings, Options(shards=1)) as run:
        with live_progress(settings, run.run_id):
            pipeline.work(settings, run.run_id, 0)
        summary = pipeline.finish(settings, run.run_id)
    artifacts.publish(settings, Outcome(Exit.DONE, "done", summary))
    assert time.monotonic() - begun < 10


def test_another_fault_than_a_server_gone_is_no_secret(settings, sent):
    broken = sent._replace(summary=replace(sent.summary, users=None))
    state = without_validation(published)(settings, broken, return_state=True)
    assert state.is_failed()


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (Figures(60.0, 100, 62, 2_319_360, 14), "62 % · 2,319,360 delivered · 38,656/s · 14 dead letters"),
        (Figures(10.0, 1000, 999, 5, 1), "99 % · 5 delivered · 0/s · 1 dead letter"),
        (Figures(1.0, 0, 0, 0, 0), "0 % · 0 delivered · 0/s · 0 dead letters"),
    ],
)
def test_the_words_of_progress(figures, words):
    assert live.words(figures) == words
