"""The flow as Prefect shows it: its task runs, its artifact, how it ends, and nothing secret or personal in any."""

import asyncio
import hashlib
import json
import re
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from filled import IMPORT, filled
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.logging.handlers import APILogHandler

from flows import pipeline
from flows.backfill import backfill
from sandbox.gateway.server import GatewaySettings, running_gateway

WRITE_KEY, DISABLED_KEY = "wk-flows-0001", "wk-flows-0002"

pytestmark = pytest.mark.usefixtures("prefect")


class Shown:
    """What Prefect shows of a flow run: its states, its task runs, its artifacts and its log."""

    def __init__(self, state):
        APILogHandler().flush()
        self.state = state
        asyncio.run(self._read(state.state_details.flow_run_id))

    async def _read(self, run_id):
        mine = FlowRunFilter(id={"any_": [run_id]})
        key = ArtifactFilter(key=ArtifactFilterKey(any_=["backfill-report"]))
        async with get_client() as client:
            self.run = await client.read_flow_run(run_id)
            self.tasks = await client.read_task_runs(flow_run_filter=mine)
            self.artifacts = await client.read_artifacts(artifact_filter=key, flow_run_filter=mine)
            self.logs = await client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id])))

    @property
    def everything(self):
        parts = [self.run, *self.tasks, *self.artifacts, *self.logs]
        return "\n".join(part.model_dump_json() for part in parts)


def run(**asked):
    return Shown(backfill(**filled(IMPORT, **asked), return_state=True))


def secrets_of(platform):
    """Return what must stand nowhere: the write key, the source's path, and what people are called."""
    with closing(sqlite3.connect(platform)) as connection:
        people = connection.execute("SELECT email, last_name, phone FROM accounts").fetchall()
    personal = {value for row in people for value in row if value and len(value) > 4}
    digest = hashlib.sha256(WRITE_KEY.encode()).hexdigest()[:8]  # the ledger's alone
    return {WRITE_KEY, digest, DISABLED_KEY, str(platform), platform.name, "an-odd-place", *personal}


def test_a_run_ends_completed_with_its_shards_named_and_its_account_as_an_artifact(put, platform):
    put()
    shown = run(shards=3, max_dead="10%")

    assert shown.state.is_completed()
    figures = shown.state.result()
    dead = figures["dead"] + figures["rows_dead"]
    account = f"{figures['delivered']:,} delivered, {dead:,} dead letters, balanced."
    assert shown.state.message == f"{account} The ledger was new: everything counted as never sent."
    assert shown.run.name == "import the beginning…now · all streams"

    names = sorted(task.name for task in shown.tasks)
    assert names == ["1: users", "2: visitors", "3: rows of nobody"]
    assert all(task.state.is_completed() for task in shown.tasks)
    said = [
        re.fullmatch(r"[\d,]+ users?, ([\d,]+) delivered, ([\d,]+) dead letters?", task.state.message).groups()
        for task in shown.tasks
    ]
    totals = [sum(int(number.replace(",", "")) for number in column) for column in zip(*said, strict=True)]
    assert totals == [figures["delivered"], dead]

    (artifact,) = shown.artifacts
    assert artifact.description == shown.state.message
    assert f"| rows read | {figures['rows_read']:,} |" in artifact.data
    assert f"| = delivered | {figures['delivered']:,} |" in artifact.data
    assert "### Balance" in artifact.data
    assert "### Delivered by" in artifact.data

    everything = shown.everything
    assert "Finished in state Completed" in everything
    assert {secret for secret in secrets_of(platform) if secret in everything} == set()
    assert "@" not in json.dumps([shown.run.parameters, artifact.data, *(log.message for log in shown.logs)])


def test_shards_of_one_axis_are_numbered(put, monkeypatch):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 20)
    put()
    shown = run(since="2023-01-01", streams=["sign_ins"], shards=2, max_dead="100%")
    assert sorted(task.name for task in shown.tasks) == [
        "1: users 1-40",
        "2: users 41 and on",
        "3: rows of nobody",
    ]
    assert shown.run.name == "import 2023-01-01…now · sign_ins"


def test_a_run_beyond_its_dead_letters_is_failed_with_words(put):
    put()
    shown = run(streams=["sign_ins"], shards=1)

    assert shown.state.is_failed()
    assert re.fullmatch(r'\d+ dead letters are more than "Dead letters allowed" allows; .*', shown.state.message)
    assert len(shown.artifacts) == 1
    assert all(task.state.is_completed() for task in shown.tasks)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"WRITE_KEY": "wk-unknown-0003"}, "401 invalid write key. Cure: set BACKFILL_WRITE_KEY to"),
        ({"WRITE_KEY": DISABLED_KEY}, "404 source is disabled. Cure: enable the source"),
        ({"SOURCE_TIMEZONE": "Mars/Base"}, "BACKFILL_SOURCE_TIMEZONE: 'Mars/Base' is no time zone"),
    ],
)
def test_a_run_that_is_refused_is_failed_with_the_cure(put, platform, changes, words):
    put(**changes)
    shown = run()

    assert shown.state.is_failed()
    assert words in shown.state.message
    assert (shown.tasks, shown.artifacts) == ([], [])
    assert {secret for secret in (*secrets_of(platform), "wk-unknown-0003") if secret in shown.everything} == set()


def test_a_source_that_is_disabled_while_the_run_lasts_fails_it_with_the_cure(put, tmp_path, platform, monkeypatch):
    """The gateway that took the key at the beginning is another by the time the shards send."""
    planes = []
    prepare = pipeline.prepared
    before = GatewaySettings(store=tmp_path / "events.db", write_keys=(WRITE_KEY,))

    @contextmanager
    def prepared(*asked, **how):
        with prepare(*asked, **how) as ready:
            planes.pop().__exit__(None, None, None)
            after = replace(before, port=port, write_keys=("another",), disabled_keys=(WRITE_KEY,))
            planes.append(running_gateway(after))
            planes[-1].__enter__()
            yield ready

    monkeypatch.setattr(pipeline, "prepared", prepared)
    planes.append(running_gateway(before))
    try:
        url = planes[0].__enter__().url
        port = int(url.rpartition(":")[2])
        environment = put(DATA_PLANE_URL=url)
        shown = run(shards=2, max_dead="100%")
    finally:
        planes.pop().__exit__(None, None, None)

    assert shown.state.is_failed()
    assert shown.state.message.startswith(
        f"The data plane at {url} said: 404 source is disabled. Cure: enable the source"
    )
    assert [task.state.is_failed() for task in shown.tasks if "users" in task.name] == [True]
    (artifact,) = shown.artifacts
    assert "| = delivered | 0 |" in artifact.data
    assert {secret for secret in secrets_of(platform) if secret in shown.everything} == set()
    ledger = Path(environment["BACKFILL_LEDGER_URL"].removeprefix("sqlite:///"))
    with closing(sqlite3.connect(ledger)) as connection:
        assert connection.execute("SELECT state FROM runs").fetchall() == [("stopped",)]
        assert {row[0] for row in connection.execute("SELECT state FROM batches")} == {"rejected"}


def test_what_was_delivered_is_not_sent_again(put):
    put(SOURCE_NAME="the shop of test_prefect")
    asked = {"streams": ["sign_ups", "accounts"], "shards": 1, "max_dead": "100%"}
    first, again = run(**asked).state.result(), run(**asked).state.result()
    assert (again["delivered"], again["already_delivered"]) == (0, first["delivered"])
    assert first["delivered"] > 0
