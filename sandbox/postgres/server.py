"""Runs a private PostgreSQL on a free port of the loopback address, for as long as a `with` lasts."""

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

import psycopg
from psycopg import sql

from sandbox.postgres.account import Account, server_account
from sandbox.postgres.binaries import PostgresError, give_to, installed_programs, run_program, usable_programs

__all__ = ["PostgresError", "RunningPostgres", "running_postgres"]

_HOST, _USER, _FIRST_DATABASE = "127.0.0.1", "postgres", "postgres"
_INIT = (
    *("--username", _USER, "--auth", "trust", "--encoding", "UTF8"),
    *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),  # the same on every machine
    *("--no-sync", "--no-instructions"),
)
_SETTINGS = {
    "listen_addresses": _HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "fsync": "off",  # the data are thrown away, so nothing needs to survive a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
_TRIES = 3
_START_SECONDS = 20.0
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class RunningPostgres:
    """A server that listens on ``port`` of 127.0.0.1 and lets everybody there in, without a password."""

    port: int

    def url(self, database: str = _FIRST_DATABASE) -> str:
        """Give the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{_USER}@{_HOST}:{self.port}/{database}"

    def fresh_database(self, prefix: str = "test") -> str:
        """Make an empty database whose name begins so and is nobody else's, and give its URL."""
        name = f"{prefix}_{uuid4().hex[:12]}"
        with psycopg.connect(self.url().replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)


@contextmanager
def running_postgres(folder: Path | None = None) -> Iterator[RunningPostgres]:
    """Run a server until the block ends, or this process does.

    Its data are in the folder, which is made if missing and kept, or in a temporary one. A server started by root runs
    as another user, who must be able to enter the folder: pytest's temporary folders are closed to others. Raises
    PostgresError, with the server's words, if it does not answer within 20 seconds.
    """
    with tempfile.TemporaryDirectory(prefix="postgres-") as temporary:
        home = Path(temporary) if folder is None else folder.absolute()
        programs = _prepare(home, server_account())
        keeper, server = _start(programs, home)
        try:
            yield server
        finally:
            _stop(keeper)


def _prepare(home: Path, account: Account) -> Path:
    """Make the data, unless they are there, and give the folder of programs to run on them."""
    home.mkdir(parents=True, exist_ok=True)
    give_to(account, home)
    programs = usable_programs(installed_programs(), home, account)
    if not (home / "data" / "PG_VERSION").exists():
        run_program([programs / "initdb", "--pgdata", home / "data", *_INIT], account)
    return programs


def _start(programs: Path, home: Path) -> tuple[subprocess.Popen[bytes], RunningPostgres]:
    """Start on a free port: on another one if somebody takes it first."""
    for _ in range(_TRIES):
        server = RunningPostgres(_free_port())
        with (home / "log").open("wb") as log:
            keeper = _keep(_command(programs, home, server.port), log)
        if _answers(server, keeper):
            return keeper, server
        _stop(keeper)
    words = (home / "log").read_text("utf-8", errors="replace").strip()
    raise PostgresError(f"the private PostgreSQL did not start: {words}")


def _command(programs: Path, home: Path, port: int) -> list[str]:
    settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    return [str(programs / "postgres"), "-D", str(home / "data"), f"--port={port}", *settings]


def _keep(command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the keeper, out of reach of the terminal's Ctrl-C: tests that it ends still need their server to clean."""
    return subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "sandbox.postgres", *command],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return cast("int", probe.getsockname()[1])


def _answers(server: RunningPostgres, keeper: subprocess.Popen[bytes]) -> bool:
    """Wait until it lets us in; False if it ends or takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while keeper.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host=_HOST, port=server.port, user=_USER, dbname=_FIRST_DATABASE).close()
        except psycopg.OperationalError:
            time.sleep(_POLL_SECONDS)
        else:
            return True
    return False


def _stop(keeper: subprocess.Popen[bytes]) -> None:
    """End the keeper's input, at which it stops the server."""
    cast("IO[bytes]", keeper.stdin).close()
    try:
        keeper.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        keeper.kill()
        keeper.wait()
