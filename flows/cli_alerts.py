"""The command that writes the alerts into Prefect: alerts install."""

import os
from datetime import timedelta
from typing import Annotated

import typer
from pydantic import SecretStr

from flows.alerts.share import read_share
from flows.command import app
from flows.errors import SettingsInvalid
from flows.prefect_run import check_reachable

alerts = typer.Typer(no_args_is_help=True, help="Alerts about runs, as Prefect automations.")
app.add_typer(alerts, name="alerts")


@alerts.callback()
def about() -> None:
    """Keep `install` a command of its own name: an application of one command alone would take it for itself."""


@alerts.command()
def install(
    webhook: Annotated[
        str | None, typer.Option(envvar="BACKFILL_ALERT_WEBHOOK", help="URL that gets a POST of `subject` and `text`")
    ] = None,
    apprise: Annotated[
        list[str] | None,
        typer.Option(envvar="BACKFILL_ALERT_APPRISE", help="any Apprise URL, as slack://…; may be given again"),
    ] = None,
    dead_share: Annotated[str, typer.Option(help="share of the rows read that may be dead letters untold")] = "1%",
    heartbeat: Annotated[
        int, typer.Option(min=30, help="seconds between heartbeats, PREFECT_FLOWS_HEARTBEAT_FREQUENCY where runs are")
    ] = 180,
) -> None:
    """Have Prefect tell when a run fails, crashes, is late or falls silent, of many dead letters and quiet nights.

    Again with other options changes what is there.
    """
    read_share(dead_share)
    _check_reachable(os.environ.get("PREFECT_API_URL"))
    from flows.alerts.install import install as write  # noqa: PLC0415  # Prefect alone takes seconds to import
    from flows.alerts.targets import Addresses  # noqa: PLC0415  # see above

    addresses = Addresses(SecretStr(webhook) if webhook else None, tuple(map(SecretStr, apprise or ())))
    names = write(addresses, dead_share, timedelta(seconds=heartbeat))
    told = len(addresses.apprise) + bool(addresses.webhook)
    typer.echo(f"{len(names)} automations, {told} target{'s' if told > 1 else ''}: {', '.join(names)}")


def _check_reachable(api: str | None) -> None:
    """Find out whether there is a Prefect server to write into. Raises `SettingsInvalid` or `ServerFailed`."""
    if not api:
        cure = "set it to the server's API, as http://127.0.0.1:4200/api"
        raise SettingsInvalid([f"PREFECT_API_URL is not set, so that there is no server to install alerts in; {cure}"])
    check_reachable(api, "start it, or set PREFECT_API_URL to where it is")
