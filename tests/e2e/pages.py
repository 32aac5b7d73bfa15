"""What a person does on the pages of Prefect's UI, by the words that stand there.

Selects, dates and menus open at a key: at a click they open and close again in one.
"""

import re
import time

from playwright.sync_api import expect

RUN_SECONDS = 180
BUSY = 503  # Prefect's own client tries again; its pages do not


def open_deployment_form(page, name):
    """Go to the form of the deployment, by the way a person goes."""
    page.goto("/deployments")
    page.get_by_role("link", name=name, exact=True).first.click()  # before that of its flow
    _press(page.get_by_role("button", name="Run", exact=True).first)
    page.get_by_text("Custom run").click()
    expect(page.get_by_role("button", name="Submit")).to_be_enabled()
    expect(page.locator(".schema-form-property").first).to_be_visible()


def field(page, title):
    """Return the field, or group of fields, of that title."""
    own = "xpath=./div[contains(@class, 'p-label__header')]//span[contains(@class, 'schema-form-property__label')]"
    label = page.locator(own).filter(has_text=re.compile(rf"^\s*{re.escape(title)}(\s*\(Optional\))?\s*$"))
    return page.locator(".p-label.schema-form-property").filter(has=label)


def fill(page, title, value):
    """Fill the field in: a text or a number, a switch, one of a select, or a list of several.

    Where the field is a choice of kinds, as of a block and none, `choose` comes first.
    """
    place = field(page, title)
    if isinstance(value, bool):
        switch = place.get_by_role("switch")
        if (switch.get_attribute("aria-checked") == "true") is not value:
            switch.click()
    elif isinstance(value, list):
        _pick(page, place, value)
        page.keyboard.press("Escape")
        page.get_by_role("heading", name="Parameters").click()
    elif place.locator(".p-select-button__control").count():
        _pick(page, place, [value])
    else:
        place.locator("textarea, input").last.fill(str(value))


def choose(page, title, kind):
    """Choose the kind of the field's value, by the button of that name."""
    field(page, title).get_by_role("button", name=kind, exact=True).first.click()


def choose_block(page, title, kind, name):
    """Choose a block for the field, by its kind and its name."""
    choose(page, title, kind)
    field(page, title).locator(".p-select-button__control").wait_for()
    fill(page, title, name)


def submit(page):
    """Submit the form and go to the page of the run that it starts."""
    run = _ask(page, page.get_by_role("button", name="Submit"), "create_flow_run")
    page.get_by_role("button", name="View run").last.wait_for()
    page.goto(f"/runs/flow-run/{run['id']}")  # where that button leads, which goes away by itself
    page.locator(".page-heading .state-badge").first.wait_for()


def refusal(page):
    """Submit the form and return the words of its refusal."""
    page.get_by_role("button", name="Submit").click()
    words = page.get_by_text(re.compile("^Error creating flow run"))
    words.first.wait_for()
    return words.first.inner_text()


def run_id(page):
    """Return the id of the run whose page is open."""
    return page.url.partition("/flow-run/")[2].partition("?")[0]


def state(page):
    """Return the name of the state of the run whose page is open."""
    return page.locator(".page-heading .state-badge").first.inner_text().strip()


def wait_for_state(page, *names):
    """Wait until the run whose page is open is in a state of one of these names; return which."""
    deadline = time.monotonic() + RUN_SECONDS
    while (now := state(page)) not in names:
        if time.monotonic() > deadline:
            raise AssertionError(f"the run is {now}, and never was {' or '.join(names)}")
        page.wait_for_timeout(300)
    return now


def open_tab(page, name):
    """Open a tab of the run whose page is open, as Logs, Artifacts or Details."""
    page.locator("li.p-tab", has_text=re.compile(rf"^\s*{name}\s*$")).click()


def open_artifact(page, key):
    """Open the artifact of that key of the run whose page is open, and return what it says."""
    open_tab(page, "Artifacts")
    page.locator(".artifact-card", has=page.get_by_text(key, exact=True)).first.click()
    page.wait_for_url(re.compile("/artifact/"))
    shown = page.locator("article, table, .artifact-progress")
    shown.last.wait_for()
    return page.locator(".app-router-view").inner_text()


def control(page, name, timeout=None):
    """Press a button of the run whose page is open, Cancel, Suspend, Resume or Retry, and confirm.

    `timeout` is after how many seconds a run that is suspended fails.
    """
    dialog = open_dialog(page, name)
    if timeout:
        dialog.get_by_role("spinbutton").fill(str(timeout))
    confirm(page, dialog)


def open_dialog(page, name):
    """Press a button of the run whose page is open, and return the dialog that asks for more."""
    page.locator(".page-heading").get_by_role("button", name=name).click()
    return page.locator("#p-modal-teleport-target")


def confirm(page, dialog):
    """Confirm what the dialog is about."""
    _ask(page, dialog.get_by_role("button", name=re.compile("^(Confirm|Submit|Retry)$")), "set_state|resume")
    dialog.locator(".p-modal__background").wait_for(state="hidden")


def _pick(page, place, options):
    _press(place.locator(".p-select-button__control"))
    for option in options:
        page.locator(".p-select-option", has_text=re.compile(rf"^\s*{re.escape(option)}\s*$")).click()


def _ask(page, button, asked):
    """Click the button and return the answer; again where the server's database was busy, as a person would."""
    while True:
        with page.expect_response(re.compile(f"/({asked})$")) as answered:
            button.click()
        if answered.value.status != BUSY:
            return answered.value.json()


def _press(button):
    button.focus()
    button.press("Space")
