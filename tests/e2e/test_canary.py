"""A person looks at what a few users came to before everybody's history is sent."""

import json
import re

import pytest
from pages import confirm, fill, open_deployment_form, open_dialog, run_id, submit, wait_for_state

pytestmark = pytest.mark.e2e

USERS = 30
WORDS = r"([\d,]+) users · ([\d,]+) rows read · ([\d,]+) messages · ([\d,]+) delivered · ([\d,]+) dead letters?"


def figures_of_the_ledger(operated):
    """Return the users, rows, messages, delivered and dead letters of the only run that the ledger has."""
    ((text,),) = operated.ledger("SELECT summary FROM runs")
    figures = json.loads(text)
    dead = figures["dead"] + figures["rows_dead"]
    return [*(figures[name] for name in ("users", "rows_read", "messages", "delivered")), dead]


def test_a_canary_waits_with_its_numbers_until_a_person_approves(page, anew, whole):
    open_deployment_form(page, "import")
    for title, value in {"Destinations": "none", "Dead letters allowed": "5%", "Canary": USERS, "Shards": 4}.items():
        fill(page, title, value)
    submit(page)
    assert wait_for_state(page, "Paused", "Completed", "Failed", "Crashed") == "Paused", anew.message(run_id(page))
    sent = anew.delivered()
    assert whole > anew.held() == sent > 0

    dialog = open_dialog(page, "Resume")
    dialog.get_by_text("The canary was sent.").wait_for()
    shown = [int(figure.replace(",", "")) for figure in re.search(WORDS, dialog.inner_text()).groups()]
    assert shown == figures_of_the_ledger(anew)
    assert (shown[0], shown[3]) == (USERS, sent)
    assert anew.held() == anew.counts()["distinct_message_ids"] == sent

    confirm(page, dialog)
    assert wait_for_state(page, "Completed", "Failed", "Crashed") == "Completed", anew.message(run_id(page))
    counts = anew.counts()
    assert counts["events"] == counts["distinct_message_ids"] == anew.delivered() == whole
