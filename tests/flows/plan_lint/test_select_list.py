"""The columns of a SELECT from its text: what it tells, and nothing where it does not."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from extractors.models import load_models
from flows.plan_lint.select_list import Columns, columns_of
from mappers.catalog import DETAILS, STREAMS
from sandbox.platform.sample import SampleOptions, write_sample

PROFILES = Path(__file__).resolve().parents[3] / "extractors" / "models"


def columns(*present, null=()):
    return Columns(frozenset(present), frozenset(null))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT a, b FROM t", columns("a", "b")),
        ("select t.a, T.B as C from t", columns("a", "c")),
        ("SELECT DISTINCT a FROM t", columns("a")),
        ("SELECT a b, max(c) d FROM t", columns("b", "d")),
        ("SELECT 'a, b' AS x, \"Y\" FROM t", columns("x", "y")),
        ("SELECT t.`a`, [b] FROM t", columns("a", "b")),
        ("SELECT COALESCE(a, (SELECT b FROM u)) AS x, c FROM t", columns("x", "c")),
        ("SELECT CASE WHEN a THEN 1 ELSE 0 END AS x FROM t", columns("x")),
        ("SELECT CASE WHEN a IS NULL THEN NULL END AS x FROM t", columns("x")),
        ("SELECT NULL AS a, NULL b, 1 AS c", columns("a", "b", "c", null="ab")),
        (
            "SELECT CAST(NULL AS VARCHAR(9)) AS a, NULL::text AS b, (NULL) AS c FROM t",
            columns("a", "b", "c", null="abc"),
        ),
        ("WITH x AS (SELECT q, w FROM t) SELECT q AS a FROM x", columns("a")),
        ("SELECT a, NULL AS b FROM t UNION ALL SELECT c, NULL FROM u", columns("a", "b", null="b")),
        ("SELECT a, NULL FROM t", None),
        ("SELECT a, NULL AS b FROM t UNION ALL SELECT c, NULL AS z FROM u", columns("a", "b", null="b")),
        ("SELECT a, NULL AS b FROM t UNION ALL SELECT c, d FROM u", columns("a", "b")),
        ("SELECT * FROM t", None),
        ("SELECT t.*, a FROM t", None),
        ("SELECT count(*) FROM t", None),
        ("SELECT a + 1 FROM t", None),
        ("SELECT 'text' FROM t", None),
        ("SELECT a FROM t UNION SELECT a, b FROM u", None),
    ],
)
def test_the_columns_of_a_select(sql, expected):
    assert columns_of(sql) == expected


def test_the_columns_of_the_sample_are_those_that_the_database_gives(tmp_path):
    write_sample(f"sqlite:///{tmp_path / 'sample.db'}", SampleOptions(users=60))
    with closing(sqlite3.connect(tmp_path / "sample.db")) as connection:
        for name, model in load_models(PROFILES / "sample", {*STREAMS, *DETAILS}).items():
            told = {column[0].lower() for column in connection.execute(model.sql).description}
            assert (name, columns_of(model.sql)) == (name, columns(*told))


@pytest.mark.parametrize("profile", ["sample", "atg"])
def test_every_model_of_ours_tells_its_columns(profile):
    assert [
        name
        for name, model in load_models(PROFILES / profile, {*STREAMS, *DETAILS}).items()
        if not columns_of(model.sql)
    ] == []
