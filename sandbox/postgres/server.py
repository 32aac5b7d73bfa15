"""Runs a private PostgreSQL on a free port of the loopback address, for as long as a `with` lasts."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from signal import SIGINT  # PostgreSQL's fast shutdown: sessions are cut, files are left in order
from uuid import uuid4

import psycopg
from psycopg import sql

from sandbox.postgres.binaries import PostgresError, installed_programs, run_program, usable_programs
from sandbox.servers.account import Account, give_to, server_account
from sandbox.servers.keeping import HOST, Server, kept

__all__ = ["PostgresError", "RunningPostgres", "running_postgres"]

_USER, _FIRST_DATABASE = "postgres", "postgres"
_INIT = (
    *("--username", _USER, "--auth", "trust", "--encoding", "UTF8"),
    *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),  # the same on every machine
    *("--no-sync", "--no-instructions"),
)
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "fsync": "off",  # the data are thrown away, so nothing needs to survive a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
_START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class RunningPostgres:
    """A server that listens on ``port`` of 127.0.0.1 and lets everybody there in, without a password."""

    port: int

    def url(self, database: str = _FIRST_DATABASE) -> str:
        """Give the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{_USER}@{HOST}:{self.port}/{database}"

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
        server = Server(partial(_command, programs, home), _lets_in, SIGINT, _START_SECONDS, _failed)
        with kept(server, home / "log") as port:
            yield RunningPostgres(port)


def _prepare(home: Path, account: Account) -> Path:
    """Make the data, unless they are there, and give the folder of programs to run on them."""
    home.mkdir(parents=True, exist_ok=True)
    give_to(account, home)
    programs = usable_programs(installed_programs(), home, account)
    if not (home / "data" / "PG_VERSION").exists():
        run_program([programs / "initdb", "--pgdata", home / "data", *_INIT], account)
    return programs


def _command(programs: Path, home: Path, port: int) -> list[str]:
    settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    return [str(programs / "postgres"), "-D", str(home / "data"), f"--port={port}", *settings]


def _lets_in(port: int) -> bool:
    try:
        psycopg.connect(host=HOST, port=port, user=_USER, dbname=_FIRST_DATABASE).close()
    except psycopg.OperationalError:
        return False
    return True


def _failed(words: str) -> PostgresError:
    return PostgresError(f"the private PostgreSQL did not start: {words}")
