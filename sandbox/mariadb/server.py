"""Runs a private MariaDB on a free port of the loopback address, for as long as a `with` lasts."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from signal import SIGKILL  # the data are thrown away: there is nothing to leave in order
from uuid import uuid4

from sqlalchemy import URL, NullPool, create_engine, make_url
from sqlalchemy.exc import OperationalError

from sandbox.mariadb.programs import MariadbAbsent, MariadbError, Programs, installed_programs, make_data
from sandbox.servers.account import give_to, server_account
from sandbox.servers.keeping import HOST, Server, kept

__all__ = ["MariadbAbsent", "MariadbError", "RunningMariadb", "running_mariadb"]

_SETTINGS = (
    f"--bind-address={HOST}",
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
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class RunningMariadb:
    """A server that listens on ``port`` of 127.0.0.1 and lets root in there, without a password."""

    port: int

    def url(self, database: str = "") -> str:
        """Give the SQLAlchemy URL of a database, or of the server."""
        return f"mariadb+pymysql://root@{HOST}:{self.port}/{database}"

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
        server = Server(partial(_command, programs, home), _lets_in, SIGKILL, _START_SECONDS, _failed)
        with kept(server, home / "log") as port:
            yield RunningMariadb(port)


def _command(programs: Programs, home: Path, port: int) -> list[str]:
    own = (f"--datadir={home / 'data'}", f"--socket={home / 'socket'}", f"--port={port}", f"--tmpdir={home}")
    return [programs.server, "--no-defaults", *own, f"--pid-file={home / 'pid'}", *_SETTINGS]


def _lets_in(port: int) -> bool:
    try:
        _execute(make_url(RunningMariadb(port).url()), "DO 0")
    except OperationalError:
        return False
    return True


def _execute(url: URL, statement: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def _failed(words: str) -> MariadbError:
    return MariadbError(f"the private MariaDB did not start: {words}")
