"""What a survey asks, in the words of databases that no test has: limits, casts and aliases as each of them wants."""

from types import SimpleNamespace

import pytest
from sqlalchemy.dialects import mssql, mysql, oracle

from extractors.models import Model
from extractors.survey.row_ids import count_repeated
from extractors.survey.sample import Sample

MODEL = Model("sign_ins", "SELECT id AS row_id, who AS user_id, at AS occurred_at FROM visits")
SAMPLE = Sample(("row_id", "user_id", "occurred_at"), [("a", "b", None)], whole=True)
WORDS = {
    "mssql": (mssql.dialect(), ["TOP 1000000 m.row_id", "GROUP BY CAST(f.row_id AS VARBINARY(8000))"]),
    "mysql": (mysql.dialect(), ["LIMIT 1000000", "GROUP BY CAST(f.row_id AS BINARY)"]),
    "oracle": (oracle.dialect(), ["GROUP BY f.row_id", ") m"]),
}


@pytest.mark.parametrize("name", WORDS)
def test_row_ids_are_counted_in_the_dialects_words(name, contracts):
    dialect, words = WORDS[name]
    asked = []

    def execute(query):
        asked.append(str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})))
        return SimpleNamespace(scalar_one=lambda: 7, one=lambda: (1, 2, None))

    connection = SimpleNamespace(dialect=dialect, execute=execute)
    assert count_repeated(connection, MODEL, contracts["sign_ins"], SAMPLE) == (7, 1, 2, 0)
    assert [word for word in words if word not in "".join(asked)] == []
    assert "LIMIT" not in "".join(asked) or name == "mysql"
