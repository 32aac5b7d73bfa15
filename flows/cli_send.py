"""The commands that send one message: send identify, send track, send group."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from flows.command import Json, app, check_writable, ends, write_json
from flows.errors import EXITS, Exit
from flows.outcome import Outcome
from flows.sending.delivering import send
from flows.sending.forms import Action, Group, Identify, Track
from flows.sending.typed import Typed, form_of
from flows.settings import DeliverySettings, load
from flows.stopping import heeding_sigterm

sending = typer.Typer(no_args_is_help=True, help="Send one message by hand, checked and receipted as all others are.")
app.add_typer(sending, name="send")

_AS_JSON = "as JSON, @FILE with it, or - to read it"

User = Annotated[str, typer.Option("--user-id", help="who it is about; required, unless there is an anonymous id")]
Visitor = Annotated[str, typer.Option("--anonymous-id", help="who, where there is no user id")]
When = Annotated[str | None, typer.Option("--timestamp", help="as 2024-01-31T18:00:00Z [default: now, a new message]")]
Traits = Annotated[str, typer.Option("--traits", metavar="JSON", help=f"traits {_AS_JSON}")]
Trait = Annotated[list[str] | None, typer.Option("--trait", metavar="NAME=TEXT", help="one trait; may be given again")]
Name = Annotated[str, typer.Option("--event", help="its name in the tracking plan")]
GroupId = Annotated[str, typer.Option("--group-id", help="the group, as in your database")]
Properties = Annotated[str, typer.Option("--properties", metavar="JSON", help=f"properties {_AS_JSON}")]
Property = Annotated[
    list[str] | None, typer.Option("--property", metavar="NAME=TEXT", help="one property; may be given again")
]
Context = Annotated[str, typer.Option("--context", metavar="JSON", help=f"context {_AS_JSON}")]


@sending.command("identify")
@ends
def send_identify(
    user_id: User = "",
    anonymous_id: Visitor = "",
    timestamp: When = None,
    traits: Traits = "",
    trait: Trait = None,
    json_file: Json = None,
) -> Outcome:
    """Tell who a person is."""
    given = {"user_id": user_id, "anonymous_id": anonymous_id, "timestamp": timestamp}
    return _sent(lambda: form_of(Identify, given, Typed("--traits", traits, trait or ())), json_file)


@sending.command("track")
@ends
def send_track(  # noqa: PLR0913, PLR0917  # a command's options are its parameters
    event: Name = "",
    user_id: User = "",
    anonymous_id: Visitor = "",
    timestamp: When = None,
    properties: Properties = "",
    property_: Property = None,
    context: Context = "",
    json_file: Json = None,
) -> Outcome:
    """Tell what a person did: an event of the tracking plan."""
    given = {"user_id": user_id, "anonymous_id": anonymous_id, "timestamp": timestamp, "event": event}
    body, around = Typed("--properties", properties, property_ or ()), Typed("--context", context)
    return _sent(lambda: form_of(Track, given, body, around), json_file)


@sending.command("group")
@ends
def send_group(  # noqa: PLR0913, PLR0917  # see above
    group_id: GroupId = "",
    user_id: User = "",
    anonymous_id: Visitor = "",
    timestamp: When = None,
    traits: Traits = "",
    trait: Trait = None,
    json_file: Json = None,
) -> Outcome:
    """Tell which group a person belongs to, and what is known of it."""
    given = {"user_id": user_id, "anonymous_id": anonymous_id, "timestamp": timestamp, "group_id": group_id}
    return _sent(lambda: form_of(Group, given, Typed("--traits", traits, trait or ())), json_file)


def _sent(form: Callable[[], Action], json_file: Path | None) -> Outcome:
    check_writable(json_file)
    try:
        with heeding_sigterm():
            outcome = send(form(), load(DeliverySettings)).outcome
    except tuple(EXITS) as error:
        write_json(json_file, {"exit": int(EXITS[type(error)]), "words": str(error)})
        raise
    write_json(json_file, outcome.document())
    colour = "green" if outcome.exit is Exit.DONE else "red"
    Console().print(f"[{colour}]{escape(outcome.words)}[/{colour}]", highlight=False, soft_wrap=True)
    return outcome
