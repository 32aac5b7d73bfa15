"""A person tells who somebody is, by the form alone."""

import re

import pytest
import requests
from invented import PERSON
from pages import choose_block, fill, open_deployment_form, run_id, submit, wait_for_state

pytestmark = pytest.mark.e2e


def test_an_identify_from_the_form_is_in_the_data_plane_once(page, operated):
    open_deployment_form(page, "send-identify")
    fill(page, "User ID", PERSON["user_id"])
    for title in ("Email", "First name", "Last name", "Phone"):
        fill(page, title, PERSON[title.lower().replace(" ", "_")])
    choose_block(page, "Connection", "RudderStackConnection", "live")
    fill(page, "Destinations", "none")
    fill(page, "Destinations", "none")
    submit(page)
    state = wait_for_state(page, "Completed", "Failed", "Crashed")
    words = operated.message(run_id(page))
    assert state == "Completed", words

    message_id = re.fullmatch(r"Identify ([0-9a-f-]{36}) was delivered\.", words)[1]
    asked = {"message_id": message_id}
    (found,) = requests.get(f"{operated.data_plane}/sandbox/events", asked, timeout=10).json()["events"]
    message = found["message"]
    assert (message["type"], message["userId"]) == ("identify", PERSON["user_id"])
    assert message["traits"] == {
        "email": PERSON["email"],
        "first_name": PERSON["first_name"],
        "last_name": PERSON["last_name"],
        "phone": re.sub(r"\D", "", PERSON["phone"]),
    }
    assert operated.ledger("SELECT count(*) FROM runs WHERE kind = 'send' AND state = 'done'") == [(1,)]
