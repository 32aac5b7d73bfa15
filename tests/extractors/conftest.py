"""Real SQLite files: small ones of a test's own making, and the sample platform in both kinds of keys."""

import sqlite3
import sys
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from extractors.check import check_models
from extractors.contract import detail_contract, stream_contract
from extractors.instants import Zone
from extractors.models import Model, load_models
from extractors.pages import Axis, Page, Window
from extractors.reader import Source
from extractors.rows import Cleaning
from extractors.source import open_source
from mappers.catalog import DETAILS, STREAMS
from sandbox.platform.sample import SampleOptions, write_sample

sys.path.insert(0, str(Path(__file__).parent))

EVER, USERS = Window(), Page(Axis.USERS, None, None)
NOW = "2026-01-01T00:00:00.000000Z"
SAMPLE_MODELS = Path(__file__).parents[2] / "extractors" / "models" / "sample"


@pytest.fixture
def source(tmp_path):
    """Give what writes a database by a script, with rows by table, and opens it as the platform."""
    numbers = count()
    engines = []

    def written(script, **tables):
        path = tmp_path / f"platform-{next(numbers)}.db"
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executescript(script)
            for table, rows in tables.items():
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  # our own names
        engines.append(open_source(f"sqlite:///{path}"))
        return engines[-1]

    yield written
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session")
def contracts():
    """Give the contract of every stream and detail there is, by name."""
    streams = {name: stream_contract(stream) for name, stream in STREAMS.items()}
    return streams | {name: detail_contract(detail) for name, detail in DETAILS.items()}


@pytest.fixture(scope="session")
def sample_models():
    """Give the models of the sample profile."""
    return load_models(SAMPLE_MODELS, {*STREAMS, *DETAILS})


@pytest.fixture(scope="session", params=["integer", "string"])
def sample(request, tmp_path_factory):
    """Give the sample platform, hostile rows and all, in both kinds of keys."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sample')}/{request.param}.db"
    write_sample(url, SampleOptions(users=150, keys=request.param))
    engine = open_source(url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def read():
    """Give what reads a page of one model, as the pipeline does: checked first, then typed."""

    def rows_of(engine, contract, sql, page=USERS, window=EVER, zone="America/New_York"):
        models, contracts = {contract.name: Model(contract.name, sql)}, {contract.name: contract}
        cleaning = Cleaning(Zone(zone), window, NOW, NOW)
        present = check_models(engine, "models", models, contracts, cleaning.zone)
        with Source(engine, models, contracts, present, cleaning).page(page) as rows:
            return rows(contract.name)

    return rows_of
