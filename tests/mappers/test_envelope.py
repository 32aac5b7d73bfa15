"""The rules of the wire: what every message of a run carries, and where."""

from copy import deepcopy
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.envelope import display_names, envelope, respelled
from mappers.kinds import Instant, Key
from mappers.outcomes import Draft

AT = Instant("2020-02-29T23:59:59.999999Z")
RUDDERSTACK = {"first_name": "firstName", "last_name": "lastName", "company_name": "company.name"}
CLOSED = envelope("1.2.3", (), {})


def draft(**changed):
    return Draft("a_rule", Key("u7"), None, AT, Key("1"), "", {"section": "details"})._replace(**changed)


@pytest.fixture(params=["identify", "group", "track", "page", "screen"])
def call(request):
    return request.param


def test_a_message_has_what_every_message_has(call):
    message = CLOSED.message(draft(), "an-id", call, "An Event")

    assert message["type"] == call
    assert message["messageId"] == "an-id"
    assert message["userId"] == "u7"
    assert message["channel"] == "server"
    assert message["context"]["library"] == {"name": "relias-backfill", "version": "1.2.3"}


def test_the_moment_is_told_twice_cut_to_milliseconds_and_not_rounded(call):
    message = CLOSED.message(draft(), "an-id", call, "An Event")

    assert message["timestamp"] == message["originalTimestamp"] == "2020-02-29T23:59:59.999Z"


def test_a_message_never_has_what_is_for_the_server_to_say(call):
    message = CLOSED.message(draft(context={"ip": "192.0.2.7"}), "an-id", call, "An Event")

    assert {"request_ip", "receivedAt", "sentAt", "rudderId", "writeKey"}.isdisjoint(message)


def test_a_user_is_known_by_the_user_id_alone(call):
    message = CLOSED.message(draft(anonymous_id=Key("v1")), "an-id", call, "An Event")

    assert message["userId"] == "u7"
    assert "anonymousId" not in message


def test_a_visitor_is_known_by_the_anonymous_id(call):
    message = CLOSED.message(draft(user_id=None, anonymous_id=Key("v1")), "an-id", call, "An Event")

    assert message["anonymousId"] == "v1"
    assert "userId" not in message


def test_a_track_has_its_event_and_its_properties():
    message = CLOSED.message(draft(), "an-id", "track", "User Updated Profile")

    assert message["event"] == "User Updated Profile"
    assert message["properties"] == {"section": "details"}
    assert {"traits", "name", "groupId"}.isdisjoint(message)


@pytest.mark.parametrize("shown", ["page", "screen"])
def test_a_page_has_a_name_and_properties(shown):
    message = CLOSED.message(draft(), "an-id", shown, "Page View")

    assert (message["name"], message["properties"]) == ("Page View", {"section": "details"})
    assert {"event", "traits", "groupId"}.isdisjoint(message)


def test_identify_traits_stand_in_both_places():
    message = CLOSED.message(draft(body={"email": "a@example.org"}), "an-id", "identify", "Identify")

    assert message["traits"] == message["context"]["traits"] == {"email": "a@example.org"}
    assert {"event", "properties", "name", "groupId"}.isdisjoint(message)


def test_group_traits_stand_in_traits_alone():
    message = CLOSED.message(draft(body={"name": "Hill House"}, group_id=Key("300")), "an-id", "group", "Group")

    assert (message["groupId"], message["traits"]) == ("300", {"name": "Hill House"})
    assert "traits" not in message["context"]
    assert {"event", "properties", "name"}.isdisjoint(message)


def test_the_row_s_context_stands_beside_the_library(call):
    message = CLOSED.message(draft(context={"ip": "192.0.2.7", "userAgent": "Example/1.0"}), "an-id", call, "An Event")

    assert message["context"]["ip"] == "192.0.2.7"
    assert message["context"]["userAgent"] == "Example/1.0"
    assert message["context"]["library"]["version"] == "1.2.3"


