"""A shard that the data plane stops: what arrived is counted, and the cursor stays before the page that did not."""

from collections import Counter
from threading import Event

from sqlalchemy import select

from flows.job import open_job
from flows.options import Options
from flows.pipeline import prepare
from flows.shard import work_shard
from flows.tally import DELIVERED, REQUESTS, total
from loaders.answers import Answer
from loaders.clock import utc_now
from loaders.errors import DataPlaneStopped
from loaders.ledger.receipts import events_by_state
from loaders.ledger.runs import Shard
from loaders.ledger.schema import shards


class Failing:
    """A data plane that takes so many batches, and then answers 503."""

    url = "http://127.0.0.1:1"

    def __init__(self, takes):
        self.takes = takes

    def post(self, _):
        self.takes -= 1
        return Answer(200, "ok") if self.takes >= 0 else Answer(503, "Service Unavailable")


def test_what_arrived_before_a_stop_is_counted_and_the_cursor_stays(settings, monkeypatch):
    small, options = settings.model_copy(update={"batch_events": 25}), Options(shards=1)
    run_id = prepare(small, options).run_id
    job = open_job(small, options, utc_now())
    shard = Shard("users", (None, 10, 10, 30, None))  # the second page is empty: nothing of it can fail
    monkeypatch.setattr("flows.shard.PAGE_ROWS", 1)  # each range is a page of its own

    def sent_with(takes):
        """Work the shard until so many batches were taken; give what it counted, and how far its cursor is."""
        try:
            work_shard(job, Failing(takes), run_id, 0, shard, Event())
        except DataPlaneStopped:
            assert takes < batches_in_all
        query = select(shards.c.counts, shards.c.position).where(shards.c.run_id == run_id, shards.c.shard == 0)
        with job.ledger.connect() as connection:
            counts, position = connection.execute(query).one()
        return Counter(counts), position

    batches_in_all = 10**6
    counts, position = sent_with(batches_in_all)
    assert position == 4
    batches_in_all = counts[REQUESTS]
    for takes, expected in ((0, 0), (1, 0), (batches_in_all - 1, 3), (batches_in_all, 4)):
        before = events_by_state(job.ledger, run_id)["delivered"]
        counts, position = sent_with(takes)
        assert (counts[REQUESTS], position) == (takes, expected)
        assert total(counts, DELIVERED) == events_by_state(job.ledger, run_id)["delivered"] - before
