"""A person who has never seen the code imports the history from the form, and understands what happened."""

import re

import pytest
from pages import fill, open_artifact, open_deployment_form, refusal, run_id, submit, wait_for_state

pytestmark = pytest.mark.e2e


def fill_import(page, **fields):
    open_deployment_form(page, "import")
    fill(page, "Destinations", "none")
    fill(page, "Dead letters allowed", "5%")
    for title, value in fields.items():
        fill(page, title, value)


def test_an_import_from_the_form_ends_with_a_report_that_says_what_the_ledger_knows(page, operated):
    fill_import(page, Shards=3)
    submit(page)
    run = run_id(page)
    wait_for_state(page, "Completed", "Failed", "Crashed")
    message = operated.served.ask("GET", f"/flow_runs/{run}")["state"]["message"]
    assert operated.served.state(run) == "Completed", message

    report = open_artifact(page, "backfill-report")

    delivered = operated.held()
    assert f"{delivered:,} delivered" in message
    assert re.search(rf"(?<![\d,]){delivered:,}(?![\d,])", report)
    ((ids,),) = operated.ledger("SELECT sum(events) FROM batches WHERE state = 'delivered'")
    assert ids == delivered


def test_what_is_beyond_a_limit_is_refused_in_the_form(page):
    fill_import(page, Shards=91)
    assert "91 is greater than the maximum of 90" in refusal(page)
