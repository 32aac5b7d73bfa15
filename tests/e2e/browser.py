"""A real browser without a window: Debian's Chromium, driven by Playwright."""

import shutil
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

UNTESTED = "NOT TESTED in a browser"
SECONDS = 60
WIDTH, HEIGHT = 1280, 1000
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class BrowserAbsent(Exception):
    """No Chromium is installed."""


def installed_browser():
    """Return the path of the machine's Chromium. Raises `BrowserAbsent`."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        raise BrowserAbsent("install a Chromium, as by: apt-get install chromium")
    return found


@contextmanager
def open_pages(address):
    """Give what opens a new page of the UI at that address, as a visitor of their own, until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_browser(), args=_FLAGS)

        def open_page():
            context = browser.new_context(base_url=address, viewport={"width": WIDTH, "height": HEIGHT})
            context.set_default_timeout(SECONDS * 1000)
            return context.new_page()

        yield open_page
        browser.close()
