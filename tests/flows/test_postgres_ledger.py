"""The ledger in PostgreSQL: the same run, the same account, the same receipts."""

import json

import pytest
from sqlalchemy import create_engine, text

RUN = ("run", "--no-prefect", "--max-dead", "20%")


@pytest.fixture
def ledger(postgres_url):
    """Give the URL of an empty ledger, and what asks it."""
    engine = create_engine(postgres_url)

    def asked(query):
        with engine.connect() as connection:
            return connection.execute(text(query)).all()

    yield postgres_url, asked
    engine.dispose()


def test_a_ledger_in_postgresql_holds_what_one_in_a_file_does(forked, environment, tmp_path, ledger):
    url, asked = ledger
    in_file = environment | {"BACKFILL_SOURCE_NAME": "a shop with two ledgers"}
    on_server = in_file | {"BACKFILL_LEDGER_URL": url}

    def run(name, own, *words):
        ran = forked(*words, "--json", name, folder=tmp_path, environment=own)
        assert ran.returncode == 0, ran.stderr
        return json.loads((tmp_path / name).read_text())

    expected = run("file.json", in_file, *RUN)
    first, again = run("1.json", on_server, *RUN, "--workers", "4"), run("2.json", on_server, *RUN)
    replayed = run("3.json", on_server, "replay", "--no-prefect", "--max-dead", "100")

    own = ("run_id", "seconds")
    assert {key: first[key] for key in first if key not in own} == {
        key: expected[key] for key in expected if key not in own
    }
    assert (again["delivered"], again["already_delivered"]) == (0, first["delivered"])
    assert replayed["delivered"] == 0
    assert replayed["rows_dead"] + replayed["dead"] > 0
    assert asked("SELECT DISTINCT state FROM runs") == [("done",)]
    assert asked("SELECT owner FROM locks") == [(None,)]
    assert asked("SELECT sum(events) FROM batches WHERE state = 'delivered'") == [(first["delivered"],)]


def test_a_database_with_other_tables_is_refused(forked, environment, tmp_path, ledger):
    url, _ = ledger
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE customers (name TEXT)"))
    engine.dispose()

    ran = forked(*RUN, folder=tmp_path, environment=environment | {"BACKFILL_LEDGER_URL": url})

    assert ran.returncode == 2
    assert "holds other tables and no ledger" in ran.stderr
