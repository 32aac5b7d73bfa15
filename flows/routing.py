"""The settings of a run that was started in Prefect: blocks by their names, the environment for the rest."""

from typing import Any, NamedTuple, TypeVar

from prefect.blocks.core import Block
from pydantic_settings import BaseSettings

from flows.blocks import PlatformDatabase, RudderStackConnection
from flows.destinations import CHOOSE, NONE, destination_names
from flows.errors import SettingsInvalid
from flows.settings import DeliverySettings, Given, Settings, load
from mappers.envelope import display_names

Kind = TypeVar("Kind", bound=BaseSettings)
Delivery = TypeVar("Delivery", bound=DeliverySettings)


class Reference(NamedTuple):
    """What a run is connected to, by reference: two blocks' names, None for the environment, and the destinations.

    Task runs get no more than this.
    """

    database: str | None = None
    connection: str | None = None
    destinations: str | None = None


def reference(
    database: PlatformDatabase | None = None,
    connection: RudderStackConnection | None = None,
    destinations: str | None = None,
) -> Reference:
    """Return the reference to those blocks. Raises `SettingsInvalid` for one that was never saved."""
    return Reference(_name(database), _name(connection), destinations)


def settings_of(reference: Reference) -> Settings:
    """Return the settings of a run. Raises what `routed` and `chosen` raise."""
    return chosen(routed(Settings, reference), reference)


def routed(kind: type[Kind], reference: Reference) -> Kind:
    """Return the settings, as the blocks say where there are some. Raises `SettingsInvalid` with every fault.

    A block that is not there is one.
    """
    given = [_given(PlatformDatabase, reference.database), _given(RudderStackConnection, reference.connection)]
    return load(kind, *(one for one in given if one))


def chosen(settings: Delivery, reference: Reference) -> Delivery:
    """Return the settings with the destinations that were chosen, if it was asked for some.

    Raises `SettingsInvalid` where none was chosen, or not all of them are allowed.
    """
    if reference.destinations is None:
        return settings
    names = reference.destinations.strip()
    fault = _not_allowed(names, settings.destinations, reference)
    if fault:
        raise SettingsInvalid([fault])
    return settings.model_copy(update={"destinations": names})


def _not_allowed(asked: str, allowed: str, reference: Reference) -> str | None:
    if asked == NONE:
        return None
    try:
        names, known = display_names(destination_names(asked)), display_names(allowed)
    except ValueError as error:
        return f"Destinations: {error}; {CHOOSE}"
    if not names:
        return CHOOSE
    others = ["all"] if names == "all" else [name for name in names if name not in known]
    if known == "all" or not others:
        return None
    block = f'RudderStack Connection "{reference.connection}"' if reference.connection else "BACKFILL_DESTINATIONS"
    return f"{', '.join(others)}: {block} allows {', '.join(known) or 'no destination'}; allow it there, or {CHOOSE}"


def _name(block: Block | None) -> str | None:
    if block is None:
        return None
    name = block._block_document_name  # noqa: SLF001  # Prefect has no other word for it
    if name is None:
        raise SettingsInvalid([f"the {block.get_block_type_name()} was never saved; save it under a name first"])
    return name


def _given(kind: type[PlatformDatabase | RudderStackConnection], name: str | None) -> Given | None:
    if name is None:
        return None
    try:
        block: Any = kind.load(name, _sync=True)  # type: ignore[call-arg]  # how Prefect is told which of its two ways
    except ValueError:
        known = f'there is no {kind.get_block_type_name()} "{name}" in Prefect'
        raise SettingsInvalid([f"{known}; choose another, or make it under Blocks"]) from None
    given: Given = block.given()
    return given
