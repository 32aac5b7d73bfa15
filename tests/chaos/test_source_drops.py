"""A PostgreSQL source whose connections are dropped in the middle of a page."""

from contextlib import contextmanager

import pytest
from scene import Scene, environment
from sqlalchemy import make_url
from truth import read_truth

from sandbox.faults.source import dropping_proxy
from sandbox.platform.sample import SampleOptions, write_sample

CUT = ("--shards", "3")
MID_PAGE = 300_000
SOON = {"values": {"flows.page_reader:_READ_AGAIN_AFTER_SECONDS": (0.1, 0.2, 0.3)}}


@pytest.fixture(scope="module")
def stored(postgres, tmp_path_factory):
    """Give the same sample twice: in PostgreSQL for the run, as an SQLite file for its truth."""
    path, url = tmp_path_factory.mktemp("stored") / "platform.db", postgres.fresh_database("source")
    options = SampleOptions(users=40)
    for one in (url, f"sqlite:///{path}"):
        write_sample(one, options)
    return path, make_url(url)


@pytest.fixture
def dropping(stored, gateway, commands, folder, moment):
    """Give what puts a proxy that drops connections before the source, for as long as a `with` lasts."""
    path, url = stored
    truth = read_truth(path, moment)

    @contextmanager
    def put(**drops):
        dropped = []
        with dropping_proxy(url.host, url.port, on_drop=dropped.append, **drops) as port:
            source = url.set(port=port).render_as_string(hide_password=False)
            settings = environment(source, gateway.url, f"sqlite:///{folder}/ledger.db", BATCH_EVENTS=500)
            yield Scene(truth, gateway.store, settings, commands), dropped

    return put


def test_connections_that_are_dropped_for_a_while_are_made_again(dropping):
    with dropping(after_bytes=MID_PAGE, times=3) as (scene, dropped):
        scene.ends_exactly(*CUT, **SOON)
        assert len(dropped) >= 2


def test_connections_that_are_dropped_for_good_stop_the_run_and_the_next_is_exact(dropping):
    with dropping(after_bytes=MID_PAGE, times=1_000) as (scene, _):
        stopped = scene.run(*CUT, **SOON)
        assert stopped.code == 3
        assert "The source postgresql+psycopg://127.0.0.1:" in stopped.words
        assert "failed:" in stopped.words
    with dropping(times=0) as (scene, _):
        scene.ends_exactly(*CUT, "--resume")
