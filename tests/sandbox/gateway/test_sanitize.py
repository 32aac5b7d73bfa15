"""Ids, cleaned."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.gateway.sanitize import clean_text, identity_text, message_id, rudder_id


@given(st.text())
def test_cleaning_leaves_what_can_be_seen(text):
    cleaned = clean_text(text)

    assert cleaned.isprintable()
    assert cleaned == cleaned.strip()
    assert clean_text(cleaned) == cleaned


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126)))
def test_visible_ascii_is_never_changed(text):
    assert clean_text(text) == text


@given(st.one_of(st.text(), st.integers(), st.none(), st.booleans(), st.floats(allow_nan=False)))
def test_a_message_id_is_never_blank(value):
    assert message_id(value).strip()


@given(st.text(), st.text())
def test_a_rudder_id_is_stable_and_a_uuid(user_id, anonymous_id):
    given_id = uuid.UUID(rudder_id(user_id, anonymous_id))

    assert given_id.version == 4
    assert str(given_id) == rudder_id(user_id, anonymous_id)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (" u ", "u"), (7, "7"), (7.0, "7"), (2**53 + 1, str(2**53)), (False, "false"), ({}, "{}"), ("é", "é")],
    ids=repr,
)
def test_identity_is_the_text_of_any_value(value, text):
    assert identity_text(value) == text
