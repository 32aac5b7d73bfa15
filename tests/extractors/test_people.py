"""People who are left out: by cleaned keys, before anything else is found of their rows, and never as a bound."""

from dataclasses import replace

import pytest
from test_rows import AT, EVENTS, EVER, IN_UTC, LINES, NOW, SETTLED, WITH_ID, row

from extractors.boundaries import boundaries, first_keys
from extractors.errors import ContractBroken
from extractors.locate import owner_ranges
from extractors.models import Model
from extractors.pages import Axis, Page
from extractors.people import EVERYBODY, NO_CONSENT, SUPPRESSED, Listed, People, listed_by, together
from extractors.rows import Cleaning, typed_rows
from mappers.outcomes import Filtered

LOG = Model("cart_events", "SELECT who AS user_id, visit AS anonymous_id FROM log")
SEVEN = People(Listed(frozenset({"7"}), frozenset({"v7"})))
ONLY_SEVEN = People(consented=Listed(frozenset({"7"})))


def typed(rows, people, contract=EVENTS, axis=Axis.USERS):
    result = typed_rows(rows, contract, axis, WITH_ID, Cleaning(IN_UTC, EVER, NOW, SETTLED, people))
    assert result.read == len(rows) == len(result.rows) + len(result.filtered) + len(result.dead)
    return result


def test_a_suppressed_users_rows_are_filtered_and_the_user_is_named_once():
    result = typed([row(1, 7), row(2, 8), row(3, 7)], SEVEN)
    assert [one.user_id for one in result.rows] == ["8"]
    assert result.filtered == [Filtered("1", SUPPRESSED), Filtered("3", SUPPRESSED)]
    assert result.left_out == {"7": SUPPRESSED}


def test_where_consent_is_asked_for_only_those_who_gave_it_are_left_in_and_suppression_goes_first():
    both = People(SEVEN.suppressed, Listed(frozenset({"7", "9"})))
    assert [one.user_id for one in typed([row(1, 7), row(2, 8)], ONLY_SEVEN).rows] == ["7"]
    assert typed([row(1, 7), row(2, 8), row(3, 9)], both).left_out == {"7": SUPPRESSED, "8": NO_CONSENT}


@pytest.mark.parametrize(
    "odd", [row(1, at=None), row(1, at="9999-12-31 00:00:00"), row(1, action=None), row(1, price="dear"), row(None)]
)
@pytest.mark.parametrize("people", [SEVEN, People(consented=Listed(frozenset({"8"})))])
def test_what_would_be_dead_or_too_recent_is_filtered_instead(odd, people):
    result = typed([odd, row(2, 8)], people)
    assert (len(result.rows), len(result.filtered), result.dead) == (1, 1, [])


def test_keys_are_compared_as_cleaned_keys():
    people = People(Listed(frozenset({"7", "ab"})))
    padded = [(1, "ab  ", None, AT, "add", None, None), (2, "aB", None, AT, "add", None, None)]
    assert [one.user_id for one in typed(padded, people).rows] == ["aB"]
    assert typed([row(1, 7)], people).rows == []


def test_a_visitor_is_left_out_by_the_anonymous_id_alone():
    rows = [row(1, None, visitor="v7"), row(2, None, visitor="7")]
    assert [one.anonymous_id for one in typed(rows, SEVEN, axis=Axis.VISITORS).rows] == ["7"]
    assert typed(rows, ONLY_SEVEN, axis=Axis.VISITORS).rows == []


def test_rows_of_nobody_stay_dead_letters():
    result = typed([row(1, None)], ONLY_SEVEN, axis=Axis.NOBODY)
    assert [letter.reason for letter in result.dead] == ["No-Identity"]


def test_a_row_that_shares_its_id_with_one_that_is_left_out_is_dead_as_it_was():
    without = typed([row(1, 7), row(1, 8), row(2, 8)], EVERYBODY)
    result = typed([row(1, 7), row(1, 8), row(2, 8)], SEVEN)
    assert [letter.reason for letter in result.dead] == ["Conflicting-Rows"]
    assert result.rows == without.rows


