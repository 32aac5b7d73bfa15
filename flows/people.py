"""The lists of people: files of user ids and models in SQL, read anew whenever a run is opened."""

from collections.abc import Mapping
from pathlib import Path
from weakref import WeakValueDictionary

from sqlalchemy import Engine

from extractors.errors import ContractBroken
from extractors.models import Model
from extractors.people import CONSENTED_MODEL, EVERYBODY, SUPPRESSED_MODEL, Listed, People, listed_by, together
from flows.errors import SettingsInvalid
from flows.settings import PeopleSettings
from mappers.kinds import Key

BLANKS = " \t\r\f\v"
"""What may stand around an id in a file."""

_read: WeakValueDictionary[tuple[object, ...], Listed] = WeakValueDictionary()  # a run has its jobs share one


def people_of(settings: PeopleSettings, folder: Path | None, models: Mapping[str, Model], source: Engine) -> People:
    """Return who may be told of, by the files that the settings name and the models of people of that folder.

    Raises `SettingsInvalid` where a file does not hold, `ContractBroken` where a model does not.
    """
    by_file = people_in_files(settings)
    suppressed, consented = [by_file.suppressed], [by_file.consented] if by_file.consented else []
    if SUPPRESSED_MODEL in models:
        suppressed.append(listed_by(source, str(folder), models[SUPPRESSED_MODEL]))
    if CONSENTED_MODEL in models:
        consented.append(listed_by(source, str(folder), models[CONSENTED_MODEL]))
        if not consented[-1]:
            nobody = "yields nobody, so that nobody could be sent; take it out to send everybody"
            raise ContractBroken(str(folder), [f"{CONSENTED_MODEL}.sql: {nobody}"])
    if not any(suppressed) and not consented:
        return EVERYBODY
    return People(together(suppressed), together(consented) if consented else None)


def people_in_files(settings: PeopleSettings) -> People:
    """Return who may be told of by the files alone. Raises `SettingsInvalid` with the faults of both."""
    faults: list[str] = []
    suppressed = _listed(settings.suppressed, "BACKFILL_SUPPRESSED", faults)
    consented = _listed(settings.consented, "BACKFILL_CONSENTED", faults)
    if consented is not None and not consented and not faults:
        faults.append(
            f"BACKFILL_CONSENTED: {settings.consented} names nobody, so that nobody could be sent; "
            "take the setting out to send everybody"
        )
    if faults:
        raise SettingsInvalid(faults)
    return People(suppressed or Listed(), consented)


def told_of(people: People) -> str:
    """Say how many are left out, and how many alone may be sent."""
    consented = "" if people.consented is None else f", {len(people.consented):,} gave consent, and only they are sent"
    return f"{len(people.suppressed):,} are on the suppression list{consented}"


def ids_in(path: Path, name: str) -> frozenset[Key]:
    """Return the user ids of a file, one a line; blank lines and blanks around an id count for nothing.

    Raises `SettingsInvalid`; `name` is where the file was named.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsInvalid([_unread(path, name, error)]) from None
    lines = [line.rstrip(BLANKS) for line in text.split("\n")]  # a key may begin with a blank
    return frozenset(Key(one) for line in lines for one in (line, line.lstrip(BLANKS)) if one)


def _listed(path: Path | None, name: str, faults: list[str]) -> Listed | None:
    if path is None:
        return None
    try:
        found = path.stat()
        state = (path.absolute(), found.st_ino, found.st_size, found.st_mtime_ns)
        listed = _read.get(state)
        if listed is None:
            listed = _read[state] = Listed(ids_in(path, name))
    except OSError as error:
        faults.append(_unread(path, name, error))
        return None
    except SettingsInvalid as invalid:
        faults += invalid.faults
        return None
    return listed


def _unread(path: Path, name: str, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or "it is not UTF-8"
    return f"{name}: {path} cannot be read: {reason}; name a file of user ids, one a line"
