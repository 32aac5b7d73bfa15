"""A private MariaDB starts as anybody, is empty, compares texts as real ones do, and ends with whoever started it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from sandbox.mariadb.programs import MariadbAbsent, MariadbError, Programs, installed_programs, make_data
from sandbox.mariadb.server import running_mariadb
from sandbox.servers.account import Account

HOLDER = """
import sys, time
from sandbox.mariadb.server import running_mariadb
with running_mariadb() as server:
    print(server.port, flush=True)
    time.sleep(60)
"""

pytestmark = pytest.mark.usefixtures("mariadb")  # which skips where the machine has none


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


def ends_within(seconds, port):
    deadline = time.monotonic() + seconds
    while listens(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not listens(port)


def test_it_is_a_mariadb_on_the_loopback_address_alone(mariadb):
    assert "MariaDB" in ask(mariadb.url(), "SELECT version()")
    assert ask(mariadb.url(), "SELECT @@bind_address") == "127.0.0.1"
    assert ask(mariadb.url(), "SELECT @@port") == mariadb.port


def test_its_data_and_its_socket_are_its_own(mariadb):
    data, way = (Path(ask(mariadb.url(), f"SELECT @@{name}")) for name in ("datadir", "socket"))
    assert data.parent == way.parent
    assert data.parent.name.startswith("mariadb-")


def test_it_reads_and_writes_any_text(mariadb_url):
    ask(mariadb_url, "CREATE TABLE names (name varchar(40))")
    ask(mariadb_url, "INSERT INTO names VALUES ('Zoë Ångström 你好 🎓')")
    assert ask(mariadb_url, "SELECT name FROM names") == "Zoë Ångström 你好 🎓"


def test_it_takes_keys_for_equal_as_real_ones_do(mariadb_url):
    ask(mariadb_url, "CREATE TABLE keys_ (a varchar(40), b varchar(40))")
    ask(mariadb_url, "INSERT INTO keys_ VALUES ('aB3', 'Ab3 ')")
    assert ask(mariadb_url, "SELECT a = b FROM keys_") == 1


def test_every_fresh_database_is_empty_and_another_one(mariadb):
    first, second = mariadb.fresh_database("a-shop"), mariadb.fresh_database("a-shop")
    ask(first, "CREATE TABLE orders (id bigint)")
    count = "SELECT count(*) FROM information_schema.tables WHERE table_schema = database()"
    assert first != second
    assert [ask(first, count), ask(second, count)] == [1, 0]
    assert ask(second, "SELECT database()").startswith("a-shop_")


def test_it_ends_with_its_block_even_by_an_error():
    ports = []

    def fail():
        with running_mariadb() as server:
            ports.append((server.port, listens(server.port)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    ((port, listened),) = ports
    assert listened
    assert not listens(port)


def test_it_does_not_outlive_a_process_that_is_killed():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # a server that root starts is another's, who must be able to enter
        own = os.environ | {"TMPDIR": folder}
        with subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True, env=own) as holder:
            port = int(holder.stdout.readline())
            assert listens(port)
            holder.send_signal(signal.SIGKILL)
        assert ends_within(15, port)


def test_a_server_that_cannot_start_says_why(monkeypatch):
    monkeypatch.setattr("sandbox.mariadb.server._SETTINGS", ("--no-such-setting=1",))
    with pytest.raises(MariadbError, match="no-such-setting"), running_mariadb():
        pytest.fail("it started")


def test_data_that_cannot_be_made_say_why():
    with pytest.raises(MariadbError, match=r"mariadb-install-db failed: .+"):
        make_data(installed_programs(), Path("/dev/null/data"), Account(None, None))


def test_a_machine_without_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr("sandbox.mariadb.programs.shutil.which", lambda *_, **__: None)
    with pytest.raises(MariadbAbsent, match=r"mariadbd is not installed: apt-get install .*mariadb-server-core"):
        installed_programs()


def test_the_programs_are_found_though_the_path_lacks_them(monkeypatch):
    found = installed_programs()
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert installed_programs() == found == Programs(found.server, found.install)
