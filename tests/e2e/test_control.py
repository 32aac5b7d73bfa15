"""A person stops an import from its page, and lets it go on: everything arrives, and arrives once."""

from datetime import datetime

import pytest
from pages import control, fill, open_deployment_form, run_id, submit, wait_for_state
from served import until

pytestmark = pytest.mark.e2e

EVENTS_A_SECOND = 1_000


@pytest.fixture
def at_work(page, anew):
    """Let a slow import, whose page is open, send something."""
    open_deployment_form(page, "import")
    slow = {"Shards": 3, "Workers": 1, "Most events a second": EVENTS_A_SECOND}
    for title, value in {"Destinations": "none", "Dead letters allowed": "5%", **slow}.items():
        fill(page, title, value)
    submit(page)
    until(anew.held)


def settled(operated):
    """Wait until the ledger is let go, see that what was delivered stands, and return how much that is."""
    until(lambda: not operated.owners())
    stands = operated.held()
    assert 0 < stands == operated.delivered()
    return stands


def went_on_to_the_end(page, operated, stands, whole):
    """See that the run sends all that is not there yet, and that then everything is there, once, as the ledger says."""
    ended, words = wait_for_state(page, "Completed", "Failed", "Crashed"), operated.message(run_id(page))
    assert ended == "Completed", words
    counts = operated.counts()
    assert counts["events"] == counts["distinct_message_ids"] == operated.delivered() == whole > stands
    assert f"{counts['events'] - stands:,} delivered" in words
    assert operated.ledger("SELECT state FROM runs ORDER BY started_at") == [("stopped",), ("done",)]


@pytest.mark.usefixtures("at_work")
def test_cancelled_in_flight_it_lets_go_and_retry_completes(page, anew, whole):
    control(page, "Cancel")
    wait_for_state(page, "Cancelled")
    stands = settled(anew)

    control(page, "Retry")
    went_on_to_the_end(page, anew, stands, whole)


@pytest.mark.usefixtures("at_work")
def test_suspended_for_as_long_as_is_filled_in_it_waits_and_resume_completes(page, anew, whole):
    control(page, "Suspend", timeout=3600)
    wait_for_state(page, "Suspended")
    stands = settled(anew)
    state = anew.served.ask("GET", f"/flow_runs/{run_id(page)}")["state"]
    until_when, since = (
        datetime.fromisoformat(text) for text in (state["state_details"]["pause_timeout"], state["timestamp"])
    )
    assert 3500 < (until_when - since).total_seconds() <= 3600

    control(page, "Resume")
    went_on_to_the_end(page, anew, stands, whole)
