"""The page of a plan in a real browser without a network: nothing is asked for, nothing fails, and it can be read."""

import os

import pytest
from browser import UNTESTED, BrowserAbsent, open_pages
from plan_page import write_plan_page

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_plan_page(tmp_path_factory.mktemp("planned"), users=200)


@pytest.fixture(scope="module")
def browser_page():
    """Give a page that has no network. Where the machine has no browser that is a skip, but with CI=true a failure."""
    try:
        with open_pages("file:///") as open_page:
            page = open_page()
            page.context.set_offline(True)
            yield page
            page.context.close()
    except BrowserAbsent as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error), pytrace=False)
        pytest.skip(f"{UNTESTED}: {error}")


@pytest.fixture
def shown(browser_page, written):
    """Give the page as it is shown, what its console said and what it asked for."""
    said, asked = [], []
    browser_page.on("console", lambda message: said.append(message.text))
    browser_page.on("pageerror", lambda error: said.append(str(error)))
    browser_page.on("requestfailed", lambda request: said.append(request.url))
    browser_page.on("request", lambda request: asked.append(request.url))
    browser_page.goto(written[0].as_uri())
    browser_page.wait_for_load_state("networkidle")
    return browser_page, said, asked


def test_it_opens_offline_without_a_word_in_the_console(shown, written):
    _, said, asked = shown
    assert said == []
    assert {one.partition(":")[0] for one in asked} <= {"file", "data"}
    assert [one for one in asked if one.startswith("file")] == [written[0].as_uri()]


def test_its_chart_tables_and_samples_can_be_read(shown, written):
    page, _, _ = shown
    summary = written[1].forecast.summary
    assert page.locator("h1").inner_text() == "What a run would send"
    assert f"{summary.delivered:,} delivered" in page.locator(".lead").inner_text()
    box = page.locator("svg").bounding_box()
    assert box["width"] > 500
    assert box["height"] > 100
    table = page.locator("table", has_text="Order Completed").first
    assert f"{summary.events['Order Completed']:,}" in table.inner_text()
    sample = page.locator("details", has_text="User Signed Up").last
    assert not sample.locator("pre").is_visible()
    sample.locator("summary").click()
    assert '"event": "User Signed Up"' in sample.locator("pre").inner_text()
    page.locator("nav a", has_text="Times").click()
    assert page.url.endswith("#s6")


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_is_wider_than_the_window(shown, width):
    page, _, _ = shown
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
