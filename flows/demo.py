"""The demonstration: sample platform, local data plane and Prefect server, all started here and stopped at the end."""

import json
import os
from pathlib import Path
from typing import Any

import requests
from rich.console import Console

from flows import showing
from flows.errors import Exit
from flows.outcome import Outcome
from flows.prefect_run import run_in_prefect
from flows.prefect_server import prefect_server
from flows.progress import showing_progress
from flows.settings import ROOT, load_settings
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample

FOLDER = ROOT / "data" / "state" / "demo"
MAX_DEAD = "1%"
"""The sample's hostile rows are dead letters; a hundredth of the rows covers them."""
WRITE_KEY = "demo"
"""The same each time: the ledger's receipts are of it."""

_FORM = {"route": {"destinations": "none"}, "safety": {"max_dead": MAX_DEAD}, "pace": {"shards": 4, "workers": 4}}


def run_demo(users: int) -> Outcome:
    """Run the demonstration and return how the run ended. What it leaves is in `data/state/demo`."""
    console = Console()
    platform = FOLDER / "platform.db"
    if not platform.exists():
        report = write_sample(f"sqlite:///{platform}", SampleOptions(users=users))
        console.print(f"Wrote a sample platform: {sum(report.rows.values()):,} rows of {users:,} invented users.")
    with running_gateway(GatewaySettings(store=FOLDER / "data_plane.db", write_keys=(WRITE_KEY,))) as data_plane:
        _set_environment(platform, data_plane.url)
        console.print(f"Local data plane at {data_plane.url}. Starting a Prefect server, which takes ten seconds…")
        with prefect_server(FOLDER / "prefect") as api:
            os.environ["PREFECT_API_URL"] = api
            settings = load_settings()
            with showing_progress(settings):
                outcome = run_in_prefect(_flow, _FORM)
        held = requests.get(f"{data_plane.url}/sandbox/counts", timeout=60).json()
    showing.show_outcome(settings, outcome)
    return _compared(console, outcome, held["events"], held["distinct_message_ids"])


def _flow() -> Any:
    from flows.backfill import backfill  # noqa: PLC0415  # Prefect must see the server's address first

    return backfill


def _set_environment(platform: Path, data_plane: str) -> None:
    os.environ |= {
        "BACKFILL_SOURCE_URL": f"sqlite:///{platform}",
        "BACKFILL_MODELS": str(ROOT / "extractors" / "models" / "sample"),
        "BACKFILL_SOURCE_TIMEZONE": "America/New_York",
        "BACKFILL_DATA_PLANE_URL": data_plane,
        "BACKFILL_WRITE_KEY": WRITE_KEY,
        "BACKFILL_LEDGER_URL": f"sqlite:///{FOLDER / 'ledger.db'}",
        "BACKFILL_DESTINATIONS": "none",
        "BACKFILL_PLAN": str(ROOT / "data" / "tracking_plan.yaml"),
    }


def _compared(console: Console, outcome: Outcome, events: int, distinct: int) -> Outcome:
    """Write the summary, and hold it against what the data plane has."""
    summary = outcome.summary
    if summary is None:
        return outcome
    (FOLDER / "summary.json").write_text(json.dumps(summary.document(), indent=2) + "\n")
    sent = summary.delivered + summary.already_delivered
    if not events == distinct == sent:
        words = f"The data plane holds {events:,} events with {distinct:,} ids; the ledger says {sent:,}."
        return Outcome(Exit.UNBALANCED, words, summary)
    console.print(
        f"The data plane holds {events:,} events, every one with an id of its own, as the ledger says.", soft_wrap=True
    )
    console.print("Run it again and nothing is sent. `make ui` shows the run in Prefect.")
    return outcome
