"""A question that is not answered is said, and the next one is asked; a lost connection ends the survey."""

import time

import pytest
from sqlalchemy import text

from extractors.errors import SourceStopped
from extractors.source import reading
from extractors.survey.asking import Unanswered, ask

TABLE = "CREATE TABLE visits (id INTEGER)"
SLOW = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(20)",
    "mariadb": "SELECT SLEEP(20)",
}


@pytest.mark.parametrize("dialect", SLOW)
def test_what_takes_too_long_is_given_up_and_the_next_is_answered(written, dialect):
    engine = written(dialect, TABLE, visits=[(1,)])
    began = time.monotonic()
    with reading(engine) as connection:
        late = ask(connection, lambda: connection.execute(text(SLOW[dialect])).all(), seconds=0.3)
        wrong = ask(connection, lambda: connection.execute(text("SELECT absent FROM visits")).all())
        good = ask(connection, lambda: connection.execute(text("SELECT id FROM visits")).scalar_one())

    assert late == Unanswered("the database took longer than 0.3 s", late=True)
    assert isinstance(wrong, Unanswered)
    assert not wrong.late
    assert "absent" in wrong.words
    assert good == 1
    assert time.monotonic() - began < 10


def test_a_connection_that_is_lost_stops_it(written):
    end = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(SourceStopped), reading(written("postgresql", TABLE, visits=[(1,)])) as connection:
        ask(connection, lambda: connection.execute(end).all())


@pytest.mark.parametrize("dialect", SLOW)
def test_a_survey_writes_nothing(written, dialect):
    engine = written(dialect, TABLE, visits=[(1,)])
    with reading(engine) as connection:
        answer = ask(connection, lambda: connection.execute(text("INSERT INTO visits VALUES (2)")))
        assert isinstance(answer, Unanswered)
        assert ask(connection, lambda: connection.execute(text("SELECT count(*) FROM visits")).scalar_one()) == 1
