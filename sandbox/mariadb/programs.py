"""The server's programs, as the system's packages install them: no wheel holds them."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox.servers.account import ENVIRONMENT, Account

INSTALL = "apt-get install --no-install-recommends mariadb-server-core mariadb-client-core"
"""How Debian and Ubuntu get the programs, and no service with them."""

_ADMINISTRATORS = "/usr/sbin:/usr/local/sbin:/sbin"  # not everybody's PATH holds them


class MariadbError(RuntimeError):
    """The private MariaDB did not start. The message ends in its own words."""


class MariadbAbsent(MariadbError):
    """The machine has no MariaDB; the message says how to install it."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Where the server is, and the program that makes its first data."""

    server: str
    install: str


def installed_programs() -> Programs:
    """Find the programs. Raises MariadbAbsent if one of them, or what they call, is not installed."""
    return Programs(_found("mariadbd"), _found("mariadb-install-db", "my_print_defaults"))


def make_data(programs: Programs, data: Path, account: Account) -> None:
    """Make the data of an empty server, whose root needs no password. Raises MariadbError."""
    done = subprocess.run(  # noqa: S603 - the system's own program
        [
            programs.install,
            "--no-defaults",
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
        ],
        user=account.user,
        group=account.group,
        extra_groups=account.groups,
        env=ENVIRONMENT | {"PATH": f"/usr/bin:/bin:{_ADMINISTRATORS}:{Path(programs.install).parent}"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MariadbError(f"mariadb-install-db failed: {(done.stderr or done.stdout).strip()}")


def _found(*names: str) -> str:
    """Return the first of the programs; all must be there."""
    places = [shutil.which(name) or shutil.which(name, path=_ADMINISTRATORS) for name in names]
    for name, place in zip(names, places, strict=True):
        if place is None:
            raise MariadbAbsent(f"{name} is not installed: {INSTALL}")
    return str(places[0])
