"""A shard that the data plane stops: what arrived is counted, and the cursor stays before the page that did not."""

from collections import Counter
from contextlib import nullcontext, suppress
from dataclasses import replace
from threading import Event

import pytest

from extractors.errors import SourceStopped
from flows.job import open_job
from flows.options import Options
from flows.pipeline import prepared
from flows.shard import work_shard
from flows.tally import DELIVERED, REQUESTS, total
from loaders.answers import Answer, Target
from loaders.clock import utc_now
from loaders.errors import DataPlaneStopped
from loaders.ledger.receipts import events_by_state
from loaders.ledger.runs import Shard, progress, run_shards
from loaders.way import Way


class Failing:
    """A data plane that takes so many batches, and then knows the write key no more."""

    url, target = "http://127.0.0.1:1", Target.RUDDERSTACK

    def __init__(self, takes):
        self.takes = takes

    def post(self, _):
        self.takes -= 1
        return Answer(200, "ok") if self.takes >= 0 else Answer(401, "invalid write key")


SHARD = Shard("users", ((None, 10), (10, 10), (10, 30), (30, None)))  # the second page is empty: it cannot fail


@pytest.fixture
def worked(settings, monkeypatch):
    """Give what works the shard until so many batches were taken: what it counted, and how far its cursor is."""
    small, options = settings.model_copy(update={"batch_events": 25}), Options(shards=1)
    monkeypatch.setattr("flows.paging.PAGE_ROWS", 1)  # each range is a page of its own
    with prepared(small, options) as run:
        job = open_job(small, options, utc_now())

        def work(takes, shard=SHARD):
            way = Way(Failing(takes), job.ledger, run.run_id, 0, Event())
            with suppress(DataPlaneStopped):
                work_shard(job, way, 1, shard, None)
            return run_shards(job.ledger, run.run_id)[0], progress(job.ledger, run.run_id).counts

        work.delivered = lambda: events_by_state(job.ledger, run.run_id).get("delivered", 0)
        yield work


def test_what_arrived_before_a_stop_is_counted_and_the_cursor_stays(worked):
    shard, counts = worked(10**6)
    assert shard.position == 4
    batches = counts[REQUESTS]
    for takes, expected in ((0, 0), (1, 0), (batches - 1, 3), (batches, 4)):
        before = worked.delivered()
        shard, counts = worked(takes)
        assert (counts[REQUESTS], shard.position) == (min(takes + 1, batches), expected)
        assert total(counts, DELIVERED) == worked.delivered() - before


def test_a_cursor_keeps_what_the_pages_before_it_counted_and_goes_on_from_there(worked):
    whole, all_counts = worked(10**6)
    stopped, counts = worked(all_counts[REQUESTS] - 1)

    rest, after = worked(10**6, SHARD._replace(position=stopped.position, passed=stopped.passed))

    assert Counter(stopped.passed) != counts  # the page that was stopped counted something
    assert 0 < stopped.position < whole.position == rest.position
    assert after == all_counts == Counter(rest.passed)


class Flaky:
    """A source that fails in passing so often, and then reads."""

    def __init__(self, source, fails, *, passing=True):
        self.source, self.fails, self.passing = source, fails, passing

    def page(self, page, most):
        self.fails -= 1
        if self.fails >= 0:
            raise SourceStopped("the connection was dropped", passing=self.passing)
        return self.source.page(page, most)

    def __getattr__(self, name):
        return getattr(self.source, name)


@pytest.mark.parametrize(("fails", "passing", "reads"), [(3, True, True), (4, True, False), (1, False, False)])
def test_a_source_that_fails_in_passing_is_read_again(settings, monkeypatch, fails, passing, reads):
    monkeypatch.setattr("flows.page_reader._READ_AGAIN_AFTER_SECONDS", (0.0, 0.0, 0.0))
    options = Options(shards=1)
    with prepared(settings, options) as run:
        job = open_job(settings, options, utc_now())
        flaky = replace(job, source=Flaky(job.source, fails, passing=passing))
        way = Way(Failing(10**6), job.ledger, run.run_id, 0, Event())
        expected = nullcontext() if reads else pytest.raises(SourceStopped)
        with expected:
            work_shard(flaky, way, 1, SHARD, None)
        assert run_shards(job.ledger, run.run_id)[0].position == (4 if reads else 0)
