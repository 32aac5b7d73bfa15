"""`backfill check` on a database never seen before: every finding at once, faults apart from warnings, no value."""

import re
import sqlite3
from contextlib import closing

import pytest

SCRIPT = "CREATE TABLE visits (id INTEGER, who INTEGER, at DATETIME, mail TEXT)"
MODEL = "SELECT id AS row_id, who AS user_id, at AS occurred_at, mail AS email FROM visits"
AT = "2020-05-01 10:00:00"
GOOD = [(number, number, AT, f"ada{number}@example.org") for number in range(1, 41)]


@pytest.fixture
def check(database, environment, forked, tmp_path):
    """Give what checks models, by name and SQL, over rows of the table of visits."""

    def ran(rows, *arguments, columns="1000", **models):
        folder = tmp_path / "own"
        folder.mkdir()
        for name, sql in models.items():
            (folder / f"{name}.sql").write_text(sql)
        url = database(SCRIPT, **({"visits": rows} if rows else {}))
        changes = {"BACKFILL_SOURCE_URL": url, "BACKFILL_MODELS": str(folder), "COLUMNS": columns}
        return forked("check", *arguments, folder=tmp_path, environment=environment | changes)

    return ran


def test_a_clean_database_has_nothing_to_be_said_of(check):
    ran = check(GOOD, sign_ins=MODEL)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.search(r"sign_ins.sql +│ 40 +│ all +│ 0 \(0%\)", ran.stdout)
    assert re.search(r"orders +│ orders absent, order_lines absent", ran.stdout)
    assert not {"Faults", "Warnings"} & set(re.findall(r"\w+", ran.stdout))
    assert ran.stdout.splitlines()[-1] == "Everything holds. Nothing was sent."


def test_a_few_odd_rows_are_warnings_and_it_ends_with_0(check):
    ran = check([*GOOD, (41, None, AT, "m"), (42, 42, "9999-12-31 00:00:00", "m")], sign_ins=MODEL)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.search(r"user_id +│ 1 of 42 +│ → join the table", ran.stdout)
    assert "Sentinel-Time: times before 1971" in ran.stdout
    assert "Faults" not in ran.stdout
    assert ran.stdout.splitlines()[-2:] == ["2 warnings, see above.", "Everything holds. Nothing was sent."]


def test_every_fault_of_every_model_is_said_at_once(check):
    ran = check(
        [(1, number, None, "m") for number in range(40)],
        sign_ins=MODEL,
        sign_ups=MODEL.replace("mail AS email", "mail AS letter"),
        profile_updates="SELECT id AS row_id, who AS user_id FROM visits",
    )

    assert ran.returncode == 2
    found = ran.stdout[ran.stdout.index("Faults") :]
    assert found.count("Missing-Time") == 2
    assert found.count("ids that rows of different users share (1)") == 3
    assert "sign_ups.sql: column letter is unknown" in found
    assert "profile_updates.sql: column occurred_at is missing" in found
    assert "see above" in ran.stdout
    assert "Everything holds" not in ran.stdout


def test_the_number_of_rows_is_asked_for(check):
    ran = check(GOOD, "--rows", 10, sign_ins=MODEL)
    assert re.search(r"sign_ins.sql +│ 10 +│ its first", ran.stdout)


@pytest.mark.parametrize("columns", ["80", "40", "1000"])
def test_a_log_of_any_width_can_be_read_and_holds_no_value(check, columns):
    secret = "Q7secretQ7"  # noqa: S105  # a mark to look for
    rows = [*GOOD, ("Q7secretQ7", 41, AT, secret), (42, f" {secret} ", AT, "m"), (43, 43, f"{secret} 2020", secret)]
    ran = check(rows, columns=columns, sign_ins=MODEL)

    said = ran.stdout + ran.stderr
    assert ran.returncode == 2
    assert all(len(line) <= int(columns) for line in ran.stdout.splitlines() if line.startswith("│"))
    assert secret not in said
    assert "@" not in said
    assert "Traceback" not in said


def test_the_database_is_left_as_it_was(check, tmp_path):
    check(GOOD, sign_ins=MODEL)
    with closing(sqlite3.connect(tmp_path / "platform.db")) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_explain_prints_the_sql_and_the_plan(check):
    ran = check(GOOD, "--explain", "sign_ins", sign_ins=MODEL)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "WHERE m.user_id > :low AND m.user_id <= :high" in ran.stdout
    assert "SCAN visits" in ran.stdout
    assert "Streams" not in ran.stdout


@pytest.mark.parametrize(
    ("name", "sql", "words"),
    [
        ("orders", MODEL, "--explain orders: there is no orders.sql; models are sign_ins"),
        ("sign_ins", MODEL.replace("visits", "absent"), "sign_ins.sql: cannot be read: no such table: absent"),
        ("sign_ins", MODEL.replace("who AS user_id, ", ""), "sign_ins.sql: must have the columns user_id, occurred_at"),
    ],
)
def test_explain_says_what_it_cannot(check, name, sql, words):
    ran = check(GOOD, "--explain", name, sign_ins=sql)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert words in ran.stderr


def test_explain_in_postgres_has_the_plan_of_its_own(postgres_url, environment, forked, tmp_path):
    changes = {"BACKFILL_SOURCE_URL": postgres_url, "BACKFILL_MODELS": str(tmp_path / "own")}
    (tmp_path / "own").mkdir()
    sql = "SELECT 7 AS row_id, relname AS user_id, now() AS occurred_at FROM pg_class"
    (tmp_path / "own" / "sign_ins.sql").write_text(sql)
    ran = forked("check", "--explain", "sign_ins", folder=tmp_path, environment=environment | changes)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "m.user_id > :low" in ran.stdout
    assert "pg_class" in ran.stdout[ran.stdout.index("Plan") :]
