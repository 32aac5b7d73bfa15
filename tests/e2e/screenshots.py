"""Takes the documents' pictures of Prefect's UI, of real runs: `make screenshots` writes them to docs/images/."""

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "deployments"), str(HERE.parents[1])]

from browser import HEIGHT, WIDTH, open_pages  # noqa: E402  # see above
from operated import ROOT, operating  # noqa: E402
from pages import fill, open_artifact, open_deployment_form, open_tab, submit, wait_for_state  # noqa: E402
from plan_page import write_plan_page  # noqa: E402

from sandbox.postgres.server import running_postgres  # noqa: E402

IMAGES = ROOT / "docs" / "images"
TALLEST = 2400
_DRAWN_MS = 1_500  # charts and timelines are drawn with a delay, and anew in another height


def take(page, name):
    """Write what the page shows, whole, as docs/images/<name>.png."""
    page.wait_for_timeout(_DRAWN_MS)
    whole = page.evaluate("document.querySelector('.app-router-view').scrollHeight")
    page.set_viewport_size({"width": WIDTH, "height": min(max(whole, HEIGHT), TALLEST)})
    page.wait_for_timeout(_DRAWN_MS)
    page.screenshot(path=IMAGES / f"{name}.png")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def take_plan(page, folder):
    """Write the head of a plan's page as docs/images/plan.png."""
    path, _ = write_plan_page(folder, users=2_000)
    page.goto(path.as_uri())
    page.screenshot(path=IMAGES / "plan.png")


def take_all(page):
    """Do what the documents tell, and take a picture of each step."""
    open_deployment_form(page, "import")
    for title, value in {"Destinations": "none", "Canary": 50, "Dead letters allowed": "5%"}.items():
        fill(page, title, value)
    take(page, "form")
    submit(page)
    wait_for_state(page, "Paused")
    page.locator(".page-heading").get_by_role("button", name="Resume").click()
    page.get_by_role("button", name="Close").last.wait_for()
    page.wait_for_timeout(_DRAWN_MS)
    page.screenshot(path=IMAGES / "canary.png")
    page.get_by_role("button", name="Submit").click()
    wait_for_state(page, "Completed")
    page.reload()  # its bars as they ended
    open_tab(page, "Task Runs")
    take(page, "run")
    open_artifact(page, "backfill-report")
    take(page, "report")


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres() as postgres,
        operating(Path(folder), postgres.fresh_database(), users=2_000) as operated,
        open_pages(operated.served.address) as open_page,
    ):
        take_all(open_page())
        take_plan(open_page(), Path(folder))
