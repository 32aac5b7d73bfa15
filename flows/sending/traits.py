"""What may be told of a person and of an organisation."""

from typing import Annotated

from pydantic import Field

from flows.sending.fields import Count, Day, Email, Form, Moment, Phone, Text


class Address(Form):
    """A postal address."""

    street: Text = Field("", title="Street")
    city: Text = Field("", title="City")
    state: Text = Field("", title="State")
    postal_code: Text = Field("", title="Postal code")
    country: Text = Field("", title="Country")


class Company(Form):
    """The company that the person works for."""

    name: Text = Field("", title="Name")
    id: Text = Field("", title="ID")
    industry: Text = Field("", title="Industry")
    employee_count: Count = Field(None, title="Employee count")
    plan: Text = Field("", title="Plan")


class Traits(Form):
    """What is known of the person. What is left empty is not sent, and stays as it is."""

    email: Email = Field("", title="Email")
    first_name: Text = Field("", title="First name")
    last_name: Text = Field("", title="Last name")
    phone: Phone = Field("", title="Phone", description="Its digits are sent, without an extension")
    title: Text = Field("", title="Title", description="Their position in the company")
    username: Text = Field("", title="Username")
    id: Text = Field("", title="ID", description="RudderStack's warehouses keep the user ID alone")
    age: Annotated[int, Field(ge=0, le=150)] | None = Field(None, title="Age")
    birthday: Day = Field(None, title="Birthday")
    gender: Text = Field("", title="Gender")
    avatar: Text = Field("", title="Avatar", description="The address of a picture")
    website: Text = Field("", title="Website")
    description: Text = Field("", title="Description")
    created_at: Moment = Field(None, title="Created at", description="When their account was made")
    address: Address = Field(default_factory=Address, title="Address")
    company: Company = Field(default_factory=Company, title="Company")


class GroupTraits(Form):
    """What is known of the group. What is left empty is not sent, and stays as it is."""

    name: Text = Field("", title="Name")
    industry: Text = Field("", title="Industry")
    employees: Count = Field(None, title="Employees", description="How many people it has")
    plan: Text = Field("", title="Plan", description="What it is subscribed to")
    email: Email = Field("", title="Email")
    phone: Phone = Field("", title="Phone", description="Its digits are sent, without an extension")
    website: Text = Field("", title="Website")
    id: Text = Field("", title="ID", description="RudderStack's warehouses keep the group ID alone")
    avatar: Text = Field("", title="Avatar", description="The address of a picture")
    description: Text = Field("", title="Description")
    created_at: Moment = Field(None, title="Created at", description="When its account was made")
    address: Address = Field(default_factory=Address, title="Address")
