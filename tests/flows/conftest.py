"""A sample platform, a local data plane and the settings of a run; and the command, in processes of its own.

Lets the test files of this folder import their siblings.
"""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests

from flows.settings import load_settings
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).resolve().parents[2]
WRITE_KEY, DISABLED_KEY = "wk-flows-0001", "wk-flows-0002"


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    """Give the path of a small sample, hostile rows and all."""
    path = tmp_path_factory.mktemp("platform") / "an-odd-place.db"
    write_sample(f"sqlite:///{path}", SampleOptions(users=60))
    return path


@pytest.fixture(scope="session")
def plane(tmp_path_factory):
    """Give a local data plane that knows one key and has another disabled."""
    store = tmp_path_factory.mktemp("plane") / "events.db"
    settings = GatewaySettings(store=store, write_keys=(WRITE_KEY,), disabled_keys=(DISABLED_KEY,))
    with running_gateway(settings) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def held(plane):
    """Give what counts the events that the data plane holds."""
    return lambda: requests.get(f"{plane.url}/sandbox/counts", timeout=10).json()["events"]


@pytest.fixture(scope="session")
def settings_in(platform, plane):
    """Give the settings of a run that would hold, with its ledger in a folder."""
    return lambda folder: {
        "BACKFILL_SOURCE_URL": f"sqlite:///{platform}",
        "BACKFILL_SOURCE_TIMEZONE": "America/New_York",
        "BACKFILL_MODELS": str(ROOT / "extractors" / "models" / "sample"),
        "BACKFILL_DATA_PLANE_URL": plane.url,
        "BACKFILL_WRITE_KEY": WRITE_KEY,
        "BACKFILL_DESTINATIONS": "none",
        "BACKFILL_LEDGER_URL": f"sqlite:///{folder}/ledger.db",
    }


@pytest.fixture
def environment(tmp_path, settings_in):
    """Give the settings of a run that would hold, with a ledger of its own."""
    return settings_in(tmp_path)


@pytest.fixture
def set_environment(monkeypatch):
    """Give what puts settings into the environment, and takes away all that were there."""

    def put(values):
        for name in [name for name in os.environ if name.startswith("BACKFILL_")]:
            monkeypatch.delenv(name)
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


@pytest.fixture
def settings(environment, set_environment):
    """Give the settings of that environment."""
    set_environment(environment)
    return load_settings()


def environment_of(values):
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BACKFILL_", "PREFECT_"))}
    return own | {"PYTHONPATH": str(ROOT), "COLUMNS": "1000"} | values


@pytest.fixture(scope="session")
def command():
    """Give what runs the command `backfill` in a process of its own, with our environment alone."""

    def ran(*arguments, folder, environment):
        words = [sys.executable, "-m", "flows.cli", *map(str, arguments)]
        own = environment_of(environment)
        return subprocess.run(words, cwd=folder, env=own, capture_output=True, text=True, timeout=60, check=False)

    return ran


@pytest.fixture(scope="session")
def forked(tmp_path_factory):
    """Give what does the same, a second faster: the process is a fork of one that has imported the command."""
    folder_of_answers = tmp_path_factory.mktemp("answers")
    program = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("forking.py"))]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment_of({})
    ) as server:

        def ran(*arguments, folder, environment):
            files = {name: str(folder_of_answers / name) for name in ("stdout", "stderr")}
            for path in files.values():
                Path(path).write_text("")
            asked = {"arguments": list(map(str, arguments)), "folder": str(folder)} | files
            server.stdin.write(json.dumps(asked | {"environment": environment_of(environment)}) + "\n")
            server.stdin.flush()
            code = int(server.stdout.readline())
            said = {name: Path(path).read_text() for name, path in files.items()}
            return subprocess.CompletedProcess(arguments, code, **said)

        yield ran
        server.stdin.close()


@pytest.fixture
def database(tmp_path):
    """Give what writes a platform of a test's own making and returns its URL."""

    def written(script, **tables):
        path = tmp_path / "platform.db"
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executescript(script)
            for table, rows in tables.items():
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  # our own names
        return f"sqlite:///{path}"

    return written


@pytest.fixture
def put(environment, set_environment):
    """Give what puts the environment in place, changed as the test needs."""

    def changed(**changes):
        set_environment(environment | {f"BACKFILL_{name}": value for name, value in changes.items()})
        return environment

    return changed


@pytest.fixture(scope="session")
def prefect():
    """Give Prefect a server and a database of its own; without heartbeats, which cost a second a flow run."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings  # noqa: PLC0415  # takes seconds
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415  # see above

    with (
        prefect_test_harness(server_startup_timeout=60),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield


@pytest.fixture
def blocks(environment, set_environment):
    """Give two saved blocks, and an environment that has a ledger alone."""
    from filled import saved  # noqa: PLC0415  # Prefect takes seconds

    from flows.blocks import PlatformDatabase, RudderStackConnection  # noqa: PLC0415  # see above

    set_environment({"BACKFILL_LEDGER_URL": environment["BACKFILL_LEDGER_URL"]})
    database = PlatformDatabase(
        url=environment["BACKFILL_SOURCE_URL"],
        timezone="America/New_York",
        profile=environment["BACKFILL_MODELS"],
        name="platform",
    )
    connection = RudderStackConnection(
        data_plane_url=environment["BACKFILL_DATA_PLANE_URL"], write_key=WRITE_KEY, destinations="Amplitude, Braze"
    )
    return {"database": saved(database), "connection": saved(connection)}
