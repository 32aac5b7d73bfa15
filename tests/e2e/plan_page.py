"""The page that `backfill plan` writes of a sample platform."""

from pathlib import Path

from flows.forecast.planning import plan
from flows.forecast.showing import write_page
from flows.options import Options
from flows.outcome import MaxDead
from flows.settings import Given, load_settings
from sandbox.platform.sample import SampleOptions, write_sample

MODELS = Path(__file__).resolve().parents[2] / "extractors" / "models" / "sample"
PRICES = "currency: USD\nevents: [{ up_to: 10000, each: 0.0002 }, { each: 0.00015 }]\nusers: [{ each: 0.01 }]\n"


def write_plan_page(folder, users):
    """Plan a sample of so many users in that folder, and return where the page is, and what was planned."""
    write_sample(f"sqlite:///{folder}/platform.db", SampleOptions(users=users))
    (folder / "prices.yaml").write_text(PRICES)
    values = {
        "source_url": f"sqlite:///{folder}/platform.db",
        "source_timezone": "America/New_York",
        "models": str(MODELS),
        "data_plane_url": "http://127.0.0.1:9",
        "write_key": "wk-planned",
        "ledger_url": f"sqlite:///{folder}/ledger.db",
        "destinations": "Mixpanel, Algolia, Braze",
    }
    options = Options(prices=str(folder / "prices.yaml"))
    planned = plan(load_settings(Given("the tests", values)), options, MaxDead(share=0.05))
    write_page(planned, folder / "plan.html")
    return folder / "plan.html", planned
