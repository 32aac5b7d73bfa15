"""A verification as Prefect shows it: how it ends, its report, its tasks, and nothing secret or personal in any."""

import asyncio

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.logging.handlers import APILogHandler
from verified import KEY, history_of

from flows.errors import Exit
from flows.prefect_run import run_in_prefect
from flows.verification.verified import Verified
from flows.verify import verify

pytestmark = pytest.mark.usefixtures("prefect")


@pytest.fixture
def ground(tmp_path):
    with history_of(tmp_path, users=60, hostile=False) as ground:
        ground.run()
        yield ground


async def shown(state):
    """Give the flow run, its tasks, its report and its log, as Prefect has them."""
    run_id = state.state_details.flow_run_id
    mine = FlowRunFilter(id={"any_": [run_id]})
    key = ArtifactFilter(key=ArtifactFilterKey(any_=["verify-report"]))
    async with get_client() as client:
        return (
            await client.read_flow_run(run_id),
            await client.read_task_runs(flow_run_filter=mine),
            await client.read_artifacts(artifact_filter=key, flow_run_filter=mine),
            await client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]))),
        )


def test_it_is_failed_where_something_differs_and_completed_once_that_is_mended(ground):
    lost = ground.lose("seq IN (10, 20, 30, 40)")
    people = ground.source("SELECT email, last_name, phone, username FROM accounts")
    secrets = {value for row in people for value in row if value and len(value) > 4} | {KEY, str(ground.folder)}
    with ground.settled():
        states = [verify(compared={"resend_missing": resend}, return_state=True) for resend in (False, True, False)]
    APILogHandler().flush()

    assert [state.is_completed() for state in states] == [False, True, True]
    assert [state.result(raise_on_failure=False)["missing"] for state in states] == [4, 4, 0]
    run, tasks, (artifact,), logs = asyncio.run(shown(states[0]))
    assert (run.name, tasks) == ("verify the beginning…now · all streams", [])
    assert run.state.message == artifact.description == "Source, ledger and local data plane differ: 4 missing."
    assert {one for one in lost if f"| {one} |" in artifact.data} == lost
    assert "### Messages by stream and month" in artifact.data
    assert "Finished in state Failed" in "".join(log.message for log in logs)

    mended = asyncio.run(shown(states[1]))
    assert [task.name for task in mended[1]] == ["1: users"]
    assert mended[2][0].description.endswith("4 were missing, and were sent again.")
    everything = "".join(
        part.model_dump_json()
        for run, tasks, reports, logs in [(run, tasks, [artifact], logs), mended]
        for part in (run, *tasks, *reports, *logs)
    )
    assert {secret for secret in secrets if secret in everything} == set()


def test_the_command_gets_its_account_out_of_prefect(ground, tmp_path):
    lost = ground.lose("seq = 10")
    asked = {"shown": {"file": str(tmp_path / "findings.csv"), "each": 1}}
    with ground.settled():
        outcome = run_in_prefect(lambda: verify, asked, Verified)
    assert (outcome.exit, outcome.summary.missing) == (Exit.UNBALANCED, 1)
    assert {one["message_id"] for one in outcome.summary.findings} == lost
    assert lost.pop() in (tmp_path / "findings.csv").read_text()
