"""Tables of what is known of destinations, in YAML: a row each, with its source and the day it was verified."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from loaders.errors import DestinationRefused

Row = Mapping[str, Any]
_FIELDS = frozenset({"destination", "verified", "source"})


def read_table(path: Path, fields: frozenset[str], faults_of: Callable[[Row], list[str]]) -> list[Row]:
    """Return the table's rows, which have `fields` beside the common ones, and in which `faults_of` finds nothing.

    Raises `DestinationRefused` with every fault of every row at once.
    """
    faults: list[str] = []
    names: set[str] = set()
    rows = _rows(path)
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            faults.append(f"destination {number}: must be a mapping")
            continue
        found = [f"unknown field {name!r}" for name in row if name not in _FIELDS | fields]
        found += [*_common_faults(row, names), *faults_of(row)]
        faults += [f"destination {number} ({row.get('destination', 'no name')}): {fault}" for fault in found]
    if faults:
        raise _refused(path, faults)
    return rows


def is_text(value: object) -> bool:
    """Tell whether it is a text that says something."""
    return isinstance(value, str) and bool(value.strip())


def _common_faults(row: Row, names: set[str]) -> list[str]:
    name, verified = row.get("destination"), row.get("verified")
    faults = [f"`{field}` must be a text" for field in ("destination", "source") if not is_text(row.get(field))]
    if type(verified) is not date:
        faults.append(f"`verified` is {verified!r}; it must be a day, as 2026-01-31")
    if isinstance(name, str):
        faults += ["`destination` stands twice"] * (name in names)
        names.add(name)
    return faults


def _rows(path: Path) -> list[Any]:
    try:
        document = yaml.safe_load(path.read_bytes())
    except OSError as error:
        raise _refused(path, [f"cannot be read: {error.strerror}"]) from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise _refused(path, [f"is not YAML: {place}{getattr(error, 'problem', 'not UTF-8')}"]) from None
    rows = document.get("destinations") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise _refused(path, ["`destinations` must be a list"])
    return rows


def _refused(path: Path, faults: list[str]) -> DestinationRefused:
    return DestinationRefused(f"The table {path} does not hold:\n" + "\n".join(f"  - {fault}" for fault in faults))
