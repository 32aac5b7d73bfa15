"""The three actions as forms: what a person may fill in, or give from Python, for one message."""

from typing import ClassVar

from pydantic import Field

from flows.sending.context import Context
from flows.sending.fields import Currency, Custom, Form, Moment, Number, Text
from flows.sending.traits import GroupTraits, Traits
from mappers.envelope import Call

_SHADOW = "They may not have a standard one's name, in any spelling"


class Action(Form):
    """Whom a message is about, and when it happened. `body` is the field with its standard traits or properties."""

    call: ClassVar[Call]
    body: ClassVar[str] = "traits"

    user_id: Text = Field("", title="User ID", description="Required, unless there is an anonymous ID", max_length=200)
    anonymous_id: Text = Field("", title="Anonymous ID", description="Of somebody without a user ID", max_length=200)
    timestamp: Moment = Field(
        None, title="Timestamp", description="When it happened, with its offset. Left out: now, and a new message"
    )


class Identify(Action):
    """Who a person is: what is known of them now."""

    call = "identify"

    traits: Traits = Field(default_factory=Traits, title="Traits")
    custom: Custom = Field(title="Custom traits", description=_SHADOW)


class Properties(Form):
    """What the tracking plan wants to know of the event."""

    revenue: Number = Field(None, title="Revenue", description="As 20.00")
    currency: Currency = Field(
        "", title="Currency", description="ISO 4217, as EUR. Left out: USD, where there is a revenue"
    )
    value: Number = Field(None, title="Value", description="An abstract value of the event")


class Track(Action):
    """What a person did: an event of the tracking plan."""

    call = "track"
    body = "properties"

    event: Text = Field(title="Event", description="A name of the tracking plan, as Product Added")
    properties: Properties = Field(default_factory=Properties, title="Properties")
    custom: Custom = Field(title="Custom properties", description=f"The event's own, as the plan has them. {_SHADOW}")
    context: Context = Field(default_factory=Context, title="Context")


class Group(Action):
    """Which group a person belongs to, and what is known of it now."""

    call = "group"

    group_id: Text = Field(title="Group ID", description="As in your database", max_length=200)
    traits: GroupTraits = Field(default_factory=GroupTraits, title="Traits")
    custom: Custom = Field(title="Custom traits", description=_SHADOW)
