"""Fetched rows to typed ones: every row that was read is mapped, filtered or dead, and known by what it is."""

from collections import Counter
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.contract import detail_contract, stream_contract
from extractors.extents import extent
from extractors.instants import Zone
from extractors.pages import Axis, Window
from extractors.rows import TOO_RECENT, Cleaning, typed_rows
from mappers.kinds import Instant, Key
from mappers.outcomes import DeadRow, Detail, Filtered, Stream


class Event(NamedTuple):
    row_id: Key
    user_id: Key | None
    anonymous_id: Key | None
    occurred_at: Instant
    action: str
    note: str | None = None
    price: Decimal | None = None


class Line(NamedTuple):
    order_id: Key
    line_id: Key
    product_id: Key


STREAM = Stream("events", Event, (), lambda *_: iter(()), log_identity=("user_id", "occurred_at", "action", "price"))
EVENTS = stream_contract(STREAM)
LINES = detail_contract(Detail("lines", Line, "order_id", "row_id", DeadRow, identity=("order_id", "line_id")))
WITH_ID = frozenset(Event._fields)
WITHOUT = WITH_ID - {"row_id"}
NOW, SETTLED = Instant("2024-06-01T00:00:00.000000Z"), Instant("2024-05-31T23:55:00.000000Z")
AT = "2020-05-01 10:00:00"
EVER, IN_UTC = Window(), Zone("UTC")


def typed(rows, contract=EVENTS, axis=Axis.USERS, present=WITH_ID, window=EVER, zone=IN_UTC):
    asked = extent(contract.window, window, zone.name, "unknown", nulls=True) if contract.window else None
    result = typed_rows(rows, contract, axis, present, Cleaning(zone, window, NOW, SETTLED), asked)
    assert result.read == len(result.rows) + len(result.filtered) + len(result.dead)
    return result


def row(number=1, user=7, at=AT, action="add", note=None, price=None, visitor=None):  # noqa: PLR0913, PLR0917  # it is a row
    return (number, user, visitor, at, action, note, price)


def letters(result):
    return [tuple(letter) for letter in result.dead]


def test_a_row_is_typed_in_the_contracts_order():
    (typed_row,) = typed([row(2**53 + 1, note="", price=19.9)]).rows
    assert typed_row == Event(
        "9007199254740993", "7", None, "2020-05-01T10:00:00.000000Z", "add", None, Decimal("19.9")
    )


def test_no_rows_are_no_rows():
    assert typed([]).read == 0


@pytest.mark.parametrize(
    ("odd", "letter"),
    [
        (row(at=None), ("1", "Missing-Time", "occurred_at is null")),
        (row(at="soon"), ("1", "Unparseable-Time", "occurred_at")),
        (row(at="9999-12-31 00:00:00"), ("1", "Sentinel-Time", "occurred_at")),
        (row(at="2024-06-01 00:00:00.000001"), ("1", "Future-Time", "occurred_at")),
        (row(action=None), ("1", "Missing-Value", "action is null")),
        (row(action=""), ("1", "Missing-Value", "action is null")),
        (row(action=b"add"), ("1", "Mistyped-Text", "action")),
        (row(price="cheap"), ("1", "Mistyped-Decimal", "price")),
        (row(user=" "), ("1", "Blank-Key", "user_id")),
        (row(user=7.5), ("1", "Mistyped-Key", "user_id")),
    ],
)
def test_what_cannot_be_a_row_is_a_dead_letter_that_says_where(odd, letter):
    good = row(2)
    result = typed([odd, good])
    assert letters(result) == [letter]
    assert [one.row_id for one in result.rows] == ["2"]


def test_a_row_without_its_key_is_dead_and_known_by_its_digest():
    first, again, other = typed([row(None)]), typed([row(None)]), typed([row(None, action="remove")])
    ((name, reason, detail),) = letters(first)

    assert (reason, detail) == ("Missing-Key", "row_id is null")
    assert letters(again)[0][0] == name != letters(other)[0][0]


def test_a_letter_never_holds_a_value():
    odd = [row(1, at="secret-time-of-day"), row(None, action="secret"), row(2, price="secret"), row(3, user=b"secret")]
    assert "secret" not in str(letters(typed(odd)))


@pytest.mark.parametrize("axis", [Axis.VISITORS, Axis.NOBODY])
def test_a_row_of_nobody_is_dead_and_one_of_a_visitor_is_not(axis):
    result = typed([row(user=None, visitor="s1" if axis is Axis.VISITORS else None)], axis=axis)
    dead = [("1", "No-Identity", "neither user_id nor anonymous_id")]
    assert letters(result) == (dead if axis is Axis.NOBODY else [])


def test_exact_copies_are_one_row():
    result = typed([row(1), row(2), row(1), row(1)])
    assert [one.row_id for one in result.rows] == ["1", "2"]
    assert result.filtered == [Filtered("1", "exact copy")] * 2


def test_copies_are_told_by_their_typed_values():
    assert len(typed([row(1, price=19.9, at=AT), row(1, price="19.90", at=AT.replace(" ", "T"))]).rows) == 1


def test_rows_of_one_identity_that_differ_are_dead_all_of_them():
    result = typed([row(1), row(2), row(1, note="other"), row(1)])
    assert [one.row_id for one in result.rows] == ["2"]
    assert letters(result) == [("1", "Conflicting-Rows", "rows of one identity differ")] * 3


