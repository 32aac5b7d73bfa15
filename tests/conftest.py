"""A private PostgreSQL for every folder of tests: started when the first test asks for it, once a session."""

import pytest

from sandbox.postgres.server import running_postgres


@pytest.fixture(scope="session")
def postgres():
    """Give a PostgreSQL server of our own."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres):
    """Give the URL of an empty database of the test's own."""
    return postgres.fresh_database()
