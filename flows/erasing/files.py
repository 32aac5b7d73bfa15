"""The files of an erasure: they name people, so that nobody but their owner may read them, and none is overwritten."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from flows.errors import SettingsInvalid

_OWN = 0o600


class Files(NamedTuple):
    """What was sent, as JSON; the bodies of the requests; and the users, one a line."""

    events: Path
    requests: Sequence[Path]
    users: Path


def files_of(out: Path, requests: int) -> Files:
    """Return the files of a folder, or those beside a file that ends with .json.

    Raises `SettingsInvalid` where one of them is there, or cannot be.
    """
    events, stem = (out, f"{out.stem}-") if out.suffix == ".json" else (out / "events.json", "")
    numbers = [f"-{number}" for number in range(1, requests + 1)] if requests > 1 else [""]
    files = Files(
        events,
        [events.with_name(f"{stem}request{number}.json") for number in numbers],
        events.with_name(f"{stem}users.txt"),
    )
    there = [path for path in (files.events, *files.requests, files.users) if path.exists()]
    if there:
        raise SettingsInvalid([f"--out: {path} is there already: name another place" for path in there])
    try:
        events.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(events.parent, os.W_OK):
            raise PermissionError(None, "Permission denied")
    except OSError as error:
        raise SettingsInvalid([f"--out: {events.parent} cannot be written: {error.strerror}"]) from None
    return files


def write(files: Files, document: Mapping[str, Any], bodies: Sequence[Mapping[str, Any]], users: Sequence[str]) -> None:
    """Write all of them."""
    _write(files.users, "".join(f"{user}\n" for user in users))
    for path, body in zip(files.requests, bodies, strict=True):
        _write(path, json.dumps(body, indent=2) + "\n")
    _write(files.events, json.dumps(document, indent=2) + "\n")


def _write(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN), "w", encoding="utf-8") as file:  # noqa: PTH123  # with a mode
        file.write(text)
