import json
import subprocess
import sys

import pytest

from benchmarks.contestants import BACKFILL, FLOOR, PEERS
from benchmarks.report import ABSENT

PEER_EVENTS = 1_000


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmark")
    command = [sys.executable, "-m", "benchmarks", "--events", "3000", "--rounds", "1"]
    command += ["--peer-events", str(PEER_EVENTS), "--results", str(folder), "--state", str(folder / "state")]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    return process, folder


@pytest.fixture(scope="module")
def document(run):
    return json.loads((run[1] / "latest.json").read_text())


def test_the_whole_path_and_the_floor_run_side_by_side(document):
    by_name = {figure["contestant"]: figure for figure in document["figures"]}
    ours, floor = by_name[BACKFILL], by_name[FLOOR]
    assert ours["events"] > 3_000
    assert floor["events"] == pytest.approx(ours["events"], rel=0.02)
    assert floor["json_bytes_an_event"] == pytest.approx(ours["json_bytes_an_event"], rel=0.05)
    assert set(ours["pieces_us_an_event"]) == {"prepare", "work", "finish"}
    assert set(floor["pieces_us_an_event"]) == {"read", "build", "gzip", "post"}
    assert ours["ratio"] == {"median": 1, "low": 1, "high": 1}


def test_a_peer_is_measured_or_said_to_be_absent(run, document):
    measured = {figure["contestant"]: figure["events"] for figure in document["figures"]}
    for peer in PEERS:
        if peer in document["absent"]:
            assert f"{peer}: {ABSENT}" in run[0].stdout
        else:
            assert measured[peer] == PEER_EVENTS


def test_the_results_hold_no_path_and_the_table_is_kept_as_markdown(run):
    process, folder = run
    for name in ("latest.json", "latest.md"):
        text = (folder / name).read_text()
        assert str(folder) not in text
        assert sys.prefix not in text
    assert "| backfill |" in (folder / "latest.md").read_text()
    assert "Side by side" in process.stdout


def test_more_peer_events_than_there_are_is_a_failure(run):
    state = run[1] / "state"
    command = [
        sys.executable,
        "-m",
        "benchmarks",
        "--events",
        "3000",
        "--peer-events",
        "9000000",
        "--state",
        str(state),
    ]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 1
    assert "9,000,000 are to go to peers" in process.stderr.replace("\n", " ")
