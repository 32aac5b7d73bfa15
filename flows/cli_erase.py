"""The command that tells what was sent of a user, and how to have it deleted: erase."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from flows.command import app, ends
from flows.erasing.erase import erase as erase_here
from flows.outcome import Outcome
from flows.people import BLANKS, ids_in
from flows.settings import STATE, load_settings
from mappers.kinds import Key


@app.command()
@ends
def erase(
    users: Annotated[list[str] | None, typer.Argument(metavar="USER...", help="user ids, as they were sent")] = None,
    users_file: Annotated[Path | None, typer.Option(help="a file of user ids, one a line")] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR|FILE", help="where to write [default: a folder of its own in data/state]"),
    ] = None,
    destination_id: Annotated[
        list[str] | None, typer.Option(help="id of a RudderStack destination to delete at; may be given again")
    ] = None,
) -> Outcome:
    """Tell which events of these users were sent, and write the request that has them deleted; send nothing."""
    settings = load_settings()
    asked = dict.fromkeys(Key(user.strip(BLANKS)) for user in users or () if user.strip(BLANKS))
    if users_file:
        asked |= dict.fromkeys(sorted(ids_in(users_file, "--users-file")))
    place = out or STATE / "erased" / f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    outcome = erase_here(settings, [*asked], place, destination_id or [])
    Console().print(escape(outcome.words), highlight=False, soft_wrap=True)
    return outcome
