"""A run shown in Prefect, from the command line. Prefect is imported when it is wanted: that alone takes seconds."""

import os
from collections.abc import Mapping

import requests

from flows.errors import Exit, ServerFailed
from flows.options import Options
from flows.outcome import Outcome
from flows.summary import Summary

QUIET: Mapping[str, str] = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # what a run says, the command says; the UI has the log
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",  # the address that Prefect prints for a run is of the first UI
    "DO_NOT_TRACK": "1",
}


def run_in_prefect(options: Options, max_dead: str) -> Outcome:
    """Run the flow in this process and return how it ended. The settings are read from the environment again."""
    _check_reachable(os.environ.get("PREFECT_API_URL"))
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    from prefect.logging.handlers import APILogHandler  # noqa: PLC0415  # see above

    from flows.backfill import backfill  # noqa: PLC0415  # see above

    state = backfill(
        options.since,
        options.until,
        list(options.streams),
        options.identify,
        options.shards,
        max_dead,
        return_state=True,
    )
    APILogHandler().flush()  # while there is a server to take them
    ended = state.result(raise_on_failure=False)
    if isinstance(ended, Exception):
        raise ended
    figures = dict(ended)
    return Outcome(Exit(figures.pop("exit")), figures.pop("words"), Summary(**figures) if figures else None)


def _check_reachable(api: str | None) -> None:
    """Find out whether Prefect answers; without an address it starts a server of its own. Raises `ServerFailed`."""
    try:
        if api:
            requests.get(f"{api}/health", timeout=10).raise_for_status()
    except requests.RequestException:
        cure = "start it, set PREFECT_API_URL to where it is, or run with --no-prefect"
        raise ServerFailed(f"Prefect at {api} cannot be reached; {cure}") from None
