"""Private servers for every folder of tests: each started when the first test asks for it, once a session."""

import os

import pytest

from sandbox.mariadb.programs import MariadbAbsent, installed_programs
from sandbox.mariadb.server import running_mariadb
from sandbox.postgres.server import running_postgres

UNTESTED = "NOT TESTED against MariaDB"


@pytest.fixture(scope="session")
def postgres():
    """Give a PostgreSQL server of our own."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres):
    """Give the URL of an empty database of the test's own."""
    return postgres.fresh_database()


@pytest.fixture(scope="session")
def mariadb():
    """Give a MariaDB server of our own. Where the machine has none that is a skip, but with CI=true a failure."""
    try:
        installed_programs()
    except MariadbAbsent as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error), pytrace=False)
        pytest.skip(f"{UNTESTED}: {error}")
    with running_mariadb() as server:
        yield server


@pytest.fixture
def mariadb_url(mariadb):
    """Give the URL of an empty database of the test's own, whose texts ignore case."""
    return mariadb.fresh_database()


def pytest_terminal_summary(terminalreporter):
    """Say at the end what a quiet run would only show as an s."""
    skipped = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", ())}
    for words in sorted(skipped):
        if UNTESTED in words:
            terminalreporter.write_line(words, red=True, bold=True)
