"""Starting, failing to start, stopping."""

import os
import socket
import subprocess
import sys
import time

import pytest

from sandbox.gateway.server import GatewayError, GatewaySettings, running_gateway

KEY = "secret-key"


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition, seconds=8):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_stops_at_the_end_of_the_block_and_keeps_its_events(tmp_path, http):
    settings = GatewaySettings(store=tmp_path / "new" / "events.db", write_keys=(KEY,))
    with running_gateway(settings) as first:
        http.post(f"{first.url}/v1/track", data='{"userId":"u"}', auth=(KEY, ""), timeout=10)
    assert not is_alive(first.pid)
    assert [path.name for path in settings.store.parent.iterdir()] == ["events.db"]

    with running_gateway(settings) as second:
        assert http.get(f"{second.url}/sandbox/counts", timeout=10).json()["events"] == 1


def test_a_port_that_is_taken_fails_with_the_childs_words(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = GatewaySettings(store=tmp_path / "e.db", write_keys=(KEY,), port=taken.getsockname()[1])
        with pytest.raises(GatewayError, match="already in use") as failed, running_gateway(settings):
            pass

    assert KEY not in str(failed.value)


def test_a_store_that_is_no_database_fails(tmp_path):
    store = tmp_path / "e.db"
    store.write_text("no database " * 100)

    with (
        pytest.raises(GatewayError, match="not a database"),
        running_gateway(GatewaySettings(store=store, write_keys=(KEY,))),
    ):
        pass


def test_a_failed_write_is_answered_with_500(tmp_path, http):
    settings = GatewaySettings(store=tmp_path / "e.db", write_keys=(KEY,))
    script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('DROP TABLE events'); c.commit()"
    with running_gateway(settings) as gateway:
        subprocess.run([sys.executable, "-c", script, str(settings.store)], check=True)
        answer = http.post(f"{gateway.url}/v1/track", data='{"userId":"u"}', auth=(KEY, ""), timeout=10)

    assert (answer.status_code, answer.text) == (500, "no such table: events\n")


def test_the_child_ends_when_its_parent_is_killed(tmp_path):
    script = (
        "import os, sys; from pathlib import Path\n"
        "from sandbox.gateway.server import GatewaySettings, running_gateway\n"
        "with running_gateway(GatewaySettings(store=Path(sys.argv[1]), write_keys=('k',))) as gateway:\n"
        "    print(gateway.pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "e.db")], stdout=subprocess.PIPE, check=False)

    wait_until(lambda: not is_alive(int(done.stdout)))


def test_settings_keep_their_keys_to_themselves(tmp_path):
    assert KEY not in repr(GatewaySettings(store=tmp_path, write_keys=(KEY,), disabled_keys=(KEY,)))


def test_settings_survive_the_pipe(tmp_path):
    settings = GatewaySettings(store=tmp_path / "é\n.db", write_keys=("a", "b"), disabled_keys=("c",), rate_limit=5)

    assert b"\n" not in settings.to_json()
    assert GatewaySettings.from_json(settings.to_json()) == settings


def test_every_fault_of_the_settings_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"write_keys.*host: '0\.0\.0\.0'.*rate_limit"):
        GatewaySettings(store=tmp_path, write_keys=(), host="0.0.0.0", rate_limit=0)  # noqa: S104 - it is refused
