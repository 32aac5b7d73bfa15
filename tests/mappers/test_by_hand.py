"""A message by hand: its id is that of its content, and names are one however they are spelled."""

import pytest

from mappers.by_hand import Written, as_planned, draft, plain, shadowed
from mappers.kinds import Instant, Key

AT = Instant("2024-01-31T18:00:00.123456Z")
WRITTEN = Written(Key("u7"), None, None, {"email": "a@example.org", "age": 4}, {"vip": True}, {})


@pytest.mark.parametrize("name", ["createdAt", "created_at", "Created At", "CREATED-AT"])
def test_spellings_of_a_name_are_one(name):
    assert plain(name) == "createdat"
    assert shadowed([name, "other"], ["email", "createdAt"]) == ["createdAt"]


def test_the_same_content_of_the_same_millisecond_is_the_same_row():
    other_order = WRITTEN._replace(body={"age": 4, "email": "a@example.org"})
    assert draft("r", WRITTEN, AT).row_id == draft("r", other_order, Instant("2024-01-31T18:00:00.123999Z")).row_id


@pytest.mark.parametrize(
    "changed",
    [
        {"user_id": Key("u8")},
        {"user_id": None, "anonymous_id": Key("u7")},
        {"group_id": Key("g")},
        {"body": {"email": "a@example.org", "age": 5}},
        {"body": {"email": "a@example.org", "age": 4, "vip": True}, "custom": {}},
        {"custom": {"vip": "True"}},
        {"context": {"locale": "en"}},
    ],
)
def test_any_other_content_is_another_row(changed):
    assert draft("r", WRITTEN, AT).row_id != draft("r", WRITTEN._replace(**changed), AT).row_id
    assert draft("r", WRITTEN, AT).row_id != draft("q", WRITTEN, AT).row_id
    assert draft("r", WRITTEN, AT).row_id != draft("r", WRITTEN, Instant("2024-01-31T18:00:00.124000Z")).row_id


def test_the_drafts_body_is_what_is_standard_and_what_is_custom():
    made = draft("r", WRITTEN, AT)
    assert made.body == {"email": "a@example.org", "age": 4, "vip": True}
    assert (made.version, made.context, made.at) == ("", None, AT)


@pytest.mark.parametrize(
    ("company", "planned"),
    [
        ({"name": "Hill", "id": "c"}, {"company": {"id": "c"}, "company_name": "Hill"}),
        ({"name": "Hill"}, {"company_name": "Hill"}),
        ({"id": "c"}, {"company": {"id": "c"}}),
    ],
)
def test_a_company_has_its_name_where_the_plan_has_it(company, planned):
    assert as_planned({"age": 4, "company": company}) == {"age": 4} | planned
    assert as_planned({"age": 4}) == {"age": 4}