@pytest.mark.parametrize(
    ("destinations", "expected"),
    [
        ((), {"All": False}),
        (("Amplitude", "Google Analytics 4"), {"All": False, "Amplitude": True, "Google Analytics 4": True}),
        ("all", {"All": True}),
    ],
    ids=["closed", "allow-list", "all"],
)
def test_integrations_are_closed_but_for_what_was_chosen(destinations, expected):
    assert expected == envelope("1.0.0", destinations, {}).message(draft(), "an-id", "track", "E")["integrations"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("  ", ()),
        (" , ", ()),
        ("all", "all"),
        (" all ", "all"),
        ("All", ("All",)),
        ("Amplitude", ("Amplitude",)),
        (" Google Analytics 4 , Amplitude,", ("Google Analytics 4", "Amplitude")),
    ],
)
def test_destinations_are_named_between_commas(text, expected):
    assert expected == display_names(text)


def test_naming_the_destination_all_in_capitals_must_not_open_everything():
    message = envelope("1.0.0", display_names("All"), {}).message(draft(), "an-id", "track", "E")

    assert message["integrations"]["All"] is False


def test_a_draft_is_left_as_it_was(call):
    given_draft = draft(body={"first_name": "Ada", "company_name": "Hill House"}, context={"page": {"path": "/"}})
    before = deepcopy(given_draft)

    envelope("1.0.0", ("Amplitude",), RUDDERSTACK).message(given_draft, "an-id", call, "An Event")

    assert before == given_draft


def test_messages_made_later_change_nothing_in_those_made_before():
    sealed = envelope("1.0.0", ("Amplitude",), RUDDERSTACK)
    drafts = [
        ("track", draft()),
        ("identify", draft(body={"first_name": "Ada", "company_name": "Hill House"})),
        ("track", draft(context={"ip": "192.0.2.7"})),
        ("group", draft(group_id=Key("300"))),
        ("identify", draft(body={"first_name": "Bo"}, context={"ip": "192.0.2.8"})),
        ("page", draft(user_id=None, anonymous_id=Key("v"))),
    ]
    alone = [envelope("1.0.0", ("Amplitude",), RUDDERSTACK).message(one, "id", call, "E") for call, one in drafts]

    together = [sealed.message(one, "id", call, "E") for call, one in drafts]

    assert alone == together
    assert [("traits" in one["context"], "ip" in one["context"]) for one in together] == [
        (False, False),
        (True, False),
        (False, True),
        (False, False),
        (True, True),
        (False, False),
    ]


def test_the_other_spelling_is_sent_in_both_places_of_identify_and_nowhere_else():
    sealed = envelope("1.0.0", (), RUDDERSTACK)
    body = {"first_name": "Ada", "last_name": "Example", "company_name": "Hill House", "phone": "9195550100"}
    spelled = {"firstName": "Ada", "lastName": "Example", "company": {"name": "Hill House"}, "phone": "9195550100"}

    identify = sealed.message(draft(body=body), "an-id", "identify", "Identify")

    assert identify["traits"] == identify["context"]["traits"] == spelled
    assert sealed.message(draft(body=body), "an-id", "track", "E")["properties"] == body
    assert sealed.message(draft(body=body), "an-id", "group", "Group")["traits"] == body


TRAITS = st.dictionaries(
    st.sampled_from(["email", "first_name", "last_name", "company_name", "phone", "license_count"]), st.text(max_size=3)
)


@given(TRAITS)
def test_the_two_spellings_are_never_sent_together(traits):
    spelled = respelled(traits, RUDDERSTACK)

    assert set(RUDDERSTACK).isdisjoint(spelled)
    assert len(spelled) == len(traits)
    assert spelled.get("company", {}).get("name") == traits.get("company_name")
    assert spelled.get("firstName") == traits.get("first_name")
    assert {name: spelled[name] for name in traits if name not in RUDDERSTACK} == {
        name: value for name, value in traits.items() if name not in RUDDERSTACK
    }


@given(TRAITS)
def test_without_another_spelling_the_traits_are_the_plan_s(traits):
    assert traits == respelled(traits, {})
    assert traits == CLOSED.message(draft(body=traits), "an-id", "identify", "Identify")["traits"]


@pytest.mark.parametrize("order", list(permutations(["company", "company_name", "email"])))
def test_a_respelled_name_joins_the_object_that_is_there_in_whatever_order(order):
    traits = {"company": {"id": "300"}, "company_name": "Hill House", "email": "a@example.org"}

    spelled = respelled({name: traits[name] for name in order}, RUDDERSTACK)

    assert spelled == {"company": {"id": "300", "name": "Hill House"}, "email": "a@example.org"}
    assert traits["company"] == {"id": "300"}
