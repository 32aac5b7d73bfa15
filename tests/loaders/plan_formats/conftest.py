"""Small invented documents in each format, as others write them."""

import json
from pathlib import Path

import pytest
import yaml

from loaders.plan_formats import rudder_cli, rudderstack, segment

GOLDEN = Path(__file__).parent / "golden"
MODULES = {"rudderstack": rudderstack, "rudder-cli": rudder_cli, "segment": segment, "typewriter": segment}


@pytest.fixture(scope="session")
def golden():
    """Give what returns a document by its name, and the module of its format."""

    def read(name):
        (module,) = {module for start, module in MODULES.items() if name.startswith(start)}
        path = GOLDEN / name
        if path.is_file():
            return module, json.loads(path.read_text())
        texts = {file.name: list(yaml.safe_load_all(file.read_text())) for file in path.iterdir()}
        return module, {
            f"{file} {number}" if number else file: spec
            for file, specs in texts.items()
            for number, spec in enumerate(specs)
        }

    return read
