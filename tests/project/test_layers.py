"""Imports go one way, and each room keeps to its tools."""

import ast
from pathlib import Path

import pytest
from layers import OURS, imports, violations

ROOT = Path(__file__).resolve().parents[2]


def test_every_import_is_allowed():
    assert violations(ROOT) == []


def test_every_package_has_its_rule():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"benchmarks"} <= set(OURS)
    assert set(OURS) <= {path.name for path in ROOT.iterdir() if path.is_dir()}


def test_enough_is_looked_at():
    found = [name for room in OURS for path in (ROOT / room).rglob("*.py") for _, name in imports(path)]
    assert len(found) > 500
    assert {"prefect.task", "mappers.kinds.Key", "sqlalchemy.Engine"} <= set(found)


def planted(root, place, source):
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
    return violations(root)


@pytest.mark.parametrize(
    ("place", "source", "fault"),
    [
        ("mappers/a.py", "import loaders.client", "mappers may not import loaders.client"),
        ("mappers/a.py", "from extractors import rows", "mappers may not import extractors.rows"),
        ("mappers/a.py", "import pandas as pd", "mappers may not import pandas"),
        ("mappers/a.py", "import orjson", "mappers may not import orjson"),
        ("mappers/deep/a.py", "from flows.settings import Settings", "mappers may not import flows.settings.Settings"),
        ("extractors/a.py", "from mappers.catalog import STREAMS", "extractors may not import mappers.catalog.STREAMS"),
        ("extractors/a.py", "import mappers", "extractors may not import mappers"),
        ("extractors/a.py", "from mappers import kinds_of", "extractors may not import mappers.kinds_of"),
        ("extractors/a.py", "import requests", "extractors may not import requests"),
        ("extractors/a.py", "from loaders.ledger import runs", "extractors may not import loaders.ledger.runs"),
        ("loaders/ledger/a.py", "import extractors", "loaders may not import extractors"),
        ("loaders/a.py", "from flows import tally", "loaders may not import flows.tally"),
        ("loaders/a.py", "from pandas import DataFrame", "loaders may not import pandas.DataFrame"),
        ("loaders/a.py", "def f():\n    from prefect import flow", "loaders may not import prefect.flow"),
        ("sandbox/a.py", "from mappers.kinds import Key", "sandbox may not import mappers.kinds.Key"),
        ("sandbox/a.py", "import prefect.states", "sandbox may not import prefect.states"),
        ("benchmarks/a.py", "from prefect import flow", "benchmarks may not import prefect.flow"),
        ("flows/a.py", "import pandas", "flows may not import pandas"),
        ("flows/a.py", "from benchmarks import peers", "flows may not import benchmarks.peers"),
        ("flows/a.py", "if True:\n    import numpy", "flows may not import numpy"),
        ("mappers/a.py", "from . import text", "imports by a relative or a computed name: write it out"),
        ("mappers/a.py", "import importlib\nimportlib.import_module('loaders')", "mappers may not import loaders"),
        ("mappers/a.py", "__import__(f'load{1}')", "imports by a relative or a computed name: write it out"),
        (
            "mappers/a.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import isal",
            "mappers may not import isal",
        ),
    ],
)
def test_a_planted_violation_is_found(tmp_path, place, source, fault):
    (found,) = planted(tmp_path, place, source)
    line = len(ast.parse(source).body) and found.split(":")[1]
    assert found == f"{place}:{line}: {fault}"


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("mappers/a.py", "import hashlib, json\nfrom mappers.kinds import Key"),
        (
            "extractors/a.py",
            "from mappers.kinds import Key\nfrom mappers import outcomes\nimport numpy.typing\nimport pandas",
        ),
        (
            "loaders/a.py",
            "import mappers\nfrom mappers.ids import packed\nfrom loaders.ledger import runs\nimport yaml",
        ),
        (
            "flows/a.py",
            "from prefect import flow\nfrom sandbox.gateway.server import serve\nimport mappers, extractors, loaders",
        ),
        ("benchmarks/a.py", "from flows import pipeline\nimport anything"),
        ("sandbox/a.py", "import starlette, uvicorn"),
        ("tests/a.py", "from flows import pipeline\nimport prefect"),
    ],
)
def test_what_is_allowed_is_not(tmp_path, place, source):
    assert planted(tmp_path, place, source) == []
