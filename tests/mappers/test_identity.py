"""What is odd about a user's id, each kind and together; and that nothing is said of ids that are not odd."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.identity import BLANK, EMAIL, FLOAT, UNSEEN, IdRules, differing_in_case, lint_by

RULES = IdRules(refused={"nobody": "refused", "no-one at all": "refused"}, shortest=3, too_short="too short")
faults_of = lint_by(RULES)


@pytest.mark.parametrize(
    "user_id",
    [
        "123",
        "100200300",
        "ab-12_cd",
        "org:7|9",
        "a.b",
        "1.5",
        "1.0.0",
        ".00",
        "Zoë",
        "用户一二三",
        "x@y",
        "nobody2",
        "O'Hara",
        "''",
    ],
)
def test_nothing_is_said_of_an_id_that_can_be_told_from_others(user_id):
    assert faults_of(user_id) == (("too short",) if len(user_id) < 3 else ())


@pytest.mark.parametrize(
    ("user_id", "kinds"),
    [
        ("12", ("too short",)),
        ("", ("too short",)),
        ("nobody", ("refused",)),
        ("NoBody", ("refused",)),
        ("'nobody'", ("refused",)),
        ('"nobody"', ("refused",)),
        ("'nobody\"", ()),
        ("123.0", (FLOAT,)),
        ("-7.00", (FLOAT,)),
        ("١٢٣.0", ()),
        (" 123", (BLANK,)),
        ("123 ", (BLANK,)),
        ("1 23", (BLANK,)),
        ("123\u00a0", (BLANK,)),
        (" nobody ", ("refused", BLANK)),
        ("no-one at all", ("refused", BLANK)),
        ("123\t", (UNSEEN,)),
        ("12\x003", (UNSEEN,)),
        ("123\n", (UNSEEN,)),
        ("12\u200b3", (UNSEEN,)),
        ("12\u31643", (UNSEEN,)),
        ("ada@example.org", (EMAIL,)),
        (" ada@example.org", (BLANK,)),
        ("1 \u200b", (BLANK, UNSEEN)),
    ],
)  # fmt: skip
def test_each_kind_is_found(user_id, kinds):
    assert faults_of(user_id) == kinds


@given(st.uuids() | st.integers(100) | st.from_regex(r"[0-9A-Za-z]{3}[0-9]{1,9}", fullmatch=True))
def test_numbers_and_uuids_are_fine(user_id):
    assert UUID(int=0) != user_id
    assert faults_of(str(user_id)) == ()


@given(st.text())
def test_no_kind_stands_twice_or_holds_the_id(user_id):
    kinds = faults_of(user_id)
    assert len(set(kinds)) == len(kinds)
    assert {kind.count(user_id) for kind in kinds if len(user_id) > 60} <= {0}


def test_ids_that_differ_in_case_alone_are_counted_once_each():
    assert differing_in_case(["ab", "AB", "Ab", "ab", "cd", "CD", "straße", "STRASSE", "7"]) == 4
    assert differing_in_case([]) == differing_in_case(["a", "b", "a"]) == 0
