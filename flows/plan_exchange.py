"""Tracking plans in files: read as ours, written as others have them, and the other way round."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from flows.errors import SettingsInvalid
from loaders.errors import PlanInvalid
from loaders.plan import load_plan
from loaders.plan_formats import files, rudder_cli, rudderstack, segment
from loaders.plan_formats.rules import Converted

Format = Literal["rudderstack", "rudder-cli", "segment"]


class _Exchange(NamedTuple):
    exported: Callable[[Mapping[str, Any]], Converted]
    imported: Callable[[Any], Converted]


_EXCHANGES: Mapping[str, _Exchange] = {
    "rudderstack": _Exchange(rudderstack.exported, rudderstack.imported),
    "rudder-cli": _Exchange(rudder_cli.exported, rudder_cli.imported),
    "segment": _Exchange(segment.exported, segment.imported),
}


def export_plan(plan: Path, written_as: Format, out: Path, *, force: bool) -> tuple[str, ...]:
    """Write the plan in that format: one JSON file, or for rudder-cli a folder. Returns what the format cannot say.

    Identifies are told under the names that are sent. Raises `PlanInvalid`, and `SettingsInvalid` where a file is there
    already, or cannot be written.
    """
    converted = _EXCHANGES[written_as].exported(_as_sent(plan))
    if written_as == "rudder-cli":
        texts = {out / name: files.as_yaml(spec) for name, spec in converted.document.items()}
    else:
        texts = {out: files.as_json(converted.document)}
    _write(texts, force=force)
    return converted.notes


def import_plan(read_as: Format, source: Path, out: Path, *, force: bool) -> tuple[str, ...]:
    """Write our plan of a document in that format. Returns what is lost. Raises `PlanInvalid` and `SettingsInvalid`."""
    read = files.read_project(source) if read_as == "rudder-cli" else files.read_json(source)
    try:
        converted = _EXCHANGES[read_as].imported(read)
        text = (
            f"# Imported from {read_as}. Say which fields are personal by `x-pii`.\n{files.as_yaml(converted.document)}"
        )
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / "plan.yaml"
            written.write_text(text)
            load_plan(written)
    except PlanInvalid as error:
        raise PlanInvalid(str(source), error.faults) from None
    _write({out: text}, force=force)
    return converted.notes


def _as_sent(path: Path) -> dict[str, Any]:
    """Return the plan's document with the names of traits as they are sent."""
    plan = load_plan(path)
    document = files.read_yaml(path)
    rows = [{**row, "schema": plan.rules[row["key"]].schema} for row in document["rules"]]
    return {**document, "name": plan.name, "rules": rows}


def _write(texts: Mapping[Path, str], *, force: bool) -> None:
    there = [path for path in texts if path.exists() and not force]
    if there:
        raise SettingsInvalid([f"{path} is there already; name another place, or give --force" for path in there])
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        except OSError as error:
            raise SettingsInvalid([f"{path} cannot be written: {error.strerror}"]) from None
