"""Keys of mixed types, padded keys, and keys that the database compares in different ways."""

import pytest

from extractors.survey.findings import Level

AT = "2020-05-01 10:00:00"
MODEL = "SELECT id AS row_id, who AS user_id, at AS occurred_at FROM visits"
ACCOUNTS = "SELECT id AS row_id, id AS user_id, at AS changed_at FROM people"
LOOSE = "CREATE TABLE visits (id, who, at)"


def tables(dialect, one, other):
    text = f"VARCHAR(20) {'CHARACTER SET utf8mb4' if dialect == 'mariadb' else ''} COLLATE"
    visits = f"CREATE TABLE visits (id INTEGER, who {text} {one}, at moment)"
    return f"{visits};CREATE TABLE people (id {text} {other}, at moment)"


def test_user_keys_of_two_types_are_a_fault_of_the_model(written, look):
    engine = written("sqlite", LOOSE, visits=[(1, 1, AT), (2, "1", AT), (3, 2, AT)])
    (finding,) = look(engine, sign_ins=MODEL).findings
    assert (finding.level, finding.column) == (Level.FAULT, "user_id")
    assert "number, text" in finding.what


def test_row_ids_of_two_types_are_a_warning(written, look):
    engine = written("sqlite", LOOSE, visits=[(1, 1, AT), ("b", 2, AT)])
    (finding,) = look(engine, sign_ins=MODEL).findings
    assert (finding.level, finding.column) == (Level.WARNING, "row_id")


def test_models_of_different_keys_are_a_fault(written, look):
    engine = written("sqlite", f"{LOOSE};CREATE TABLE people (id, at)", visits=[(1, 1, AT)], people=[("1", AT)])
    (finding,) = look(engine, sign_ins=MODEL, accounts=ACCOUNTS).findings
    assert (finding.level, finding.model) == (Level.FAULT, "")
    assert finding.what == "user keys of different types: number in sign_ins; text in accounts"


def test_keys_with_blanks_before_them_are_counted_and_those_of_a_fixed_width_are_not(written, look):
    engine = written("postgresql", "CREATE TABLE visits (id INTEGER, who CHAR(6), at moment)", visits=[
        (1, " ab", AT), (2, "abcdef", AT), (3, "c", AT), (4, "ab\t", AT)])  # fmt: skip
    (finding,) = look(engine, sign_ins=MODEL).findings
    assert (finding.level, finding.column, finding.rows, finding.of) == (Level.WARNING, "user_id", 2, 4)


@pytest.mark.parametrize(
    ("dialect", "one", "other", "level"),
    [
        ("postgresql", '"C"', '"C"', None),
        ("postgresql", '"C"', '"POSIX"', Level.FAULT),
        ("postgresql", '"C"', '"default"', Level.WARNING),
        ("mariadb", "utf8mb4_bin", "utf8mb4_bin", None),
        ("mariadb", "utf8mb4_bin", "utf8mb4_general_ci", Level.FAULT),
    ],
)
def test_collations_that_differ_are_told(written, look, dialect, one, other, level):
    engine = written(dialect, tables(dialect, one, other), visits=[(1, "a", AT)], people=[("a", AT)])
    findings = look(engine, sign_ins=MODEL, accounts=ACCOUNTS).findings
    assert [finding.level for finding in findings] == ([level] if level else [])
    assert all("collations" in finding.what for finding in findings)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mariadb"])
def test_keys_that_are_numbers_have_no_collation(written, look, dialect):
    script = "CREATE TABLE visits (id INTEGER, who INTEGER, at moment)"
    assert look(written(dialect, script, visits=[(1, 1, AT)]), sign_ins=MODEL).findings == ()
