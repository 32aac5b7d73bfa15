"""What is asked of a run: small values that a form, a command line and the ledger can hold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flows.errors import SettingsInvalid
from loaders.clock import utc_now
from mappers.catalog import STREAMS
from mappers.kinds import Instant, instant_of

MAX_SHARDS = 90  # each is a task run, and Prefect's page is readable up to about a hundred
MAX_WORKERS = 32  # threads of one process
MAX_CANARY = 10_000
IdentifyMode = Literal["current", "history", "none"]
DoubtPolicy = Literal["resend", "skip"]


@dataclass(frozen=True)
class Options:
    """What a run sends. `since` and `until` bound it in time, half open; no streams means all.

    What is in doubt is sent again, or skipped; `max_rate` is in events a second, for each process. A run that would
    send more than `max_events`, of more than `max_users`, or cost more than `max_cost` by the price table in the file
    `prices`, is refused; of a `canary`, so many users go first, the others once a person approves.
    """

    since: Instant | None = None
    until: Instant | None = None
    streams: tuple[str, ...] = ()
    identify: IdentifyMode = "current"
    shards: int = 8
    in_doubt: DoubtPolicy = "resend"
    max_rate: int | None = None
    max_events: int | None = None
    canary: int | None = None
    max_users: int | None = None
    max_cost: str | None = None
    prices: str | None = None

    def parameters(self) -> dict[str, Any]:
        """Return the options as the ledger keeps them."""
        return {**asdict(self), "streams": list(self.streams)}


def read_options(parameters: Mapping[str, Any]) -> Options:
    """Return the options that `parameters` gave."""
    return Options(**{**parameters, "streams": tuple(parameters["streams"])})


def options_of(since: str | None, until: str | None, rest: Options, zone: str) -> Options:
    """Return the options with bounds as a person wrote them; dates without an offset are in the source's zone.

    Raises `SettingsInvalid` with every fault at once.
    """
    faults: list[str] = []
    bounds = {name: _bound(name, text, zone, faults) for name, text in (("since", since), ("until", until))}
    faults += [
        f"there is no stream {name!r}; streams are {', '.join(STREAMS)}" for name in rest.streams if name not in STREAMS
    ]
    if rest.canary and rest.canary > MAX_CANARY:
        faults.append(f"--canary is {rest.canary}; it must be at most {MAX_CANARY:,} users")
    if not 1 <= rest.shards <= MAX_SHARDS:
        faults.append(f"--shards is {rest.shards}; it must be from 1 to {MAX_SHARDS}")
    for name, value, of_what in (
        ("--max-rate", rest.max_rate, "event a second"),
        ("--max-events", rest.max_events, "event"),
        ("--max-users", rest.max_users, "user"),
        ("--canary", rest.canary, "user"),
    ):
        if value is not None and value < 1:
            faults.append(f"{name} is {value}; it must be at least 1 {of_what}")
    faults += _cost_faults(rest)
    if bounds["since"] and bounds["until"] and bounds["since"] >= bounds["until"]:
        faults.append("--since must be before --until")
    if bounds["since"] and bounds["since"] > utc_now():
        faults.append("--since is in the future: nothing has happened from then on")
    if faults:
        raise SettingsInvalid(faults)
    return replace(rest, since=bounds["since"], until=bounds["until"])


def _cost_faults(options: Options) -> list[str]:
    if options.max_cost is None:
        return []
    if not options.prices:
        return ["--max-cost needs the prices: name your price table by --prices"]
    try:
        is_amount = Decimal(options.max_cost) >= 0
    except InvalidOperation:
        is_amount = False
    return [] if is_amount else [f"--max-cost is {options.max_cost!r}; write an amount, as 250 or 99.90"]


def _bound(name: str, text: str | None, zone: str, faults: list[str]) -> Instant | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        faults.append(f"--{name} is {text!r}; write a date or a time, as {date(2024, 1, 31)} or 2024-01-31T18:00")
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    try:
        return instant_of(moment)
    except OverflowError:
        faults.append(f"--{name} is {text!r}, which lies beyond the calendar; leave it out for no bound")
        return None
