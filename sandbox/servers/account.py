"""Who a server runs as, and in what environment: servers refuse root, whose tests in a container are."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {"LC_ALL": "C"}
"""All that the server sees of ours: a Mac's starts only with a locale named, and no PGDATA or PGPORT may leak in."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user and group that a child process changes to, as subprocess takes them; None changes nothing."""

    user: int | None
    group: int | None

    @property
    def groups(self) -> list[int] | None:
        """The further groups of the child process: none for another user, unchanged for this one."""
        return None if self.user is None else []


def server_account() -> Account:
    """Give this process's own account, or for root that of `nobody`, or else any other that the machine knows."""
    if os.geteuid() != 0:
        return Account(None, None)
    others = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    chosen = min(others, key=lambda entry: (entry.pw_name != "nobody", entry.pw_uid))
    return Account(chosen.pw_uid, chosen.pw_gid)


def give_to(account: Account, *paths: Path) -> None:
    """Make the account the owner of the paths, if it is another than ours."""
    if account.user is not None and account.group is not None:
        for path in paths:
            os.chown(path, account.user, account.group)
