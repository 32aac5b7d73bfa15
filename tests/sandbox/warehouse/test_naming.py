"""Names in the warehouse are RudderStack's, odd ones too (safe_test.go, snakecase_test.go)."""

import pytest

from sandbox.warehouse.naming import column_name, event_table, snake_case


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Order Completed", "order_completed"),
        ("orderCompleted", "order_completed"),
        ("firstName", "first_name"),
        ("XMLHttpRequest", "xml_http_request"),
        ("isISO8601", "is_iso8601"),
        ("walk500Miles", "walk500_miles"),
        ("enable 24H format", "enable_24h_format"),
        ("LETTERSAeiouAreVowels", "letters_aeiou_are_vowels"),
        ("--foo-bar--", "foo_bar"),
        ("__foo_bar__", "__foo_bar"),
        ("12ft", "_12ft"),
        ("Café Visited", "caf_visited"),
        ("don't", "don_t"),
        ("你好", ""),
        ("", ""),
    ],
)
def test_snake_case(name, expected):
    assert snake_case(name) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("order", "_order"),
        ("User", "_user"),
        ("groups", "groups"),
        ("address_postalCode", "address_postal_code"),
        ("x" * 70, "x" * 63),
    ],
)
def test_a_column_is_no_keyword_and_not_too_long(key, expected):
    assert column_name(key) == expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("Product Added", "product_added"),
        ("Order", "_order"),
        ("Users", "_users"),
        ("Tracks", "_tracks"),
        ("Groups", "_groups"),
        ("!!!", ""),
    ],
)
def test_an_events_table_is_none_of_rudderstacks_own(event, expected):
    assert event_table(event) == expected
