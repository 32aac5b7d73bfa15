"""The messages that differ, one by one: by stream, row, event and message id, and never by user."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from flows.errors import SettingsInvalid
from flows.verification.comparing import DIFFERENT, DOUBLED, GONE, IS_GONE, KINDS, MISSING, UNSENT, Destination
from flows.verification.scope import Scope
from flows.verification.scratch import Scratch
from loaders.destination.arrivals import Part

_ASPECTS: Mapping[int, str] = {1: "event", 2: "moment", 4: "user"}


class Finding(NamedTuple):
    """A message that differs. `table` names the tables of a warehouse that lack it; a row that is gone has no id."""

    stream: str
    row_id: str
    event: str
    message_id: str
    kind: str
    table: str
    detail: str


class _Flaw(NamedTuple):
    lacks: int
    copies: int
    strays: int
    sent: int
    doubts: int


def findings(paper: Scratch, destination: Destination, scope: Scope, kind: str, most: int = -1) -> Iterator[Finding]:
    """Yield the messages of that kind, in the order of their rows; at most so many of them, -1 is all."""
    if kind == GONE:
        yield from _gone(paper, scope, most)
        return
    query = f"""
        SELECT s.name, row_id, f.name, id, lacks, copies, strays, sent, doubts FROM flawed
        JOIN names s ON s.number = stream JOIN names f ON f.number = form WHERE {kind} ORDER BY 1, 2 LIMIT ?
    """  # noqa: S608  # our own words
    for stream, row_id, form, message_id, *flaw in paper.ask(query, most):
        table = _lacking(destination, scope.forms[form], flaw[0]) if kind == MISSING else ""
        event = form.partition(" ")[2]
        yield Finding(stream, row_id, event, _text(message_id), kind, table, _detail(kind, _Flaw(*flaw)))


def write_findings(path: Path, paper: Scratch, destination: Destination, scope: Scope) -> None:
    """Write every finding into a CSV file. Raises `SettingsInvalid` rather than overwrite another file."""
    check_findings_file(path)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Finding._fields)
        for kind in KINDS:
            writer.writerows(findings(paper, destination, scope, kind))


def check_findings_file(path: Path) -> None:
    """Find out whether there is another file of that name. Raises `SettingsInvalid`."""
    head = ",".join(Finding._fields).encode()
    if path.exists() and not (path.is_file() and path.read_bytes()[: len(head)] in (head, b"")):
        raise SettingsInvalid([f"{path} is there and holds no findings: name another file"])


def _gone(paper: Scratch, scope: Scope, most: int) -> Iterator[Finding]:
    query = f"SELECT w.name, id FROM unexpected JOIN names w ON w.number = what WHERE {IS_GONE} LIMIT ?"  # noqa: S608  # ours
    for what, message_id in paper.ask(query, most):
        yield Finding(scope.streams[what], "", _event(what), _text(message_id), GONE, "", "")


def _event(what: str) -> str:
    return what.removeprefix("track ") if what.startswith("track ") else what.capitalize()


def _text(message_id: bytes) -> str:
    return str(UUID(bytes=message_id))


def _lacking(destination: Destination, what: str, lacks: int) -> str:
    return ", ".join(destination.table_of(what, part) for part in Part if lacks & (1 << part))


def _detail(kind: str, flaw: _Flaw) -> str:
    """Return what there is to say of it: what differs, how many copies there are and what the ledger knows of that."""
    if kind == DOUBLED:
        doubts = ["named in doubt"] if flaw.doubts else []
        return ", ".join([f"{flaw.copies} copies", *doubts, *([f"sent {flaw.sent} times"] if flaw.sent > 1 else [])])
    if kind == DIFFERENT:
        return ", ".join(name for bit, name in _ASPECTS.items() if flaw.strays & bit)
    return "in doubt" if kind == UNSENT and flaw.doubts else ""
