"""A run shown in Prefect, from the command line. Prefect is imported when it is wanted: that alone takes seconds."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import requests

from flows.alerts.events import TAG
from flows.errors import Exit, ServerFailed
from flows.outcome import Outcome
from flows.summary import Summary

QUIET: Mapping[str, str] = {
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # what a run says, the command says; the UI has the log
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",  # the address that Prefect prints for a run is of the first UI
    "DO_NOT_TRACK": "1",
}

_ANOTHER = "start it, set PREFECT_API_URL to where it is, or run with --no-prefect"

FlowLoader = Callable[[], Any]
"""Imports a flow."""


def run_in_prefect(load: FlowLoader, parameters: Mapping[str, Any], summary: type[Summary] = Summary) -> Outcome:
    """Run the flow in this process and return how it ended. The settings are read from the environment again.

    Raises `ServerFailed` where Prefect's server does not answer, `ServerGone` where it does not any more.
    """
    check_reachable(os.environ.get("PREFECT_API_URL"))
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    from prefect import tags  # noqa: PLC0415  # see above
    from prefect.logging.handlers import APILogHandler  # noqa: PLC0415  # see above

    from flows.prefect_gone import gone, is_gone  # noqa: PLC0415  # see above

    flow = load()
    try:
        with tags(TAG, flow.name):
            state = flow(**parameters, return_state=True)
        APILogHandler().flush()  # while there is a server to take them
        return outcome_of(state, summary)
    except Exception as error:
        if is_gone(error):
            raise gone() from None
        raise


def outcome_of(state: Any, summary: type[Summary] = Summary) -> Outcome:
    """Return how a flow run in that state ended. Raises what ended it, where that was an error."""
    ended = state.result(raise_on_failure=False)
    if isinstance(ended, Exception):
        raise ended
    figures = dict(ended)
    return Outcome(Exit(figures.pop("exit")), figures.pop("words"), summary(**figures) if figures else None)


def check_reachable(api: str | None, cure: str = _ANOTHER) -> None:
    """Find out whether Prefect answers; without an address it starts a server of its own. Raises `ServerFailed`."""
    try:
        if api:
            requests.get(f"{api}/health", timeout=10).raise_for_status()
    except requests.RequestException:
        raise ServerFailed(f"Prefect at {api} cannot be reached; {cure}") from None
