"""Connections that are kept in Prefect: chosen in the form, tried, and refused with the cure where they do not hold."""

import pytest
from pages import choose_block, field, fill, open_deployment_form, run_id, state, submit, wait_for_state
from served import free_port

from flows.forms import Pace, Safety

pytestmark = pytest.mark.e2e

CONNECTION = "rudderstack-connection"


def fill_import(page, destinations="none", connection="live", **fields):
    open_deployment_form(page, "import")
    choose_block(page, "Platform database", "PlatformDatabase", "store")
    choose_block(page, "RudderStack connection", "RudderStackConnection", connection)
    for title, value in {"Destinations": destinations, "Dead letters allowed": "5%", **fields}.items():
        fill(page, title, value)


def ended(page, operated):
    """Submit the form and return the state that the run ends in, and its words."""
    submit(page)
    return wait_for_state(page, "Completed", "Failed", "Crashed"), operated.message(run_id(page))


def is_refused(page, operated, *words):
    """Submit the form, and see that the page says Failed and these words, and that nothing was sent."""
    name, said = ended(page, operated)
    assert name == "Failed"
    assert [word for word in words if word not in said] == []
    page.reload()
    shown = page.get_by_text(words[0]).first
    shown.wait_for()
    assert state(page) == "Failed"
    assert operated.held() == 0


def test_an_import_through_the_blocks_that_the_form_names(page, anew, whole):
    fill_import(page, Shards=3)
    name, words = ended(page, anew)
    assert (name, f"{whole:,} delivered" in words) == ("Completed", True), words
    assert anew.held() == anew.delivered() == whole


@pytest.mark.usefixtures("anew")
def test_every_group_of_the_form_has_a_title_and_its_fields_stand_in_their_order(page):
    fill_import(page)
    for title in ("Route", "What", "Safety", "Pace"):
        field(page, title).first.wait_for(timeout=5_000)
    shown = page.locator(".schema-form-property__label").all_inner_texts()
    titles = [text.removesuffix("(Optional)").strip() for text in shown]
    for form in (Safety, Pace):
        asked = [one.title for one in form.model_fields.values()]
        assert [title for title in titles if title in asked] == asked


def test_since_after_until_is_refused(page, anew):
    fill_import(page, Since="2024-02-01", Until="2024-01-01")
    is_refused(page, anew, '"Since" must be before "Until"')


def test_without_destinations_the_form_asks_for_them(page, anew):
    fill_import(page, destinations="")
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("'destinations' is a required property").wait_for()
    assert anew.held() == 0


def test_blank_destinations_are_refused(page, anew):
    fill_import(page, destinations=" ")
    is_refused(page, anew, "choose the destinations: ", "`none`", "or `all`")


def test_a_block_that_was_deleted_meanwhile_is_refused(page, anew):
    block = anew.make_block(CONNECTION, "short-lived", "live")
    fill_import(page, connection="short-lived")
    anew.served.ask("DELETE", f"/block_documents/{block}")
    is_refused(page, anew, "A block that the form names is not there any more", "or make it under Blocks")


def test_a_data_plane_that_does_not_answer_is_refused(page, anew):
    anew.make_block(CONNECTION, "dead", "live", data_plane_url=f"http://127.0.0.1:{free_port()}")
    fill_import(page, connection="dead")
    is_refused(page, anew, "gave no answer: no connection", "Cure: check")


def test_connections_that_hold_and_one_that_does_not(page, anew):
    open_deployment_form(page, "test-connection")
    choose_block(page, "Connection", "RudderStackConnection", "live")
    choose_block(page, "Database", "PlatformDatabase", "store")
    name, words = ended(page, anew)
    assert name == "Completed"
    assert "The data plane answers and takes the write key. The database answers: its clock says 20" in words

    anew.make_block(CONNECTION, "wrong", "live", write_key="wk-of-nobody")
    open_deployment_form(page, "test-connection")
    choose_block(page, "Connection", "RudderStackConnection", "wrong")
    is_refused(page, anew, "401 invalid write key", "Cure: ")
