"""One served Prefect a session, and a browser to operate it.

Lets the test files of this folder import their siblings, and what starts `backfill serve`.
"""

import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "deployments")]

collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]  # `make e2e` installs it


@pytest.fixture(scope="session")
def operated(tmp_path_factory, postgres):
    """Give a served Prefect on a sample platform whose database asks for a password.

    Prefect's own database has a PostgreSQL to itself, whose every file can be searched for what must not be there.
    """
    from operated import operating  # noqa: PLC0415  # the folder is on the path from here on

    from sandbox.postgres.server import running_postgres  # noqa: PLC0415  # wanted here alone

    folder, platform = tmp_path_factory.mktemp("operated"), postgres.fresh_database()
    with running_postgres() as own, operating(folder, platform, own.fresh_database()) as operated:
        yield operated


@pytest.fixture(scope="session")
def whole(operated):
    """Give how many messages the whole history is, as a dry run counts them."""
    from served import until  # noqa: PLC0415  # see above

    asked = {"route": {"destinations": "none"}, "safety": {"dry_run": True, "max_dead": "5%"}}
    run = operated.served.start("import", **asked)
    until(lambda: operated.served.state(run) == "Completed")
    return int(re.search(r"([\d,]+) delivered", operated.message(run))[1].replace(",", ""))


@pytest.fixture
def anew(operated, whole):  # noqa: ARG001  # counted before anything is sent
    """Give the same with a ledger of the test's own and an empty data plane, for what hangs on both; leave them so."""
    operated.begin_anew()
    yield operated
    operated.begin_anew()


@pytest.fixture(scope="session")
def open_page(operated):
    """Give what opens a page. Where the machine has no browser that is a skip, but with CI=true a failure."""
    from browser import UNTESTED, BrowserAbsent, open_pages  # noqa: PLC0415  # see above

    try:
        with open_pages(operated.served.address) as opened:
            yield opened
    except BrowserAbsent as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error), pytrace=False)
        pytest.skip(f"{UNTESTED}: {error}")


@pytest.fixture
def page(open_page, tmp_path):
    """Give a page of a visitor of its own. What it showed last is kept as a picture in the test's folder."""
    page = open_page()
    yield page
    page.screenshot(path=tmp_path / "last.png")
    page.context.close()
