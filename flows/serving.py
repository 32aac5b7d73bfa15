"""Prefect from one command: a server, everything that can be run from its UI, and a worker, until it is told to end."""

import fcntl
import ipaddress
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.errors import ServerFailed, SettingsInvalid
from flows.prefect_run import QUIET, check_reachable
from flows.prefect_server import reached_at, running_server
from flows.settings import STATE, Given, SourceSettings, load
from flows.stopping import Terminated, heeding_sigterm

HOME = STATE / "prefect"
"""Where the server keeps its database, below the folder that it was started in."""

Child = subprocess.Popen[bytes]

_LOOK_SECONDS = 1.0
_OF_SQLITE = (
    "Its database is SQLite, which is busy at times: a form is then refused with 503, and submitted again goes through"
)


def serve(host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. `say` is told what a person is to know.

    Raises `SettingsInvalid` for a port that is taken, a host that others reach without a password, a folder that is
    served already, or BACKFILL_ variables that do not hold; `ServerFailed` where server, deployments or worker do not
    start, or end by themselves.
    """
    password = os.environ.get("PREFECT_SERVER_API_AUTH_STRING", "")
    _check(host, port, password)
    _check_night()
    if password:
        os.environ["PREFECT_API_AUTH_STRING"] = password
    say("Starting a Prefect server, which takes ten seconds…")
    with (
        _alone(HOME),
        suppress(KeyboardInterrupt, Terminated),
        heeding_sigterm(),
        running_server(HOME.resolve(), host, port) as server,
    ):
        os.environ["PREFECT_API_URL"] = server.api
        if "PREFECT_SERVER_DATABASE_CONNECTION_URL" not in os.environ:
            say(f"{_OF_SQLITE}: docs/operations.md says how to give it PostgreSQL.")
        _deploy(say)
        _work(f"http://{reached_at(host)}:{port}", say, {"server": server.process})


def work(say: Callable[[str], None], *, deploy: bool) -> None:
    """Work off the runs of Prefect's server at PREFECT_API_URL until Ctrl-C or SIGTERM.

    Makes the deployments first where asked to: they are as this machine's folder, zone and destinations are. Raises
    `SettingsInvalid` without that address, `ServerFailed` where nothing answers there, nothing was deployed, or the
    worker ends by itself.
    """
    api = os.environ.get("PREFECT_API_URL")
    if not api:
        raise SettingsInvalid(["PREFECT_API_URL is not set; set it to the server's API, as http://127.0.0.1:4200/api"])
    if deploy:
        _check_night()
    check_reachable(api, "start `backfill serve` there, or set PREFECT_API_URL to where it is")
    os.environ |= {name: os.environ.get(name, value) for name, value in QUIET.items()}
    HOME.mkdir(parents=True, exist_ok=True)
    with suppress(KeyboardInterrupt, Terminated), heeding_sigterm():
        if deploy:
            _deploy(say)
        _work(api.removesuffix("/api"), say, {})


def _deploy(say: Callable[[str], None]) -> None:
    from flows.deploying import deploy  # noqa: PLC0415  # Prefect must see the server's address first

    say("Making the deployments…")
    deploy()


def _work(address: str, say: Callable[[str], None], beside: Mapping[str, Child]) -> None:
    """Work off the deployments' runs until a signal comes, or a child ends: the worker or one beside."""
    from flows.deploying import check_deployed  # noqa: PLC0415  # Prefect must see the server's address first
    from flows.working import running_worker  # noqa: PLC0415  # see above

    check_deployed()
    with running_worker(HOME / "worker.log") as worker:
        say(f"Prefect's UI is at {address}: Deployments, then import, then Run sends the history.")
        say("Ctrl-C ends it; what runs have on its way is settled first.")
        children = {"worker": worker, **beside}
        while not (ended := [name for name, child in children.items() if child.poll() is not None]):
            time.sleep(_LOOK_SECONDS)
        raise ServerFailed(f"The {ended[0]} ended by itself; {HOME / ended[0]}.log says why. Then start this again")


def _check(host: str, port: int, password: str) -> None:
    if not _is_loopback(host) and not password:
        cure = "set PREFECT_SERVER_API_AUTH_STRING to a name and a password, as admin:secret, or leave --host out"
        raise SettingsInvalid([f"--host {host} would let everyone who reaches this machine start runs: {cure}"])
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        cure = "end what listens there, or choose another by --port"
        raise SettingsInvalid([f"--port {port} of {host} cannot be listened on ({error.strerror}); {cure}"]) from None


def _check_night() -> None:
    """Look at what the nights, and the forms without a block, take of this environment. Raises `SettingsInvalid`."""
    zone = {"source_timezone": os.environ.get("BACKFILL_SOURCE_TIMEZONE") or "UTC"}
    not_asked = {"source_url": "by a block", "models": "by a block"}
    load(SourceSettings, Given("BACKFILL_SOURCE_TIMEZONE", zone), Given("", not_asked))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder until the block ends: a database is of one server. Raises `SettingsInvalid`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "serve.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            cure = "end the other `backfill serve`, or start this one in a folder of its own"
            raise SettingsInvalid([f"{Path.cwd()} is served already: {cure}"]) from None
        yield


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