def test_a_row_that_shares_its_identity_with_a_dead_one_is_dead():
    result = typed([row(1), row(1, at="soon"), row(2)])
    assert [one.row_id for one in result.rows] == ["2"]
    assert Counter(reason for _, reason, _ in letters(result)) == {"Unparseable-Time": 1, "Conflicting-Rows": 1}


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["add", "remove"])), max_size=12), st.randoms())
def test_what_collapses_and_what_conflicts_does_not_hang_on_the_order(pairs, random):
    rows = [row(number, action=action) for number, action in pairs]
    shuffled = rows.copy()
    random.shuffle(shuffled)
    one, other = typed(rows), typed(shuffled)

    assert set(one.rows) == set(other.rows)
    assert Counter(one.filtered) == Counter(other.filtered)
    assert Counter(one.dead) == Counter(other.dead)


def test_the_too_recent_wait_for_the_next_run():
    times = ["2024-05-31 23:55:00", "2024-05-31 23:55:00.000001", "2024-06-01 00:00:00", "2024-06-01 00:00:00.000001"]
    result = typed([row(number, at=at) for number, at in enumerate(times)])

    assert [one.row_id for one in result.rows] == ["0"]
    assert result.filtered == [Filtered("1", TOO_RECENT), Filtered("2", TOO_RECENT)]
    assert [letter.reason for letter in result.dead] == ["Future-Time"]


def test_rows_outside_the_window_are_not_counted_dead_or_alive():
    window = Window(Instant("2020-05-01T10:00:00.000000Z"), Instant("2020-05-02T10:00:00.000000Z"))
    times = ["2020-05-01 09:59:59.999999", "2020-05-01 10:00:00", "2020-05-02 09:59:59.999999", "2020-05-02 10:00:00"]
    rows = [row(number, at=at) for number, at in enumerate(times)]
    result = typed([*rows, row(9, at="2020-04-30 00:00:00", price="cheap"), row(8, at=None)], window=window)

    assert [one.row_id for one in result.rows] == ["1", "2"]
    assert result.outside == {"0", "3", "9"}
    assert result.read == 3
    assert [letter.row_id for letter in result.dead] == ["8"]


def test_seams_are_counted():
    times = ["2020-11-01 01:30:00", "2020-03-08 02:30:00", AT]
    rows = [row(number, at=at) for number, at in enumerate(times)]
    result = typed(rows, zone=Zone("America/New_York", "dead", "latest"))

    assert result.seams == {"ambiguous": 1, "nonexistent": 1}
    assert [letter.reason for letter in result.dead] == ["Ambiguous-Time"]


def test_a_detail_is_known_by_its_owner_and_its_number():
    result = typed([(1, 1, 7), (1, 2, 7), (1, 2, 7), (2, 1, 7), (2, 1, 8)], LINES, present=frozenset(Line._fields))
    assert [(one.order_id, one.line_id) for one in result.rows] == [("1", "1"), ("1", "2")]
    assert result.filtered == [Filtered("1/2", "exact copy")]
    assert [letter.row_id for letter in result.dead] == ["2/1", "2/1"]
    assert result.broken == {"2"}


def test_a_dead_detail_breaks_its_owner():
    result = typed([(1, 1, None), (2, None, 7), (3, 1, 7)], LINES, present=frozenset(Line._fields))
    assert {(letter.reason, letter.detail) for letter in result.dead} == {
        ("Missing-Value", "product_id is null"),
        ("Missing-Value", "line_id is null"),
    }
    assert result.broken == {"1", "2"}


KEYLESS = st.tuples(
    st.integers(1, 3),
    st.sampled_from([AT, "2020-05-01 10:00:01"]),
    st.sampled_from(["add", "remove"]),
    st.sampled_from([None, 1.5]),
)


def keyless(rows):
    fetched = [row(None, user, at, action, price=price) for user, at, action, price in rows]
    result = typed(fetched, present=WITHOUT)
    assert not result.dead
    return result.rows


@given(st.lists(KEYLESS, min_size=1, max_size=25), st.randoms())
def test_rows_of_a_log_without_a_key_have_the_same_ids_in_any_order(rows, random):
    """Equal rows are as many events; which of them is which is of no account, since they are equal."""
    shuffled = rows.copy()
    random.shuffle(shuffled)
    ids = [one.row_id for one in keyless(rows)]

    assert len(set(ids)) == len(ids) == len(rows)
    assert set(keyless(rows)) == set(keyless(shuffled))


@given(st.lists(KEYLESS, min_size=1, max_size=25))
def test_rows_of_a_log_without_a_key_have_the_same_ids_however_pages_are_cut(rows):
    pages = [[one for one in rows if one[0] == user] for user in (1, 2, 3)]
    apart = [typed_row for page in pages if page for typed_row in keyless(page)]
    assert set(apart) == set(keyless(rows))


@settings(deadline=None)
@given(st.lists(KEYLESS, min_size=1, max_size=10))
def test_rows_of_a_log_without_a_key_have_the_same_ids_from_every_driver(rows):
    as_text = [(user, at.replace(" ", "T"), action, price and f"{price}0") for user, at, action, price in rows]
    assert set(keyless(rows)) == set(keyless(as_text))


def test_what_is_joined_to_a_log_and_may_change_does_not_change_its_ids():
    before, after = (typed([row(None, note=note)], present=WITHOUT).rows[0].row_id for note in ("old", "new"))
    assert before == after


@pytest.mark.parametrize("dead_first", [True, False])
def test_a_dead_row_of_a_log_does_not_change_the_id_of_its_living_twin(dead_first):
    alone = typed([row(None)], present=WITHOUT).rows
    twins = [row(None), row(None, price="cheap")]
    assert typed(twins[::-1] if dead_first else twins, present=WITHOUT).rows == alone