def test_a_detail_that_does_not_tell_whose_it_is_is_told_by_the_column_beside_it():
    rows = [("o1", "1", "p", 7), ("o1", "2", None, "7  "), ("o2", "1", "p", 8)]
    result = typed(rows, SEVEN, LINES)
    assert [one.order_id for one in result.rows] == ["o2"]
    assert ([one.row_id for one in result.filtered], result.dead) == (["o1/1", "o1/2"], [])


@pytest.fixture
def log(source, monkeypatch):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 3)
    rows = [(key, None) for key in range(1, 13)] + [(None, f"v{key}") for key in range(1, 10)]
    return source("CREATE TABLE log (who INTEGER, visit TEXT)", log=rows)


def suppressed(*keys):
    return People(Listed(frozenset(map(str, keys))))


@pytest.mark.parametrize(
    ("people", "edges"),
    [
        (EVERYBODY, [3, 6, 9, 12]),
        (suppressed(99), [3, 6, 9, 12]),
        (suppressed(3, 9), [4, 7, 10]),  # the next key takes its place, and three more are counted from there
        (suppressed(3, 4, 5, 6, 7, 8, 9, 10, 11), [12]),
        (suppressed(*range(3, 13)), []),
        (People(consented=Listed(frozenset({"5", "6"}))), [5]),
    ],
)
def test_nobody_who_is_left_out_bounds_a_page(log, people, edges):
    with log.connect() as connection:
        assert boundaries(connection, LOG, Axis.USERS, people) == edges


def test_nor_does_a_visitor(log):
    with log.connect() as connection:
        assert boundaries(connection, LOG, Axis.VISITORS, People(Listed(visitors=frozenset({"v3"})))) == ["v4", "v7"]


def test_a_canary_is_of_those_who_may_be_sent(log):
    with log.connect() as connection:
        assert first_keys(connection, LOG, Axis.USERS, 3, suppressed(1, 3)) == [2, 4, 5]
        assert first_keys(connection, LOG, Axis.USERS, 30, ONLY_SEVEN) == [7]


def test_a_row_is_not_looked_for_by_who_is_left_out(source):
    rows = [(number, number * 10, None, AT) for number in range(1, 6)]
    engine = source("CREATE TABLE log (n INTEGER, who INTEGER, visit TEXT, at TEXT)", log=rows)
    model = Model("events", "SELECT n AS row_id, who AS user_id, visit AS anonymous_id FROM log")
    with engine.connect() as connection:
        pages = owner_ranges(connection, model, EVENTS, ["3", "5"], suppressed(50, 20))
    assert pages == {"3": [Page(Axis.USERS, 10, 30)]}


@pytest.fixture
def asked(source):
    def of(sql, *rows):
        return listed_by(source("CREATE TABLE people (a, b)", people=rows), "models", Model("suppressed", sql))

    return of


def test_a_model_yields_users_and_visitors_as_cleaned_keys(asked):
    found = asked("SELECT a AS USER_ID, b AS anonymous_id FROM people", (7, "v "), ("x  ", None), (None, "w"))
    assert (found.users, found.visitors) == ({"7", "x"}, {"v", "w"})


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT a FROM people", "suppressed.sql: yields a; it must be a SELECT of user_id"),
        ("SELECT b AS anonymous_id FROM people", "yields anonymous_id"),
        ("SELECT a AS user_id, b FROM people", "yields user_id, b"),
        ("SELECT a AS user_id, b AS user_id FROM people", "yields user_id, user_id"),
        ("SELECT absent AS user_id FROM people", "suppressed.sql: cannot be read: no such column"),
        ("SELECT b AS user_id FROM people", "2 keys cannot be read"),
    ],
)
def test_a_model_by_which_somebody_might_be_missed_is_refused(asked, sql, words):
    with pytest.raises(ContractBroken) as refused:
        asked(sql, (1, 1.5), (2, " "))
    assert words in str(refused.value)


def test_lists_add_up_and_are_never_shown():
    two = [Listed(frozenset({"secret-1"})), Listed(frozenset({"secret-2"}), frozenset({"secret-v"}))]
    people = People(together(two))
    assert len(people.suppressed) == 3
    assert "secret" not in repr(people) + repr(replace(people, consented=two[0])) + repr(two)
