"""The calls of the event spec with all their fields, as they go over the wire.

Source: RudderStack's event specification (common fields, identify, track, group, page) and the fields of the
low-code module named in the tracking plan. Names are the wire's own; `first_name`-like spellings of the tracking
plan are custom names here and become standard ones by the plan's `spelling` switch.
"""

from collections.abc import Mapping
from typing import Any, TypedDict

Json = Any
"""A value that JSON can hold: str, int, float, bool, None, or lists and dicts of them."""


class Address(TypedDict, total=False):
    """A postal address."""

    city: str
    country: str
    postalCode: str
    state: str
    street: str


class Company(TypedDict, total=False):
    """The company that a user works for."""

    name: str
    id: str
    industry: str
    employee_count: int
    plan: str


class Traits(TypedDict, total=False):
    """The standard traits of a user."""

    address: Address
    age: int
    avatar: str
    birthday: str
    company: Company
    createdAt: str
    description: str
    email: str
    firstName: str
    gender: str
    id: str
    lastName: str
    name: str
    phone: str
    title: str
    username: str
    website: str


class GroupTraits(TypedDict, total=False):
    """The standard traits of a group."""

    address: Address
    avatar: str
    createdAt: str
    description: str
    email: str
    employees: int
    id: str
    industry: str
    name: str
    phone: str
    plan: str
    website: str


class Properties(TypedDict, total=False):
    """The standard properties of a Track call; an event's own properties stand beside them."""

    currency: str
    revenue: float
    value: float


class App(TypedDict, total=False):
    """The application that made the event."""

    build: str
    name: str
    namespace: str
    version: str


class Campaign(TypedDict, total=False):
    """The campaign that brought the user."""

    name: str
    source: str
    medium: str
    term: str
    content: str


class Device(TypedDict, total=False):
    """The device that the event came from."""

    id: str
    type: str
    manufacturer: str
    model: str
    name: str
    advertisingId: str
    adTrackingEnabled: bool


class Library(TypedDict):
    """The sending library."""

    name: str
    version: str


class Location(TypedDict, total=False):
    """Where the user was."""

    city: str
    country: str
    latitude: float
    longitude: float
    region: str
    speed: float


class Network(TypedDict, total=False):
    """How the device was connected."""

    bluetooth: bool
    carrier: str
    cellular: bool
    wifi: bool


class OperatingSystem(TypedDict, total=False):
    """The device's operating system."""

    name: str
    version: str


class WebPage(TypedDict, total=False):
    """The page that the user was on."""

    path: str
    referrer: str
    referring_domain: str
    initial_referrer: str
    initial_referring_domain: str
    search: str
    title: str
    url: str


class Referrer(TypedDict, total=False):
    """What sent the user here."""

    type: str
    name: str
    url: str
    link: str


class Screen(TypedDict, total=False):
    """The screen's dimensions, in pixels."""

    density: float
    height: int
    width: int
    innerWidth: int
    innerHeight: int


class Context(TypedDict, total=False):
    """Everything around an event that is not the event itself."""

    app: App
    campaign: Campaign
    device: Device
    groupId: str
    ip: str
    library: Library
    locale: str
    location: Location
    network: Network
    os: OperatingSystem
    page: WebPage
    referrer: Referrer
    screen: Screen
    timezone: str
    traits: Traits
    userAgent: str


class ShadowedNameError(ValueError):
    """A custom name is one of the standard names of the call."""

    def __init__(self, call: str, names: list[str]) -> None:
        self.call, self.names = call, names
        super().__init__(
            f"custom {call} names shadow standard ones: {', '.join(names)}; "
            "fill the standard field instead, or rename the custom one"
        )

    def __reduce__(self) -> tuple[type["ShadowedNameError"], tuple[str, list[str]]]:
        return type(self), (self.call, self.names)


STANDARD_NAMES: Mapping[str, frozenset[str]] = {
    "identify": frozenset(Traits.__annotations__),
    "group": frozenset(GroupTraits.__annotations__),
    "track": frozenset(Properties.__annotations__),
    "page": frozenset(WebPage.__annotations__),
}


def merged(call: str, standard: Mapping[str, Json], custom: Mapping[str, Json]) -> dict[str, Json]:
    """Return the standard fields of a call and the custom ones beside them, without the nulls.

    Raises `ShadowedNameError` where a custom name is one of the call's standard names.
    """
    if not STANDARD_NAMES[call].isdisjoint(custom):
        raise ShadowedNameError(call, sorted(STANDARD_NAMES[call].intersection(custom)))
    return {name: value for name, value in {**standard, **custom}.items() if value is not None}
