"""What a run would send, without sending it: as many as it then sends, and none of them before."""

import pytest
from bundled import unasked
from pydantic import SecretStr

from flows import pipeline
from flows.cutting import first_users
from flows.errors import BeyondBounds, Exit, SettingsInvalid
from flows.forecast.outlook import destinations
from flows.forecast.planning import plan
from flows.options import Options
from flows.outcome import MaxDead
from loaders.errors import DataPlaneStopped, LedgerUnusable
from loaders.ledger.opening import disposing, open_ledger
from loaders.ledger.runs import last_runs

ALL = MaxDead(share=1.0)


def told(outcome):
    return {
        name: value
        for name, value in outcome.summary.document().items()
        if name not in ("run_id", "seconds", "requests", "bytes")
    }


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(since="2023-01-01T00:00:00.000000Z", identify="history"),
        Options(streams=("orders",), shards=3),
    ],
    ids=["all", "a window", "a stream"],
)
def test_a_plan_counts_what_the_run_then_sends(settings, held, options):
    before = held()
    planned = plan(settings, options, ALL).outcome
    assert held() == before
    assert planned.words.startswith("Nothing was sent. A run would end so: ")

    ran = pipeline.run_here(settings, options, 1, ALL)
    assert told(planned) == told(ran)
    assert (planned.summary.bytes, planned.summary.requests) == (ran.summary.bytes, ran.summary.requests)
    assert held() == before + ran.summary.delivered

    again = plan(settings, options, ALL)
    assert (again.outcome.summary.delivered, again.outcome.summary.already_delivered) == (0, ran.summary.delivered)
    assert again.forecast.contract.totals.model_dump() == {"events": 0, "users": 0, "bytes": 0}


def test_the_data_plane_is_not_asked_and_the_ledger_learns_of_no_run(settings):
    with unasked() as url:
        plan(settings.model_copy(update={"data_plane_url": url}), Options(), ALL)
    with disposing(open_ledger(settings.ledger_url.get_secret_value())) as ledger:
        assert last_runs(ledger, 1) == []


def test_a_plan_needs_no_destinations_and_says_that_a_run_does(settings):
    planned = plan(settings.model_copy(update={"destinations": ""}), Options(streams=("orders",)), ALL)
    (words,) = destinations(planned.forecast).words
    assert words == "Not chosen, so that a run refuses: set BACKFILL_DESTINATIONS."


def test_a_run_that_would_send_more_than_it_may_sends_nothing(settings, held):
    before = held()
    events = plan(settings, Options(), ALL).outcome.summary.delivered
    with pytest.raises(BeyondBounds, match=f"{events:,} events would be sent, 1 more than the"):
        pipeline.run_here(settings, Options(max_events=events - 1), 1, ALL)
    assert held() == before
    outcome = pipeline.run_here(settings, Options(max_events=events), 1, ALL)
    assert (outcome.exit, outcome.summary.delivered) == (Exit.DONE, events)


@pytest.mark.parametrize("canary", [1, 7, 10_000])
def test_a_canary_is_so_many_users_and_changes_nothing_of_what_is_sent(settings, held, canary):
    whole, before = plan(settings, Options(), ALL).outcome.summary, held()
    options = Options(canary=canary, shards=2)
    first = pipeline.run_here(settings, options, 1, ALL, first_users).summary
    assert 0 < first.users <= canary
    assert first.balanced
    rest = pipeline.run_here(settings, options, 1, ALL).summary
    assert rest.already_delivered == first.delivered
    assert held() == before + first.delivered + rest.delivered == before + whole.delivered


def test_the_bound_of_events_is_of_the_canary_and_the_others_together(settings, held):
    before = held()
    with pytest.raises(BeyondBounds):
        pipeline.run_here(settings, Options(canary=1, max_events=12_000 - 300), 1, ALL, first_users)
    with pytest.raises(BeyondBounds):
        plan(settings, Options(max_events=1), ALL)
    assert held() == before


def test_receipts_of_another_source_are_not_taken_for_those_of_this_one(settings):
    pipeline.run_here(settings, Options(streams=("orders",)), 1, ALL)
    other = settings.model_copy(update={"write_key": SecretStr("wk-of-another")})
    with pytest.raises(LedgerUnusable, match="receipts are of another write key"):
        pipeline.run_here(other, Options(streams=("orders",)), 1, ALL)
    renewed = other.model_copy(update={"former_write_key": settings.write_key})
    with pytest.raises(DataPlaneStopped, match="401"):  # it is asked now, and does not know that key
        pipeline.run_here(renewed, Options(streams=("orders",)), 1, ALL)


def test_a_run_goes_to_one_source_alone(settings):
    with pipeline.prepared(settings, Options(streams=("orders",))) as run:
        other = settings.model_copy(update={"data_plane_url": "http://127.0.0.1:1"})
        with pytest.raises(SettingsInvalid, match="another than the run began with"):
            pipeline.work(other, run.run_id, 0)
