"""A message id is a UUIDv5 of what the row is."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.ids import identifier, packed
from mappers.kinds import Instant, Key
from mappers.outcomes import Draft


def draft(row_id="1", rule="user_signed_up", version="", **changed):
    at = Instant("2020-01-01T00:00:00.000000Z")
    return Draft(rule, Key("u"), None, at, Key(row_id), version, {})._replace(**changed)


def by_the_standard_library(source, stream, row_id, rule, version):
    namespace = uuid.uuid5(uuid.NAMESPACE_URL, f"relias-backfill:{source}")
    return str(uuid.uuid5(namespace, f"{stream}\x1f{row_id}\x1f{rule}\x1f{version}"))


@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_an_id_is_what_the_standard_library_makes_of_the_same_name(source, stream, row_id, rule, version):
    expected = by_the_standard_library(source, stream, row_id, rule, version)

    assert expected == identifier(source)(stream, draft(row_id, rule, version))


@pytest.mark.parametrize(
    ("source", "stream", "row_id", "rule", "version", "expected"),
    [
        ("platform", "sign_ups", "1", "user_signed_up", "", "ff917afb-bb10-5399-8520-c5009674e277"),
        ("platform", "sign_ins", "f00d.2", "user_signed_in", "", "abc82d46-5056-5956-baa5-3e94cf225f56"),
        (
            "platform",
            "accounts",
            "41",
            "identify_current",
            "2021-05-06T07:08:09.123456Z",
            "72759ef3-8ed0-5f4b-ba62-d89826c70e67",
        ),
        (
            "Akademie für Pflege",
            "orders",
            "Bestellung 7",
            "order_completed",
            "",
            "bef97bfb-4a18-5a43-a5cf-e227e9a60a0d",
        ),
    ],
)
def test_known_ids_never_change(source, stream, row_id, rule, version, expected):
    # Were one of these to change, everything ever sent would be sent again.
    assert expected == identifier(source)(stream, draft(row_id, rule, version))


def test_an_id_tells_apart_each_part_of_what_a_row_is():
    ids = {
        identifier("platform")("sign_ins", draft()),
        identifier("platform two")("sign_ins", draft()),
        identifier("platform")("sign_ups", draft()),
        identifier("platform")("sign_ins", draft(row_id="2")),
        identifier("platform")("sign_ins", draft(rule="identify_signed_up")),
        identifier("platform")("sign_ins", draft(version="2020-01-01T00:00:00.000000Z")),
    }

    assert len(ids) == 6


def test_an_id_does_not_depend_on_what_the_message_says():
    message_id = identifier("platform")
    other = draft(
        user_id=None,
        anonymous_id=Key("v"),
        at=Instant("2021-01-01T00:00:00.000000Z"),
        body={"a": 1},
        group_id=Key("g"),
        context={"ip": "192.0.2.1"},
    )

    assert message_id("sign_ups", draft()) == message_id("sign_ups", other)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_an_id_is_36_characters_of_version_five(row_id):
    text = identifier("platform")("sign_ups", draft(row_id))
    parsed = uuid.UUID(text)

    assert (str(parsed), parsed.version, parsed.variant) == (text, 5, uuid.RFC_4122)


def test_a_row_id_with_the_separator_in_it_is_no_other_row():
    message_id = identifier("platform")

    assert message_id("orders", draft("1\x1fa", "b")) != message_id("orders", draft("1", "a\x1fb", "x"))
    assert message_id("orders", draft("1\x1fuser_signed_up")) != message_id("orders", draft("1"))


@given(st.lists(st.uuids(version=5)))
def test_packed_ids_are_their_bytes_one_after_the_other(ids):
    assert b"".join(one.bytes for one in ids) == packed([str(one) for one in ids])
