"""The commands of the sandbox: sample, gateway, demo."""

import errno
import os
import sqlite3
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from extractors.source import words
from flows import demo
from flows.command import app, ends
from flows.errors import SettingsInvalid
from flows.outcome import Outcome
from flows.settings import ROOT
from loaders.answers import Target
from sandbox.gateway.server import GatewaySettings, serve_gateway
from sandbox.platform.sample import SampleExists, SampleOptions, write_sample

MODELS = ROOT / "extractors" / "models" / "sample"


@app.command()
def sample(
    users: Annotated[int, typer.Option(min=40, help="invented users")] = 600,
    url: Annotated[
        str, typer.Option(help="SQLAlchemy URL of the database to write")
    ] = "sqlite:///data/state/sample.db",
    keys: Annotated[str, typer.Option(help="integer or string")] = "integer",
    seed: Annotated[int, typer.Option(help="the same seed gives the same rows")] = 7,
) -> None:
    """Write the sample platform: a store with courses, invented people, and every kind of dirt."""
    if keys not in ("integer", "string"):
        raise SettingsInvalid([f"--keys is {keys!r}; write integer or string"])
    try:
        report = write_sample(url, SampleOptions(users=users, seed=seed, keys=keys))  # type: ignore[arg-type]  # seen to
    except (SampleExists, ValueError, OSError, ImportError, SQLAlchemyError) as error:
        why = words(error) if isinstance(error, SQLAlchemyError) else str(error)
        if not isinstance(error, SampleExists):
            why = f"--url cannot be written: {type(error).__name__ if isinstance(error, ValueError) else why}"
        raise SettingsInvalid([why]) from None
    typer.echo(f"{sum(report.rows.values()):,} rows in {len(report.rows)} tables, {report.seconds:.1f} s")
    typer.echo(f"Its models are in {MODELS}, its time zone is America/New_York.")


@app.command()
def gateway(
    port: Annotated[int, typer.Option(help="0 picks a free one")] = 8080,
    store: Annotated[Path, typer.Option(help="SQLite file of what was accepted")] = Path("data/state/data_plane.db"),
    latency_ms: Annotated[float, typer.Option(min=0, help="waited before each answer")] = 0,
    rate_limit: Annotated[int | None, typer.Option(help="events a minute, of Segment requests [default: none]")] = None,
    target: Annotated[Target, typer.Option(help="what it plays")] = Target.RUDDERSTACK,
) -> None:
    """Serve the local data plane, a faithful stand-in for RudderStack's gateway, or Segment's, until Ctrl-C.

    It takes the write key in BACKFILL_WRITE_KEY, or `local` where that is not set.
    """
    key = os.environ.get("BACKFILL_WRITE_KEY", "local")
    try:
        settings = GatewaySettings(
            store=store,
            write_keys=(key,),
            port=port,
            latency_ms=latency_ms,
            rate_limit=rate_limit,
            target=target.value,
        )
        whose = "of BACKFILL_WRITE_KEY" if "BACKFILL_WRITE_KEY" in os.environ else key
        said = f"It takes the write key {whose}; Ctrl-C ends it."
        serve_gateway(settings, lambda url: typer.echo(f"The local data plane listens at {url}\n{said}"))
    except (ValueError, OSError, sqlite3.Error) as error:
        is_taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = f"--port {port} is in use; end what listens there, or choose another" if is_taken else error
        raise SettingsInvalid([f"the local data plane cannot start: {why}"]) from None


@app.command("demo")
@ends
def show(
    users: Annotated[int, typer.Option(min=40, help="invented users")] = 600,
) -> Outcome:
    """Run the whole job on the sample platform and the local data plane, shown in Prefect; again sends nothing."""
    return demo.run_demo(users)
