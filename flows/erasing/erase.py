"""`backfill erase`: what was sent of some users is looked up and written to files; nothing is sent, or held."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from flows.belonging import check_ledger
from flows.erasing.deriving import derive, opened
from flows.erasing.document import Sent, document, sent_of
from flows.erasing.files import Files, files_of, write
from flows.erasing.regulations import Regulation, regulation
from flows.errors import Exit, SettingsInvalid
from flows.following import find_ledger
from flows.outcome import Outcome, counted
from flows.people import people_in_files
from flows.settings import Settings
from loaders.ledger.traces import senders, traces
from mappers.kinds import Key

_NAMED = 10


def erase(settings: Settings, users: Sequence[Key], out: Path, destination_ids: Sequence[str]) -> Outcome:
    """Write what was sent of the users, the request to have it deleted, and their ids; say what to do with them.

    Raises `SettingsInvalid`, `LedgerUnusable`, `ContractBroken`, `SourceRefused`, `PlanInvalid`, `SourceStopped` or
    `LedgerStopped`.
    """
    if not users:
        raise SettingsInvalid(["there is no user to look up: name some, or a file of them by --users-file"])
    asked = regulation(settings.target, users, destination_ids)
    find_ledger(settings)
    files = files_of(out, len(asked.bodies))
    with opened(settings) as job:
        check_ledger(settings, job.ledger, thorough=False)
        runs = senders(job.ledger)
        found = [
            sent_of(derived, traces(job.ledger, [one.id for one in derived.messages]), runs)
            for derived in derive(job, users)
        ]
    write(files, document(settings, found, runs), asked.bodies, users)
    return Outcome(Exit.DONE, "\n".join(_words(settings, found, files, asked)), None)


def _words(settings: Settings, found: Sequence[Sent], files: Files, asked: Regulation) -> Iterator[str]:
    delivered, in_doubt = sum(one.delivered for one in found), sum(one.in_doubt for one in found)
    doubt = f", and {in_doubt:,} are in doubt" if in_doubt else ""
    yield f"Of {counted(len(found), 'user')} {counted(delivered, 'event')} were delivered{doubt}: {files.events}"
    yield from _unfound([one.entry["user_id"] for one in found if not one.entry["in_source"]])
    yield (
        "Not told: rows that were deleted, moved or spoiled since, earlier states, and messages by hand. The warehouse "
        "knows them by user id."
    )
    yield f"To have it deleted, POST {', '.join(map(str, files.requests))} to {asked.address}. Nothing was sent."
    if asked.to_do:
        yield f"Before that: {asked.to_do}."
    yield from _suppress(settings, [one.entry["user_id"] for one in found], files.users)


def _unfound(users: Sequence[str]) -> Iterator[str]:
    if users:
        more = f" and {len(users) - _NAMED:,} more" if len(users) > _NAMED else ""
        yield (
            f"Not in the source: {', '.join(users[:_NAMED])}{more}. What was sent of them cannot be derived: look in "
            "the warehouse, or at the destinations."
        )


def _suppress(settings: Settings, users: Sequence[Key], file: Path) -> Iterator[str]:
    """Say how the users get onto the suppression list, unless they are."""
    missing = set(users) - people_in_files(settings).suppressed.users
    if settings.suppressed and missing:
        yield f"So that no run sends them again: cat {file} >> {settings.suppressed}"
    elif missing:
        yield f"So that no run sends them again: let BACKFILL_SUPPRESSED name a file, and put {file} into it."
    else:
        yield "They are on the suppression list: no run sends them again."
