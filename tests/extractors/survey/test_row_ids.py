"""Ids that stand more than once, and those that different owners share."""

import pytest

from extractors.survey.findings import Level

AT = "2020-05-01 10:00:00"
TABLES = "CREATE TABLE visits (id VARCHAR(9), who VARCHAR(9), at moment)"
MODEL = "SELECT id AS row_id, who AS user_id, at AS occurred_at FROM visits"
CARTS = "CREATE TABLE carts (id INTEGER, who INTEGER, session VARCHAR(9), at moment)"
CART_MODEL = (
    "SELECT id AS row_id, who AS user_id, session AS anonymous_id, at AS occurred_at, 'add' AS action,"
    " id AS cart_id, id AS product_id FROM carts"
)
DIALECTS = ["sqlite", "postgresql", "mariadb"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_ids_that_differ_by_case_alone_are_two(written, look, dialect):
    engine = written(dialect, TABLES, visits=[("aB", "u1", AT), ("Ab", "u2", AT), ("c", "u3", AT)])
    assert look(engine, sign_ins=MODEL).findings == ()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_id_twice_in_one_users_rows_is_a_warning(written, look, dialect):
    engine = written(dialect, TABLES, visits=[("a", "u1", AT), ("a", "u1", AT), ("b", "u1", AT), (None, "u1", AT)])
    (finding,) = [one for one in look(engine, sign_ins=MODEL).findings if "once (" in one.what]

    assert (finding.level, finding.rows, finding.of) == (Level.WARNING, 2, 4)
    assert finding.what.startswith("ids that stand more than once (1)")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_id_that_users_share_is_a_fault(written, look, dialect):
    rows = [("a", "u1", AT), ("a", "u2", AT), ("b", "u1", AT), ("b", None, AT), ("c", "u1", AT)]
    (finding,) = look(written(dialect, TABLES, visits=rows), sign_ins=MODEL).of_level(Level.FAULT)
    assert finding.what.startswith("ids that rows of different users share (2)")


@pytest.mark.parametrize(
    ("rows", "shared"),
    [
        ([(1, None, "s", AT), (1, None, "t", AT)], 1),
        ([(1, None, "s", AT), (1, None, "s", AT)], 0),
        ([(1, 7, "s", AT), (1, 7, "t", AT)], 0),
    ],
)
def test_visitors_are_owners_too(written, look, rows, shared):
    survey = look(written("sqlite", CARTS, carts=rows), cart_events=CART_MODEL)
    assert len(survey.of_level(Level.FAULT)) == shared


def test_half_of_the_rows_repeated_is_a_fault(written, look):
    rows = [(str(n // 2), "u1", AT) for n in range(40)]
    (finding,) = look(written("sqlite", TABLES, visits=rows), sign_ins=MODEL).findings
    assert (finding.level, finding.rows, finding.of) == (Level.FAULT, 40, 40)


def test_a_log_without_a_key_has_no_ids(written, look):
    engine = written("sqlite", TABLES, visits=[("a", "u1", AT), ("a", "u2", AT)])
    assert look(engine, sign_ins=MODEL.replace("id AS row_id, ", "")).findings == ()
