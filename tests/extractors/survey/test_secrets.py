"""Whatever stands in the rows, nothing of it stands in a survey."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MARK = "Q7secretQ7"
MODEL = "SELECT id AS row_id, who AS user_id, at AS occurred_at, mail AS email, ip FROM visits"
ODD = st.sampled_from([
    None, "", " ", MARK, f" {MARK} ", f"{MARK}\n", f"'{MARK}", f'"{MARK}"', f": {MARK}", f"[red]{MARK}",
    "2021-03-14 02:30:00", f"2020-01-01 {MARK}", MARK.encode(), 7, 7.5, 2**60, "1900-01-01 00:00:00",
])  # fmt: skip
ROWS = st.lists(st.tuples(ODD, ODD, ODD, ODD, ODD), max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_no_value_of_a_row_is_in_a_survey(source, look, rows):
    engine = source("CREATE TABLE visits (id, who, at, mail, ip)", **({"visits": rows} if rows else {}))
    assert MARK not in repr(look(engine, sign_ins=MODEL))


@pytest.mark.parametrize("cast", ["CAST(mail AS INTEGER)", "CAST(mail AS TIMESTAMP)", "CAST(mail AS UUID)"])
def test_what_postgres_quotes_of_a_value_is_left_out(written, look, cast):
    script = "CREATE TABLE visits (id INTEGER, who INTEGER, at moment, mail VARCHAR(99), ip VARCHAR(9))"
    engine = written("postgresql", script, visits=[(1, 1, "2020-05-01 10:00:00", MARK, None)])
    survey = look(engine, sign_ins=MODEL.replace("mail AS email", f"{cast} AS email"))
    assert survey.findings
    assert MARK not in repr(survey)


def test_a_text_that_is_no_utf8_is_read(source, look):
    engine = source("CREATE TABLE visits (id, who, at, mail, ip); INSERT INTO visits VALUES"
                    " (1, 1, '2020-05-01 10:00:00', CAST(x'4a6f73e9' AS TEXT), NULL);")  # fmt: skip
    survey = look(engine, sign_ins=MODEL)
    assert survey.looked[0].rows == 1
    assert "Jos" not in repr(survey)
