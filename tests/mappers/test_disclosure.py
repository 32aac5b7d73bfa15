"""What leaves of a value under each policy, and that a draft without personal fields is not touched."""

import hashlib
import hmac

import pytest

from mappers.disclosure import GONE, Disclosure, Policies, drop, fields, items, pseudonym, truncated, year
from mappers.kinds import Instant, Key
from mappers.outcomes import Draft

KEY = b"a key of the tests' own"
named = pseudonym(KEY)


def draft(body, context=None):
    at = Instant("2020-01-01T00:00:00.000000Z")
    return Draft("identify_current", Key("u7"), None, at, Key("1"), "", body, None, context)


def test_a_pseudonym_is_the_hmac_that_anybody_with_the_key_can_make():
    expected = hmac.new(KEY, b"ada@example.org", hashlib.sha256).hexdigest()

    assert named("ada@example.org") == expected
    assert pseudonym(b"another key altogether")("ada@example.org") != expected


def test_a_pseudonym_keeps_to_a_published_case():
    """RFC 4231, section 4.3: test case 2."""
    assert pseudonym(b"Jefe")("what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


@pytest.mark.parametrize("same", [" ada@example.org", "Ada@Example.ORG", "ADA@EXAMPLE.ORG\t"])
def test_equal_addresses_have_equal_pseudonyms(same):
    assert named(same) == named("ada@example.org")


def test_what_is_no_address_keeps_its_case_and_loses_its_blanks():
    assert named("RN-Ab7 ") == named("RN-Ab7") != named("rn-ab7")
    assert named("\ud800") == named("\ud800")  # which no message may hold; the plan check says so


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("192.0.2.77", "192.0.2.0"), ("2001:db8:1:2:3::7", "2001:db8:1::"), ("::ffff:192.0.2.77", "192.0.2.0"),
        (" 192.0.2.77 ", "192.0.2.0"), ("fe80::1%eth0", "fe80::"), ("192.0.2.77:8080", "1"), ("Ada", "A"),
        ("Ölver", "Ö"), ("", ""), ("15550100199", "1"), ("Mozilla/5.0", "M"),
    ],
)  # fmt: skip
def test_truncation_keeps_a_network_or_a_letter(text, left):
    assert truncated(text) == left


def test_the_year_of_a_day_and_of_an_instant():
    assert year("1983-02-03") == "1983"
    assert year("2019-12-31T23:59:59.999Z") == "2019"


@pytest.mark.parametrize("action", [named, truncated, year, drop, fields({"a": drop}), items(drop)], ids=range(6))
@pytest.mark.parametrize("value", [None, 7, 1.5, True])
def test_what_an_action_was_not_made_for_does_not_leave(action, value):
    assert action(value) is GONE


@pytest.mark.parametrize("value", ["", "born 1983", "83-02-03", "1983"])
def test_no_year_is_made_of_what_is_no_date(value):
    assert year(value) is GONE


def test_fields_items_and_what_has_no_name():
    action = fields(
        {"email": named, "licenses": items(fields({"number": drop})), "plain": None, "phones": items(named)}, drop
    )
    body = {"plain": 1, "email": "a@example.org", "licenses": [{"number": "N1", "id": "7"}], "odd": {}, "phones": [1]}

    left = action(body)

    assert left == {"plain": 1, "email": named("a@example.org"), "licenses": [{"id": "7"}], "phones": []}
    assert list(left) == ["plain", "email", "licenses", "phones"]
    assert body["licenses"] == [{"number": "N1", "id": "7"}]


def test_a_draft_without_such_fields_is_the_very_same():
    disclosure = Disclosure(fields({"email": named}), fields({"ip": truncated}))
    plain = draft({"title": "Nurse"}, {"page": {"url": "/"}})

    assert disclosure.of(plain) is plain
    assert disclosure.of(draft({}, {"ip": "192.0.2.7"})) == draft({}, {"ip": "192.0.2.0"})
    assert disclosure.of(draft({"email": "a"}, None)) == draft({"email": named("a")})
    assert Disclosure().of(plain) is plain


def test_an_allow_list_is_of_the_traits_alone():
    policies = Policies({"contact": "hmac"}, frozenset({"email"}))

    assert policies.of(("traits", "email"), "contact") == "hmac"
    assert policies.of(("traits", "phone"), "contact") == "drop"
    assert policies.of(("traits", "title"), None) == "drop"
    assert policies.of(("properties", "phone"), "contact") == "hmac"
    assert policies.of(("traits",), None) == policies.of(("context", "ip"), "network") == "send"


@pytest.mark.parametrize("shown", [repr, str])
def test_the_key_is_not_shown(shown):
    assert "key" not in shown(Disclosure(fields({"email": named}), None)).replace("fields", "")
