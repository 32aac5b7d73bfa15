"""Which index would help, as the plans of three databases tell."""

from datetime import datetime, timedelta

import pytest

from extractors.survey.plans import scans_of_mysql, scans_of_postgres

DIALECTS = ["sqlite", "postgresql", "mariadb"]
KINDS = {"number": "INTEGER", "text": "VARCHAR(20)"}
MODEL = "SELECT v.id AS row_id, v.who AS user_id, v.at AS occurred_at, v.seen AS changed_at FROM visits v"
MANY = 10_000
BEGIN = datetime(2015, 1, 1)  # noqa: DTZ001  # naive, as a database keeps it


def table(kind, *indexes):
    script = f"CREATE TABLE visits (id INTEGER PRIMARY KEY, who {KINDS[kind]}, at moment, seen moment)"
    return ";".join([script, *(f"CREATE INDEX visits_{column} ON visits ({column})" for column in indexes)])


def rows(kind, count=MANY):
    found = []
    for number in range(count):
        at = f"{BEGIN + timedelta(hours=6 * number):%Y-%m-%d %H:30:00}"
        found.append((number, number // 4 if kind == "number" else f"u{number // 4}", at, at))
    return found


def whats(survey):
    return [(finding.column, finding.what, finding.cure) for finding in survey.findings if "whole" in finding.what]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_large_table_that_is_scanned_is_told_with_its_index(written, look, dialect, kind):
    assert whats(look(written(dialect, table(kind), visits=rows(kind)), sign_ins=MODEL)) == [
        ("user_id", "each page reads visits whole (10,000 rows or more)", "CREATE INDEX visits_who ON visits (who)"),
        (
            "changed_at",
            "each nightly run reads visits whole (10,000 rows or more)",
            "CREATE INDEX visits_seen ON visits (seen)",
        ),
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_with_these_indexes_there_is_nothing_to_say(written, look, dialect, kind):
    engine = written(dialect, table(kind, "who", "seen"), visits=rows(kind))
    assert whats(look(engine, sign_ins=MODEL)) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_small_table_is_scanned_in_no_time(written, look, dialect):
    assert whats(look(written(dialect, table("number"), visits=rows("number", 500)), sign_ins=MODEL)) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_expression_over_the_key_hides_its_index(written, look, dialect):
    engine = written(dialect, table("number", "who", "seen"), visits=rows("number"))
    (found,) = whats(look(engine, sign_ins=MODEL.replace("v.who AS", "v.who + 0 AS")))
    assert found[2] == "an index on the column behind user_id of table visits, which the model must yield bare"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_table_that_is_joined_without_an_index_is_named(written, look, dialect):
    script = table("number", "who", "seen") + ";CREATE TABLE agents (visit INTEGER, agent VARCHAR(9), k INTEGER)"
    model = MODEL.replace(" FROM", ", a.agent AS user_agent FROM") + " JOIN agents a ON a.visit + 0 = v.id"
    engine = written(dialect, script, visits=rows("number"), agents=[(n, "x", n) for n in range(MANY)])
    (first, *_) = whats(look(engine, sign_ins=model))
    assert first[2] == "an index on the columns by which agents is joined"


def test_a_range_that_the_database_refuses_is_told(written, look):
    script = "CREATE TABLE visits (id INTEGER, who INTEGER, at VARCHAR(30))"
    engine = written("postgresql", script, visits=[(1, 1, "2020-01-01 10:00:00")])
    (finding,) = look(engine, sign_ins="SELECT id AS row_id, who AS user_id, at AS occurred_at FROM visits").findings
    assert "each nightly run puts a range on occurred_at, which the database refuses" in finding.what


def test_mysqls_plan_names_what_it_scans():
    nested = [
        {"table": {"table_name": "v", "access_type": "ALL", "rows_examined_per_scan": 9}},
        {"table": {"table_name": "p", "access_type": "eq_ref", "key": "PRIMARY"}},
        {"table": {"table_name": "i", "access_type": "index", "key": "k"}},
        {"table": {"table_name": "<derived2>", "access_type": "ALL"}},
    ]
    assert list(scans_of_mysql({"query_block": {"nested_loop": nested}})) == ["v", "i"]


def test_postgres_plan_names_what_it_scans():
    parts = [
        {"Node Type": "Seq Scan", "Relation Name": "a"},
        {"Node Type": "Index Scan", "Relation Name": "b", "Index Cond": "(x)"},
        {"Node Type": "Index Only Scan", "Relation Name": "c"},
        {"Node Type": "Bitmap Heap Scan", "Relation Name": "d"},
    ]
    assert list(scans_of_postgres([{"Plan": {"Node Type": "Hash Join", "Plans": parts}}])) == ["a", "c"]
