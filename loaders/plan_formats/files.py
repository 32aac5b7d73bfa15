"""Documents of plans in files: JSON, YAML, and the folder of a rudder-cli project."""

import json
from pathlib import Path
from typing import Any

import yaml

from loaders.errors import PlanInvalid

_SUFFIXES = (".yaml", ".yml")


def read_json(source: Path) -> Any:
    """Return the document of a JSON file. Raises `PlanInvalid`."""
    try:
        return json.loads(source.read_bytes())
    except OSError as error:
        raise PlanInvalid(str(source), [f"cannot be read: {error.strerror}"]) from None
    except ValueError as error:
        raise PlanInvalid(str(source), [f"is not JSON: {error}"]) from None


def read_project(source: Path) -> dict[str, Any]:
    """Return the specs of a folder, or of one file, by their places. Raises `PlanInvalid` with every fault at once."""
    paths = sorted(path for path in source.rglob("*") if path.suffix in _SUFFIXES) if source.is_dir() else [source]
    specs: dict[str, Any] = {}
    faults = [] if paths else ["holds no .yaml file"]
    for path in paths:
        name = path.name if path == source else str(path.relative_to(source))
        try:
            documents = [one for one in yaml.safe_load_all(path.read_bytes()) if one is not None]
        except OSError as error:
            faults.append(f"{name}: cannot be read: {error.strerror}")
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            faults.append(f"{name}: is not YAML{f': line {mark.line + 1}' if mark else ''}")
        else:
            several = len(documents) > 1
            specs |= {f"{name}, document {n}" if several else name: one for n, one in enumerate(documents, 1)}
    if faults:
        raise PlanInvalid(str(source), faults)
    return specs


def read_yaml(source: Path) -> Any:
    """Return the document of a YAML file that was read without a fault before."""
    return yaml.safe_load(source.read_bytes())


def as_json(document: Any) -> str:
    """Return the document as JSON for people."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_yaml(document: Any) -> str:
    """Return the document as YAML for people, without anchors: those of a machine's making tell them nothing."""
    return yaml.dump(document, Dumper=_Flat, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)


class _Flat(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # as yaml asks
        return True
