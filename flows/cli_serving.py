"""The commands that serve Prefect's UI and work off its runs: serve, work."""

from typing import Annotated

import typer

from flows import serving
from flows.command import app


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen on; others reach none but loopback's")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="port to listen on")] = 4200,
) -> None:
    """Serve Prefect's UI with everything that can be run from it, work off its runs, and keep the schedule.

    With PREFECT_SERVER_API_AUTH_STRING set, as admin:secret, the UI and the API ask for it.
    """
    serving.serve(host, port, typer.echo)


@app.command()
def work(
    deploy: Annotated[bool, typer.Option("--deploy", help="make the deployments first")] = False,  # noqa: FBT002  # a flag is one
) -> None:
    """Work off runs on this machine for the Prefect server at PREFECT_API_URL, which `serve` runs on another.

    A server of one's own has nothing to run yet: one machine makes the deployments by --deploy, for its own folder,
    zone and destinations. Where the server asks for a password, it stands in PREFECT_API_AUTH_STRING. Every such
    machine works in a folder of the same path, with the same BACKFILL_ settings.
    """
    serving.work(typer.echo, deploy=deploy)
