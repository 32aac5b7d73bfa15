"""Boundaries are keys of the database, every n-th in its own order."""

import pytest

from extractors.boundaries import PAGE_KEYS, boundaries, cut_model
from extractors.locate import owner_ranges
from extractors.models import Model
from extractors.pages import Axis, Page

LOG = Model("cart_events", "SELECT who AS user_id, visit AS anonymous_id FROM log")


def edges(engine, axis, model=LOG):
    with engine.connect() as connection:
        return boundaries(connection, model, axis)


@pytest.fixture
def every_third(monkeypatch):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 3)


@pytest.mark.usefixtures("every_third")
def test_every_nth_distinct_key_is_one_whatever_the_gaps_and_the_copies(source):
    keys = [2**53 + 3, 5, 1, 1, 1, 70, 6, 2**53 + 1, 2**53 + 2, None]
    engine = source("CREATE TABLE log (who INTEGER, visit TEXT)", log=[(key, None) for key in keys])
    assert edges(engine, Axis.USERS) == [6, 2**53 + 2]


@pytest.mark.usefixtures("every_third")
def test_strings_are_in_the_order_of_the_database(source):
    keys = ["b", "B", "a", "A", "aa", "Ä"]
    engine = source("CREATE TABLE log (who TEXT, visit TEXT)", log=[(key, None) for key in keys])
    assert edges(engine, Axis.USERS) == ["a", "Ä"]  # A B a aa b Ä


@pytest.mark.usefixtures("every_third")
def test_visitors_are_those_without_a_user(source):
    rows = [(None, "s1"), (7, "s2"), (None, "s3"), (None, "s3"), (None, None), (None, "s5"), (8, None)]
    engine = source("CREATE TABLE log (who INTEGER, visit TEXT)", log=rows)
    assert edges(engine, Axis.VISITORS) == ["s5"]


@pytest.mark.usefixtures("every_third")
def test_a_model_that_gives_no_anonymous_id_has_users_all_the_same(source):
    engine = source("CREATE TABLE log (who INTEGER)", log=[(1,), (2,), (3,)])
    assert edges(engine, Axis.USERS, Model("accounts", "SELECT who AS user_id FROM log")) == [3]


GARBLED = "CREATE TABLE log (who TEXT, visit TEXT, n INTEGER); INSERT INTO log VALUES (CAST(X'{}' AS TEXT), 'v', 9);"


@pytest.mark.parametrize("bad", ["62FF", "6200"])
def test_a_key_that_is_no_bound_is_none(source, monkeypatch, bad):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 1)
    engine = source(GARBLED.format(bad), log=[("a", None, 1), ("b", None, 2), ("c", None, 3)])
    assert edges(engine, Axis.USERS) == ["a", "b", "c"]


@pytest.mark.parametrize("bad", ["62FF", "6200"])
def test_rows_are_found_whatever_the_keys_beside_them_are(source, contracts, bad):
    engine = source(GARBLED.format(bad), log=[("a", None, 1), ("b", None, 2), ("c", None, 3)])
    model = Model("sign_ins", "SELECT n AS row_id, who AS user_id FROM log")
    with engine.connect() as connection:
        found = owner_ranges(connection, model, contracts["sign_ins"], ["1", "3", "9", "12"])
    assert found == {"1": [Page(Axis.USERS, None, "a")], "3": [Page(Axis.USERS, "b", "c")]}


def test_few_keys_have_no_boundary(source):
    engine = source("CREATE TABLE log (who INTEGER, visit TEXT)", log=[(key, None) for key in range(PAGE_KEYS - 1)])
    assert edges(engine, Axis.USERS) == edges(engine, Axis.VISITORS) == []


def test_pages_are_cut_by_the_first_model_that_is_there():
    models = {name: Model(name, "SELECT 1") for name in ("sign_ins", "orders")}
    assert cut_model(models, ["accounts", "orders", "sign_ins"]) == models["orders"]
    assert cut_model(models, ["accounts"]) is None
