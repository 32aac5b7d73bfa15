"""What a person fills in to start a run, as Prefect's form shows it: groups of titled fields, none of them a secret.

Fields are plain where an empty one can mean "no bound": Prefect shows a choice between a value and none as two buttons.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from flows.blocks import PlatformDatabase, RudderStackConnection
from flows.options import MAX_CANARY, MAX_SHARDS, MAX_WORKERS, DoubtPolicy, IdentifyMode
from mappers.catalog import STREAMS

_STREAM = {"items": {"type": "string", "enum": list(STREAMS)}, "uniqueItems": True}

Streams = Annotated[
    list[str], Field(title="Streams", description="Kinds of rows; none chosen means all", json_schema_extra=_STREAM)
]
Identify = Annotated[
    IdentifyMode,
    Field(title="Identify", description="One a user as they are now, one at each trigger of the plan, or none"),
]


def in_order(schema: dict[str, Any]) -> None:
    """Give a group's fields their places: a Prefect whose database is PostgreSQL forgets their order otherwise."""
    for place, field in enumerate(schema.get("properties", {}).values()):
        field["position"] = place


class Form(BaseModel):
    """A group of fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=in_order)


class Which(Form):
    """Which streams are read, and how users are told."""

    streams: Streams = []
    identify: Identify = "current"


class What(Form):
    """Which part of the history it is about. Dates without an offset are in the database's time zone."""

    since: str = Field("", title="Since", description="First day, as 2019-01-31, or a time; empty: from the beginning")
    until: str = Field("", title="Until", description="The day after the last, or a time; empty: until now")
    streams: Streams = []
    identify: Identify = "current"


class Letters(Form):
    """Which dead letters are read again. Nothing chosen means all that are open."""

    reasons: list[str] = Field([], title="Reasons", description="As the report names them, as Missing-Value")
    streams: Streams = []
    run: str = Field("", title="Run", description="Only letters that this run saw last, by the ledger's run id")
    identify: Identify = "current"


class Connected(Form):
    """From which database, to which data plane."""

    database: PlatformDatabase | None = Field(
        None, title="Platform database", description="None: as the worker's BACKFILL_ settings say"
    )
    connection: RudderStackConnection | None = Field(
        None, title="RudderStack connection", description="None: as the worker's BACKFILL_ settings say"
    )


class Route(Connected):
    """From which database, to which data plane, and where RudderStack may pass the events on to."""

    destinations: str = Field(
        title="Destinations",
        description="`none`: RudderStack keeps the events and passes them on to nobody. "
        "Or display names between commas, or `all`, of those that the connection allows",
    )


class Compared(Connected):
    """Which database is compared with which data plane, and what is done about what is missing there."""

    resend_missing: bool = Field(
        default=False, title="Resend what is missing", description="Send it again, by the same checks"
    )
    destinations: str = Field(
        "none", title="Destinations", description="Where RudderStack may pass on what is sent again: see the import"
    )


class Shown(Form):
    """How much of what was found is shown."""

    each: int = Field(20, ge=0, title="Findings of a kind", description="How many the report shows")
    file: str = Field("", title="File for all findings", description="On the worker's machine; empty: none")


class Tolerance(Form):
    """What a run may leave behind and still end well."""

    max_dead: str = Field("0", title="Dead letters allowed", description="A count, as 25, or a share, as 0.5%")
    in_doubt: DoubtPolicy = Field(
        "resend", title="In doubt", description="What may have arrived before a crash: send it again, or skip it"
    )


class Safety(Tolerance):
    """What is tried before everything goes, and what a run may leave behind and still end well."""

    dry_run: bool = Field(
        default=False, title="Dry run", description="Read, map and check everything, and send nothing"
    )
    plan: str = Field(
        "",
        title="Plan",
        description="A file that `backfill plan --json` or the plan flow wrote, on the worker's machine: "
        "send that and nothing else; empty: none",
    )
    max_events: int = Field(
        0, ge=0, title="Most events", description="Refuse before the first request if more would be sent; 0: no limit"
    )
    max_users: int = Field(0, ge=0, title="Most users", description="Refuse to send to more; 0: no limit")
    max_cost: str = Field(
        "", title="Highest cost", description="Refuse to cost more, by the price table; empty: no limit"
    )
    prices: str = Field("", title="Price table", description="A file on the worker's machine; empty: none")
    canary: int = Field(
        0,
        ge=0,
        le=MAX_CANARY,
        title="Canary",
        description="Send so many users first, then wait for Resume on the run's page; 0: no canary",
    )
    resume: bool = Field(
        default=False,
        title="Resume",
        description="Go on where the last run was stopped, if it was asked for the same. If there is none, everything "
        "is read, and sent but for what was delivered before",
    )


class Reckoning(Form):
    """What is reckoned with, and where the plan is written."""

    rate: int = Field(1_000, ge=1, title="Events a second", description="To reckon how long a run takes")
    prices: str = Field("", title="Price table", description="A file on the worker's machine; empty: none")
    file: str = Field(
        "", title="File for the plan", description="On the worker's machine, for an import to keep to; empty: none"
    )
    max_dead: str = Field("0", title="Dead letters allowed", description="A count, as 25, or a share, as 0.5%")


class Pace(Form):
    """How fast."""

    shards: int = Field(
        8, ge=1, le=MAX_SHARDS, title="Shards", description=f"Shares of the users, each a task; 1 to {MAX_SHARDS}"
    )
    workers: int = Field(
        2, ge=1, le=MAX_WORKERS, title="Workers", description=f"Shards worked at the same time; 1 to {MAX_WORKERS}"
    )
    max_rate: int = Field(0, ge=0, title="Most events a second", description="0: no limit")
    shared_rate: str = Field(
        "", title="Shared rate", description="A global concurrency limit to take events from; empty: none"
    )
