"""What may be told of the surroundings of an event (RudderStack's and Segment's common fields)."""

from typing import Annotated

from pydantic import Field

from flows.sending.fields import Count, Form, Number, Switch, Text
from flows.sending.traits import Traits


class App(Form):
    """The application that made the event."""

    name: Text = Field("", title="Name")
    version: Text = Field("", title="Version")
    build: Text = Field("", title="Build")
    namespace: Text = Field("", title="Namespace")


class Campaign(Form):
    """The campaign that brought the person."""

    name: Text = Field("", title="Name")
    source: Text = Field("", title="Source")
    medium: Text = Field("", title="Medium")
    term: Text = Field("", title="Term")
    content: Text = Field("", title="Content")


class Device(Form):
    """The device that the event came from."""

    id: Text = Field("", title="ID")
    type: Text = Field("", title="Type")
    manufacturer: Text = Field("", title="Manufacturer")
    model: Text = Field("", title="Model")
    name: Text = Field("", title="Name")
    advertising_id: Text = Field("", title="Advertising ID")
    ad_tracking_enabled: Switch = Field(None, title="Ad tracking")


class Library(Form):
    """The SDK to be named as the sender, in place of this program."""

    name: Text = Field("", title="Name")
    version: Text = Field("", title="Version")


class Location(Form):
    """Where the person was."""

    city: Text = Field("", title="City")
    region: Text = Field("", title="Region")
    country: Text = Field("", title="Country")
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = Field(None, title="Latitude")
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = Field(None, title="Longitude")
    speed: Number = Field(None, title="Speed")


class Network(Form):
    """How the device was connected."""

    carrier: Text = Field("", title="Carrier")
    bluetooth: Switch = Field(None, title="Bluetooth")
    cellular: Switch = Field(None, title="Cellular")
    wifi: Switch = Field(None, title="Wi-Fi")


class OperatingSystem(Form):
    """The device's operating system."""

    name: Text = Field("", title="Name")
    version: Text = Field("", title="Version")


class WebPage(Form):
    """The page that the person was on."""

    url: Text = Field("", title="URL")
    path: Text = Field("", title="Path")
    title: Text = Field("", title="Title")
    search: Text = Field("", title="Search", description="What stands behind the question mark of the URL")
    referrer: Text = Field("", title="Referrer")
    referring_domain: Text = Field("", title="Referring domain")
    initial_referrer: Text = Field("", title="Initial referrer")
    initial_referring_domain: Text = Field("", title="Initial referring domain")


class Referrer(Form):
    """What sent the person here."""

    type: Text = Field("", title="Type")
    name: Text = Field("", title="Name")
    url: Text = Field("", title="URL")
    link: Text = Field("", title="Link")


class Screen(Form):
    """The device's screen, in pixels."""

    width: Count = Field(None, title="Width")
    height: Count = Field(None, title="Height")
    density: Number = Field(None, title="Density")
    inner_width: Count = Field(None, title="Inner width")
    inner_height: Count = Field(None, title="Inner height")


class Context(Form):
    """The surroundings of the event. What is left empty is not sent."""

    ip: Text = Field("", title="IP address", max_length=45)
    locale: Text = Field("", title="Locale", description="The language of the device, as en-US")
    timezone: Text = Field("", title="Time zone", description="Of the IANA database, as America/New_York")
    user_agent: Text = Field("", title="User agent")
    group_id: Text = Field("", title="Group or account ID")
    app: App = Field(default_factory=App, title="App")
    campaign: Campaign = Field(default_factory=Campaign, title="Campaign")
    device: Device = Field(default_factory=Device, title="Device")
    library: Library = Field(default_factory=Library, title="Library")
    location: Location = Field(default_factory=Location, title="Location")
    network: Network = Field(default_factory=Network, title="Network")
    os: OperatingSystem = Field(default_factory=OperatingSystem, title="Operating system")
    page: WebPage = Field(default_factory=WebPage, title="Page")
    referrer: Referrer = Field(default_factory=Referrer, title="Referrer")
    screen: Screen = Field(default_factory=Screen, title="Screen")
    traits: Traits = Field(default_factory=Traits, title="Traits")
