"""Small platforms in SQLite, PostgreSQL and MariaDB, and what a survey says of them."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from extractors.instants import Zone
from extractors.models import Model
from extractors.source import open_source
from extractors.survey.surveying import Scope, survey

NOW = "2026-01-01T00:00:00.000000Z"
MOMENT = {"sqlite": "DATETIME", "postgresql": "TIMESTAMP", "mariadb": "DATETIME"}
SERVERS = {"postgresql": "postgres_url", "mariadb": "mariadb_url"}


@pytest.fixture
def written(request, tmp_path):
    """Give what writes tables with their rows, `moment` standing for the dialect's type, and opens them as a source."""
    engines = []

    def made(dialect, script, **tables):
        url = request.getfixturevalue(SERVERS[dialect]) if dialect in SERVERS else f"sqlite:///{tmp_path}/platform.db"
        writer = create_engine(url)
        with writer.begin() as connection:
            for statement in script.replace("moment", MOMENT[dialect]).split(";"):
                if statement.strip():
                    connection.execute(text(statement))
            for table, rows in tables.items():
                names = [f"v{place}" for place in range(len(rows[0]))]
                marks = ", ".join(f":{name}" for name in names)
                insert = text(f"INSERT INTO {table} VALUES ({marks})")  # noqa: S608  # our own names
                connection.execute(insert, [dict(zip(names, row, strict=True)) for row in rows])
        writer.dispose()
        engines.append(open_source(url))
        return engines[-1]

    yield made
    for engine in engines:
        engine.dispose()


@pytest.fixture
def look(contracts):
    """Give what surveys models, by name and SQL."""

    def surveyed(engine, *, zone="America/New_York", rows=10_000, **sql):
        models = {name: Model(name, one) for name, one in sql.items()}
        return survey(engine, models, contracts, Scope(Zone(zone), NOW, rows))

    return surveyed


@pytest.fixture(scope="session")
def times():
    """Give what makes so many times in steps of some hours, none of them in an hour that a zone leaves out."""
    begin = datetime(2020, 5, 1, 12, 30)  # noqa: DTZ001  # naive, as a database keeps it
    return lambda count, hours=7: [f"{begin + timedelta(hours=hours * n):%Y-%m-%d %H:%M:%S}" for n in range(count)]
