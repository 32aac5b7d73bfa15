"""A push that is killed amid its parts, and an export that is: nothing lost, nothing more, and no half bundle."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from bundled import by_user, data_plane, lines, made, of_source
from sent import asked_of

from flows.settings import ROOT

SOME = ("orders", "cart_events")


@contextmanager
def going(folder, environment, *words):
    """Give the command under way in a process of its own."""
    program = [sys.executable, "-m", "flows.cli", *map(str, words)]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BACKFILL_", "PREFECT_"))}
    own |= {"PYTHONPATH": str(ROOT)} | environment
    with subprocess.Popen(program, cwd=folder, env=own, **pipes) as running:
        yield running


def until(condition, running):
    while not condition():
        assert running.poll() is None, "it ended before it could be killed"
        time.sleep(0.005)


def first_arrivals(messages):
    return list({json.loads(one)["messageId"]: one for one in reversed(messages)}.values())[::-1]


def test_a_push_that_is_killed_again_and_again_comes_to_its_end(forked, settings_in, tmp_path):
    parts = made(tmp_path / "bundle", settings_in(tmp_path), shards=3, streams=SOME).manifest.parts
    wanted = lines(tmp_path / "bundle")
    with data_plane(tmp_path, latency_ms=60) as plane:
        own = plane.settings(tmp_path, BATCH_EVENTS="100", IN_FLIGHT="2")
        for count in (len(wanted) // 10, len(wanted) // 2, len(wanted) * 3 // 4):
            with going(tmp_path, own, "push", "bundle") as running:
                until(lambda most=count: len(plane.ids()) > most, running)
                running.send_signal(signal.SIGKILL)
            assert running.returncode == -signal.SIGKILL
        ended = forked("push", "bundle", "--json", "s.json", folder=tmp_path, environment=own)
        arrived = plane.messages()
    said = json.loads((tmp_path / "s.json").read_text())
    assert ended.returncode == 0, ended.stderr
    assert (said["balanced"], said["messages"], said["in_doubt"]) == (True, len(wanted), 0)
    assert 0 < said["delivered"] < len(wanted)
    assert sorted(set(arrived)) == sorted(wanted)
    assert len(arrived) < len(wanted) + 4 * 3 * 2 * 100  # what was on its way when it was killed went again
    assert by_user(first_arrivals(arrived)) == by_user(wanted)
    runs = asked_of(tmp_path / "push.db", "SELECT kind, state FROM runs ORDER BY started_at")
    positions = asked_of(tmp_path / "push.db", "SELECT sum(position) FROM shards GROUP BY run_id")
    doubtful = asked_of(tmp_path / "push.db", "SELECT count(*) FROM batches WHERE state = 'in doubt'")
    assert runs == [("push", "stopped")] * 3 + [("push", "done")]
    assert (len(parts),) in positions
    assert any(0 < position < len(parts) for (position,) in positions)
    assert doubtful == [(0,)]


def test_a_push_that_is_interrupted_settles_what_is_on_its_way(forked, settings_in, tmp_path):
    made(tmp_path / "bundle", settings_in(tmp_path), shards=3, streams=SOME)
    with data_plane(tmp_path, latency_ms=60) as plane:
        own = plane.settings(tmp_path, BATCH_EVENTS="100", IN_FLIGHT="2")
        with going(tmp_path, own, "push", "bundle") as running:
            until(plane.ids, running)
            running.send_signal(signal.SIGTERM)
        assert running.returncode == 143
        before = len(plane.ids())
        ended = forked("push", "bundle", "--json", "s.json", folder=tmp_path, environment=own)
        arrived = plane.messages()
    said = json.loads((tmp_path / "s.json").read_text())
    assert (ended.returncode, said["already_delivered"]) == (0, before)
    assert sorted(arrived) == sorted(lines(tmp_path / "bundle"))


def test_a_part_that_is_changed_while_others_are_sent_stops_the_push(forked, settings_in, tmp_path):
    parts = made(tmp_path / "bundle", settings_in(tmp_path), shards=1, streams=SOME).manifest.parts
    last = tmp_path / "bundle" / parts[-1].name
    held = set(lines(tmp_path / "bundle")[-parts[-1].messages :])
    with data_plane(tmp_path, latency_ms=150) as plane:
        own = plane.settings(tmp_path, BATCH_EVENTS="100", IN_FLIGHT="1")
        with going(tmp_path, own, "push", "bundle", "--json", "s.json") as running:
            until(plane.ids, running)
            last.write_bytes(last.read_bytes()[:-1] + b"x")
            assert running.wait(60) == 3
        arrived = plane.messages()
    said = json.loads((tmp_path / "s.json").read_text())
    assert not held & set(arrived)
    assert said["balanced"] is False
    assert said["delivered"] == len(arrived) > 0
    assert forked("push", "bundle", folder=tmp_path, environment=own).returncode == 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_an_export_that_is_ended_leaves_no_bundle_and_the_next_one_is_whole(forked, settings_in, tmp_path, number):
    own = of_source(settings_in(tmp_path), tmp_path)
    export = ("export", "bundle", "--stream", "orders", "--max-dead", "5%")
    unfinished = tmp_path / "bundle.unfinished"
    with going(tmp_path, own, *export) as running:
        until(unfinished.exists, running)
        running.send_signal(number)
    assert running.returncode == (-9 if number == signal.SIGKILL else 143)
    assert not (tmp_path / "bundle").exists()
    assert unfinished.exists() is (number == signal.SIGKILL)

    ended = forked(*export, folder=tmp_path, environment=own)
    assert ended.returncode == 0, ended.stderr
    assert not unfinished.exists()
    with data_plane(tmp_path) as plane:
        ended = forked("push", "bundle", folder=tmp_path, environment=plane.settings(tmp_path))
    assert ended.returncode == 0
