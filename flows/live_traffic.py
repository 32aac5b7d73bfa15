"""Whether others send under the write key: an import is best sent by a source of its own. This recommends, no more."""

from collections.abc import Mapping
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape

from flows.errors import SettingsInvalid
from flows.settings import Settings
from flows.verification.settings import load_verify_settings
from loaders.destination.arrivals import who_by
from loaders.destination.local_plane import LocalPlane
from loaders.destination.warehouse import Warehouse
from loaders.errors import DestinationRefused, DestinationStopped

OURS = "relias-backfill"
"""The library that our own messages name."""

_CURE = "give the import an HTTP source of its own (docs/your-database.md)"
_MOST_NAMES, _LONGEST_NAME = 3, 40


class Traffic(NamedTuple):
    """What is known of the last 24 hours, in words for people, and whether the words recommend something."""

    words: str
    is_advice: bool


def show_live_traffic(console: Console, settings: Settings) -> None:
    """Print a line about the live traffic. Nothing that goes wrong here is a fault of the check."""
    traffic = live_traffic(settings)
    line = f"[yellow]{escape(traffic.words)}[/yellow]" if traffic.is_advice else escape(traffic.words)
    console.print(line, highlight=False, soft_wrap=True)


def live_traffic(settings: Settings) -> Traffic:
    """Return what the warehouse tells, where one is set, or else the local data plane."""
    try:
        own = load_verify_settings()
    except SettingsInvalid as error:
        return _unknown("; ".join(error.faults))
    if own.warehouse:
        return _of_warehouse(own.warehouse, own.warehouse_schema)
    return _of_plane(settings.data_plane_url)


def _of_plane(url: str) -> Traffic:
    """Return what a local data plane tells, which does not keep its keys apart. A real one tells nothing."""
    try:
        counts = LocalPlane(url, who_by(b"")).libraries()
    except (DestinationRefused, DestinationStopped):
        return _unknown("a data plane does not tell who sends to it")
    return _told(counts, "The data plane is in use, maybe under this write key")


def _of_warehouse(url: str, schema: str) -> Traffic:
    """Return what the warehouse tells, whose schema is that of one source."""
    try:
        counts = Warehouse(url, schema, who_by(b"")).libraries()
    except (DestinationRefused, DestinationStopped) as error:
        return _unknown(str(error))
    return (
        _told(counts, "The write key is in use") if counts else _unknown("the warehouse got nothing in the last 24 h")
    )


def _told(counts: Mapping[str, int], what: str) -> Traffic:
    others = sorted(((count, name) for name, count in counts.items() if name != OURS), reverse=True)
    if not others:
        return Traffic("Live traffic: none in the last 24 h", is_advice=False)
    named = [f"{count:,} of {_shown(name)}" for count, name in others[:_MOST_NAMES]]
    named += [f"{sum(count for count, _ in others[_MOST_NAMES:]):,} of others"] * (len(others) > _MOST_NAMES)
    total = sum(count for count, _ in others)
    events = f"{total:,} event{'' if total == 1 else 's'}"
    told = f"{events} of {_shown(others[0][1])}" if len(others) == 1 else f"{events} ({', '.join(named)})"
    return Traffic(f"{what}: {told} in the last 24 h. {_CURE[0].upper()}{_CURE[1:]}", is_advice=True)


def _unknown(why: str) -> Traffic:
    return Traffic(f"Live traffic: not known ({why}). If the write key is a live one's, {_CURE}", is_advice=False)


def _shown(name: str) -> str:
    """Return a library's name as others gave it, cut and without what a terminal would obey."""
    seen = "".join(letter for letter in name if letter.isprintable()).strip()[:_LONGEST_NAME]
    return seen or "a library without a name"
