"""How much a source has: on every database the same, and another once a row was added or edited."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlglot
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.dialects import mssql, oracle

from extractors.contract import detail_contract, stream_contract
from extractors.instants import Zone
from extractors.models import load_models
from extractors.pages import Window
from extractors.query import table
from extractors.reader import Source
from extractors.rows import Cleaning
from extractors.source import open_source
from extractors.volume import LATEST, latest_of, volumes
from mappers.catalog import DETAILS, STREAMS
from sandbox.platform.sample import SampleOptions, write_sample

READ_AS = {"oracle": "oracle", "mssql": "tsql"}
NOW = "2026-07-01T00:00:00.000000Z"
MODELS = load_models(Path(__file__).parents[2] / "extractors" / "models" / "sample", {*STREAMS, *DETAILS})
CONTRACTS = {
    name: stream_contract(STREAMS[name]) if name in STREAMS else detail_contract(DETAILS[name]) for name in MODELS
}


@pytest.fixture(scope="module", params=["sqlite", "postgres", "mariadb"])
def url(request, tmp_path_factory):
    is_file = request.param == "sqlite"
    folder = tmp_path_factory.mktemp("volume")
    url = f"sqlite:///{folder}/p.db" if is_file else request.getfixturevalue(request.param).fresh_database()
    write_sample(url, SampleOptions(users=40))
    return url


@pytest.fixture
def looked(url):
    """Give what looks at the source, in a window."""
    engine = open_source(url)

    def at(**window):
        cleaning = Cleaning(Zone("America/New_York"), Window(**window), NOW, NOW)
        present = {name: frozenset(contract.expected()) - {"compared"} for name, contract in CONTRACTS.items()}
        with engine.connect() as connection:
            for name, model in MODELS.items():
                given = set(connection.execute(text(f"SELECT * FROM ({model.sql}) m WHERE 1 = 0")).keys())  # noqa: S608  # ours
                present[name] = frozenset(one.lower() for one in given)
        return volumes(Source(engine, MODELS, CONTRACTS, present, cleaning))

    yield at
    engine.dispose()


@pytest.fixture
def changed(url):
    """Give what changes the platform for a test."""
    engine = create_engine(url)
    undo = []

    def change(words, back, **values):
        with engine.begin() as connection:
            connection.execute(text(words), values)
        undo.append((back, values))

    yield change
    with engine.begin() as connection:
        for words, values in reversed(undo):
            connection.execute(text(words), {name: one for name, one in values.items() if f":{name}" in words})
    engine.dispose()


def counted(url, query):
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return connection.execute(text(query)).scalar()


def test_every_stream_has_its_rows_and_the_latest_of_its_times(url, looked):
    found = looked()
    assert found.keys() == MODELS.keys()
    assert found == looked()
    for name, volume in found.items():
        assert volume.rows == counted(url, f"SELECT count(*) FROM ({MODELS[name].sql}) m") > 0  # noqa: S608  # ours
        for times in volume.latest.values():
            assert 0 < len(times) <= LATEST
    assert {name for name, volume in found.items() if not volume.latest} == set()
    assert list(found["accounts"].latest) == ["changed_at"]
    assert list(found["orders"].latest) == ["occurred_at", "changed_at"]


def test_an_edit_shows_though_rows_have_times_that_never_come(url, looked, changed):
    before = looked()["orders"]
    assert before.latest["occurred_at"][0].startswith("9999")
    row = counted(url, "SELECT min(order_id) FROM orders WHERE updated_at < '2025-01-01'")
    was = counted(url, f"SELECT updated_at FROM orders WHERE order_id = {row}")  # noqa: S608  # our own number
    now = datetime(2026, 7, 2, 3, 4, 5)  # noqa: DTZ001  # naive, as the column is
    words = "UPDATE orders SET updated_at = :{} WHERE order_id = :row"
    changed(words.format("now"), words.format("was"), now=now, was=was, row=row)
    after = looked()["orders"]
    assert after.rows == before.rows
    (come,) = set(after.latest["changed_at"]) - set(before.latest["changed_at"])
    assert come.startswith("2026-07-02 03:04:05")


def test_a_second_row_of_the_same_time_shows(looked, url, changed):
    before = looked()["sign_ups"].latest["occurred_at"]
    newest = counted(url, "SELECT max(created_at) FROM accounts WHERE created_at < '2030-01-01'")
    row = counted(url, "SELECT min(account_id) FROM accounts WHERE created_at < '2025-01-01'")
    was = counted(url, f"SELECT created_at FROM accounts WHERE account_id = {row}")  # noqa: S608  # our own number
    words = "UPDATE accounts SET created_at = :{} WHERE account_id = :row"
    changed(words.format("newest"), words.format("was"), newest=newest, was=was, row=row)
    after = looked()["sign_ups"].latest["occurred_at"]
    assert before != after
    assert [one.split(" (")[1] for one in after if one not in before] == ["2)"]


def test_a_window_bounds_what_is_looked_at_with_a_margin_and_leaves_states_out_where_it_ends(looked):
    whole, since = looked(), looked(since="2023-01-01T05:00:00.000000Z")
    bounded = looked(since="2023-01-01T05:00:00.000000Z", until="2024-01-01T05:00:00.000000Z")
    assert since.keys() == whole.keys()
    assert {"accounts", "memberships"}.isdisjoint(bounded)
    assert since["accounts"] == whole["accounts"]
    for name in ("orders", "order_lines", "sign_ins", "cart_events"):
        volume = bounded[name]
        assert 0 < volume.rows < since[name].rows < whole[name].rows
        latest = datetime.fromisoformat(volume.latest["occurred_at"][0].split(" (")[0])
        assert latest.replace(tzinfo=None) <= datetime(2024, 1, 1, 5) + timedelta(days=2)  # noqa: DTZ001  # likewise


@pytest.mark.parametrize(("dialect", "limit"), [(oracle.dialect(), "FETCH FIRST"), (mssql.dialect(), "TOP")])
def test_the_latest_times_are_asked_for_as_oracle_and_sql_server_have_it(dialect, limit):
    rows = table(MODELS["orders"], CONTRACTS["orders"], frozenset(CONTRACTS["orders"].expected()))
    said = str(latest_of(rows.c.changed_at).compile(dialect=dialect))
    assert limit in said
    bound = re.sub(r":param_1|__\[POSTCOMPILE_param_1\]", "20", said)
    (read,) = sqlglot.parse(bound, READ_AS[dialect.name])
    assert read.args["group"]
    assert read.args["order"]
