"""Runs a private MariaDB on a free port of the loopback address, for as long as a `with` lasts."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from uuid import uuid4

from sqlalchemy import URL, NullPool, create_engine, make_url
from sqlalchemy.exc import OperationalError

from sandbox.mariadb.programs import MariadbAbsent, MariadbError, Programs, installed_programs, make_data
from sandbox.postgres.account import server_account
from sandbox.postgres.binaries import give_to

__all__ = ["MariadbAbsent", "MariadbError", "RunningMariadb", "running_mariadb"]

_HOST = "127.0.0.1"
_SETTINGS = (
    f"--bind-address={_HOST}",
    "--skip-name-resolve",
    "--character-set-server=utf8mb4",  # its collation is left as it is: one that takes aB3 for Ab3, as real ones do
    "--default-time-zone=+05:45",  # nobody's zone: what a server happens to be set to must not matter
    "--max-connections=200",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--innodb-flush-log-at-trx-commit=0",  # the data are thrown away, so nothing needs to survive a power cut
    "--innodb-doublewrite=0",
    "--sync-binlog=0",
)
_TRIES = 3
_START_SECONDS = 30.0
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class RunningMariadb:
    """A server that listens on ``port`` of 127.0.0.1 and lets root in there, without a password."""

    port: int

    def url(self, database: str = "") -> str:
        """Give the SQLAlchemy URL of a database, or of the server."""
        return f"mariadb+pymysql://root@{_HOST}:{self.port}/{database}"

    def fresh_database(self, prefix: str = "test") -> str:
        """Make an empty database whose name begins so and is nobody else's, and give its URL.

        It is in utf8mb4, with the server's own collation for that, which takes aB3 for Ab3.
        """
        name = f"{prefix}_{uuid4().hex[:12]}"
        _execute(make_url(self.url()), f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        return self.url(name)


@contextmanager
def running_mariadb() -> Iterator[RunningMariadb]:
    """Run a server until the block ends, or this process does.

    Its data are in a temporary folder. A server started by root runs as another user. Raises MariadbAbsent if the
    programs are not there, MariadbError, with the server's words, if it does not answer within 30 seconds.
    """
    programs, account = installed_programs(), server_account()
    with tempfile.TemporaryDirectory(prefix="mariadb-") as temporary:
        home = Path(temporary)
        give_to(account, home)
        make_data(programs, home / "data", account)
        keeper, server = _start(programs, home)
        try:
            yield server
        finally:
            _stop(keeper)


def _start(programs: Programs, home: Path) -> tuple[subprocess.Popen[bytes], RunningMariadb]:
    """Start on a free port: on another one if somebody takes it first."""
    for _ in range(_TRIES):
        server = RunningMariadb(_free_port())
        with (home / "log").open("wb") as log:
            keeper = _keep(_command(programs, home, server.port), log)
        if _answers(server, keeper):
            return keeper, server
        _stop(keeper)
    words = (home / "log").read_text("utf-8", errors="replace").strip()
    raise MariadbError(f"the private MariaDB did not start: {words}")


def _command(programs: Programs, home: Path, port: int) -> list[str]:
    own = (f"--datadir={home / 'data'}", f"--socket={home / 'socket'}", f"--port={port}", f"--tmpdir={home}")
    return [programs.server, "--no-defaults", *own, f"--pid-file={home / 'pid'}", *_SETTINGS]


def _keep(command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the keeper, out of reach of the terminal's Ctrl-C: tests that it ends still need their server to clean."""
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "sandbox.mariadb", *command],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return cast("int", probe.getsockname()[1])


def _answers(server: RunningMariadb, keeper: subprocess.Popen[bytes]) -> bool:
    """Wait until it lets us in; False if it ends or takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while keeper.poll() is None and time.monotonic() < deadline:
        try:
            _execute(make_url(server.url()), "DO 0")
        except OperationalError:
            time.sleep(_POLL_SECONDS)
        else:
            return True
    return False


def _execute(url: URL, statement: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def _stop(keeper: subprocess.Popen[bytes]) -> None:
    """End the keeper's input, at which it kills the server."""
    cast("IO[bytes]", keeper.stdin).close()
    try:
        keeper.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        keeper.kill()
        keeper.wait()
