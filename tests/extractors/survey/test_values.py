"""What a run would set aside is found in the sample, with its share, its cure, and the run's own verdict."""

import re
from pathlib import Path

import pytest

import extractors
from extractors.pages import Axis, Page
from extractors.survey.cures import CURES, cure_of
from extractors.survey.findings import Level

AT = "2020-05-01 10:00:00"
VISITS = "CREATE TABLE visits (id INTEGER, who INTEGER, at moment, mail VARCHAR(100))"
MODEL = "SELECT id AS row_id, who AS user_id, at AS occurred_at, mail AS email FROM visits"
DIALECTS = ["sqlite", "postgresql", "mariadb"]
GOOD = [(number, number, AT, "a@example.org") for number in range(1, 41)]


def counts(survey):
    return {
        (finding.column, finding.what.partition(":")[0]): (finding.rows, finding.of, str(finding.level))
        for finding in survey.findings
    }


@pytest.mark.parametrize("dialect", DIALECTS)
def test_clean_rows_have_no_finding(written, look, dialect):
    survey = look(written(dialect, VISITS, visits=GOOD), sign_ins=MODEL)

    assert survey.findings == ()
    assert survey.looked == (("sign_ins", 40, True, 0),)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nulls_sentinels_and_the_future_are_counted(written, look, dialect):
    odd = [
        (None, 50, AT, None),
        (51, None, AT, None),
        (52, 52, None, None),
        (53, 53, "9999-12-31 00:00:00", None),
        (54, 54, "1970-01-01 00:00:00", None),
        (55, 55, "2030-01-01 00:00:00", None),
    ]
    survey = look(written(dialect, VISITS, visits=GOOD + odd), sign_ins=MODEL)

    assert counts(survey) == {
        ("row_id", "Missing-Key"): (1, 46, "warning"),
        ("user_id", "No-Identity"): (1, 46, "warning"),
        ("occurred_at", "Missing-Time"): (1, 46, "warning"),
        ("occurred_at", "Sentinel-Time"): (2, 46, "warning"),
        ("occurred_at", "Future-Time"): (1, 46, "warning"),
    }
    assert survey.looked[0].dead == 6


def test_unreadable_values_are_told_by_reason(written, look):
    odd = [(1.5, 50, AT, "m"), (51, " ", AT, "m"), (52, 52, "soon", "m"), (53, 53, "today", b"\x00")]
    survey = look(written("sqlite", VISITS, visits=GOOD + odd), sign_ins=MODEL)

    found = counts(survey)
    assert found["row_id", "Mistyped-Key"] == (1, 44, "warning")
    assert found["user_id", "Blank-Key"] == (1, 44, "warning")
    assert found["occurred_at", "Unparseable-Time"] == (2, 44, "warning")
    assert found["email", "Mistyped-Text"] == (1, 44, "warning")
    assert survey.looked[0].dead == 4


def test_half_of_a_stream_is_a_fault_and_a_few_rows_are_none(written, look):
    engine = written("sqlite", VISITS, visits=[*GOOD[:20], *[(n, n, None, None) for n in range(100, 120)]])
    assert counts(look(engine, sign_ins=MODEL)) == {("occurred_at", "Missing-Time"): (20, 40, "fault")}
    few = f"{MODEL} WHERE id > 110"
    assert counts(look(engine, sign_ins=few)) == {("occurred_at", "Missing-Time"): (9, 9, "warning")}


def test_the_sample_is_bounded_and_says_so(written, look):
    survey = look(written("sqlite", VISITS, visits=GOOD), rows=30, sign_ins=MODEL)
    assert survey.looked == (("sign_ins", 30, False, 0),)


def test_rows_of_visitors_are_somebodys(written, look):
    carts = "CREATE TABLE carts (id INTEGER, who INTEGER, session VARCHAR(9), at moment)"
    model = (
        "SELECT id AS row_id, who AS user_id, session AS anonymous_id, at AS occurred_at, 'add' AS action,"
        " id AS cart_id, id AS product_id FROM carts"
    )
    rows = [(1, 1, None, AT), (2, None, "s", AT), (3, None, None, AT), (4, None, " ", AT), (5, 5, " ", AT)]
    survey = look(written("sqlite", carts, carts=rows), cart_events=model)

    assert counts(survey) == {
        ("anonymous_id", "Blank-Key"): (1, 5, "warning"),
        ("user_id and anonymous_id", "No-Identity"): (1, 5, "warning"),
    }


def test_a_time_of_change_that_is_missing_is_told(written, look):
    model = MODEL.replace("mail AS email", "CASE WHEN id > 2 THEN at END AS changed_at")
    survey = look(written("sqlite", VISITS, visits=GOOD), sign_ins=model)
    (finding,) = survey.findings
    assert (finding.level, finding.column, finding.rows) == (Level.WARNING, "changed_at", 2)
    assert "nightly" in finding.what


def test_a_model_that_cannot_stand_in_brackets_is_a_fault(written, look):
    survey = look(written("sqlite", VISITS, visits=GOOD), sign_ins=f"{MODEL} WHERE absent = 1", accounts=MODEL)
    (finding,) = survey.of_level(Level.FAULT)
    assert (finding.model, finding.column) == ("sign_ins", "")
    assert "no such column: absent" in finding.what


def test_a_run_sets_aside_as_many(sample, sample_models, contracts, look, read):
    survey = look(sample, **{name: model.sql for name, model in sample_models.items()})
    dead = {one.model: one.dead for one in survey.looked}
    for name in ("sign_ins", "orders", "cart_events", "accounts"):
        axes = list(Axis) if contracts[name].anonymous else [Axis.USERS, Axis.NOBODY]
        pages = [read(sample, contracts[name], sample_models[name].sql, Page(axis, None, None)) for axis in axes]
        letters = [letter for rows in pages for letter in rows.dead if letter.reason != "Conflicting-Rows"]
        assert dead[name] == len(letters)


def test_every_reason_has_its_cure():
    folder = Path(extractors.__file__).parent
    words = "".join((folder / name).read_text() for name in ("convert.py", "instants.py", "rows.py"))
    reasons = set(re.findall(r'"([A-Z][A-Za-z]+(?:-[A-Z][A-Za-z]*)+)"', words)) - {"Conflicting-Rows"}
    assert len(reasons) > 15
    assert reasons <= set(CURES)
    assert cure_of("New-Reason")[0] == "New-Reason"
