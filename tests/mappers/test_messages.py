"""Every field of the three calls, as the low-code module lists them, has a home in our messages.

The left-hand names are copied by hand from the module's description; the right-hand ones are the wire's.
"""

import inspect
import pickle
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.client import DataPlane
from mappers import messages
from mappers.envelope import envelope
from mappers.kinds import Instant, Key
from mappers.messages import STANDARD_NAMES, Context, GroupTraits, Properties, ShadowedNameError, Traits, merged
from mappers.outcomes import Draft

TRAITS = {
    "Address": "address",
    "Age": "age",
    "Avatar": "avatar",
    "Birthday": "birthday",
    "Company": "company",
    "Created At": "createdAt",
    "Description": "description",
    "Email": "email",
    "First Name": "firstName",
    "Gender": "gender",
    "ID": "id",
    "Last Name": "lastName",
    "Phone": "phone",
    "Title": "title",
    "Username": "username",
    "Website": "website",
}
GROUP_TRAITS = {
    "Address": "address",
    "Avatar": "avatar",
    "Created At": "createdAt",
    "Description": "description",
    "Email": "email",
    "Employees": "employees",
    "ID": "id",
    "Industry": "industry",
    "Name": "name",
    "Phone": "phone",
    "Plan": "plan",
    "Website": "website",
}
PROPERTIES = {"Currency": "currency", "Revenue": "revenue", "Value": "value"}
CONTEXT = {
    "App": "app",
    "Campaign": "campaign",
    "Device": "device",
    "IP": "ip",
    "Library": "library",
    "Locale": "locale",
    "Location": "location",
    "Network": "network",
    "OS": "os",
    "Page": "page",
    "Referrer": "referrer",
    "Screen": "screen",
    "Timezone": "timezone",
    "Group or Account ID": "groupId",
    "Traits": "traits",
    "User Agent": "userAgent",
}
NESTED = {
    "Address": ["city", "country", "postalCode", "state", "street"],
    "Company": ["name", "id", "industry", "employee_count", "plan"],
    "App": ["build", "name", "namespace", "version"],
    "Campaign": ["name", "source", "medium", "term", "content"],
    "Device": ["id", "type", "manufacturer", "model", "name", "advertisingId", "adTrackingEnabled"],
    "Library": ["name", "version"],
    "Network": ["bluetooth", "carrier", "cellular", "wifi"],
    "OperatingSystem": ["name", "version"],
    "WebPage": [
        "path", "referrer", "referring_domain", "initial_referrer", "initial_referring_domain", "search", "title",
        "url",
    ],
    "Referrer": ["type", "name", "url", "link"],
    "Screen": ["density", "height", "width", "innerWidth", "innerHeight"],
}  # fmt: skip


def test_every_identify_trait_has_a_home():
    assert set(TRAITS.values()) <= set(Traits.__annotations__)


def test_every_group_trait_has_a_home():
    assert set(GROUP_TRAITS.values()) == set(GroupTraits.__annotations__)


def test_every_track_property_has_a_home():
    assert set(PROPERTIES.values()) == set(Properties.__annotations__)


def test_every_field_of_the_context_has_a_home():
    assert set(CONTEXT.values()) == set(Context.__annotations__)


def test_the_traits_in_a_context_are_those_of_identify():
    assert get_type_hints(Context)["traits"] is Traits


def test_addresses_are_the_same_for_users_and_groups():
    assert get_type_hints(Traits)["address"] is get_type_hints(GroupTraits)["address"] is messages.Address
    assert get_type_hints(Traits)["company"] is messages.Company


@pytest.mark.parametrize(("name", "fields"), NESTED.items())
def test_objects_within_have_the_fields_of_the_event_spec(name, fields):
    assert set(getattr(messages, name).__annotations__) == set(fields)


def test_ids_timestamp_event_name_and_group_id_have_a_home_in_every_call():
    sealed = envelope("1.0.0", (), {})
    user = Draft("a", Key("u"), None, Instant("2020-01-01T00:00:00.000000Z"), Key("1"), "", {}, Key("g"))
    visitor = user._replace(user_id=None, anonymous_id=Key("v"))

    for call in ("identify", "track", "group"):
        assert sealed.message(user, "id", call, "Event")["userId"] == "u"
        assert sealed.message(visitor, "id", call, "Event")["anonymousId"] == "v"
        assert sealed.message(user, "id", call, "Event")["timestamp"] == "2020-01-01T00:00:00.000Z"
    assert sealed.message(user, "id", "track", "Order Completed")["event"] == "Order Completed"
    assert sealed.message(user, "id", "group", "Group")["groupId"] == "g"


def test_url_and_write_key_have_a_home_in_the_connection():
    assert list(inspect.signature(DataPlane).parameters)[:2] == ["url", "write_key"]


@pytest.mark.parametrize(
    ("call", "name"), [(call, name) for call in ("identify", "group", "track") for name in sorted(STANDARD_NAMES[call])]
)
def test_a_custom_name_that_shadows_a_standard_one_is_refused_by_name(call, name):
    with pytest.raises(ShadowedNameError, match=rf"custom {call} names shadow standard ones: {name}; fill") as raised:
        merged(call, {}, {name: "x", "custom_of_ours": "y"})

    assert (raised.value.call, raised.value.names) == (call, [name])


def test_all_shadowing_names_are_said_at_once_even_where_they_hold_nothing():
    with pytest.raises(ShadowedNameError, match="address, email, phone"):
        merged("identify", {}, {"phone": None, "email": "a@example.org", "address": {}})


def test_what_is_standard_in_one_call_may_be_custom_in_another():
    assert merged("track", {}, {"email": "a@example.org"}) == {"email": "a@example.org"}


def test_the_error_survives_pickling():
    error = ShadowedNameError("track", ["revenue", "value"])
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes

    assert (copy.call, copy.names, str(copy)) == (error.call, error.names, str(error))
    assert type(copy) is ShadowedNameError


NAMES = st.sampled_from(["first_name", "last_name", "license_count", "section"])
VALUES = st.none() | st.text(max_size=3) | st.integers() | st.just({}) | st.just([]) | st.just(0.0) | st.just(False)  # noqa: FBT003


@given(st.dictionaries(st.sampled_from(["email", "phone", "title"]), VALUES), st.dictionaries(NAMES, VALUES))
def test_merging_keeps_all_but_the_nulls_and_changes_nothing_that_it_was_given(standard, custom):
    before = dict(standard), dict(custom)
    fields = merged("identify", standard, custom)

    assert fields == {name: value for name, value in [*standard.items(), *custom.items()] if value is not None}
    assert before == (standard, custom)
