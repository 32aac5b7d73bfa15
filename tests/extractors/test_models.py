"""The folder of models: what is read from it, and every fault of every file at once."""

import pytest

from extractors.errors import ContractBroken
from extractors.models import Model, load_models

KNOWN = {"orders", "order_lines", "sign_ins"}


@pytest.fixture
def folder(tmp_path):
    """Give what writes model files into a folder."""

    def written(**files):
        for name, sql in files.items():
            path = tmp_path / f"{name}.sql"
            path.write_bytes(sql) if isinstance(sql, bytes) else path.write_text(sql, "utf-8")
        return tmp_path

    return written


def faults_of(folder):
    with pytest.raises(ContractBroken) as raised:
        load_models(folder, KNOWN)
    assert str(folder) in str(raised.value)
    assert "BACKFILL_MODELS" in str(raised.value)
    return raised.value.faults


def sql_of(folder):
    return load_models(folder, KNOWN)["orders"].sql


def test_each_file_is_the_model_of_its_stream(folder):
    models = load_models(
        folder(orders="SELECT 1 AS row_id\n;\n", sign_ins=" with x as (select 1) select * from x"), KNOWN
    )

    expected = {
        "orders": Model("orders", "SELECT 1 AS row_id"),
        "sign_ins": Model("sign_ins", "with x as (select 1) select * from x"),
    }
    assert expected == models


def test_other_files_are_no_models(folder):
    path = folder(orders="SELECT 1")
    (path / "README.md").write_text("DROP TABLE orders; no model")

    assert set(load_models(path, KNOWN)) == {"orders"}


def test_the_digest_is_of_the_sql_alone():
    assert (
        Model("orders", "SELECT 1").digest == Model("sign_ins", "SELECT 1").digest != Model("orders", "SELECT 2").digest
    )


def test_a_folder_that_is_not_there_is_named_with_the_cure(tmp_path):
    assert faults_of(tmp_path / "absent") == ("is no folder; name one with a .sql file for each stream",)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "models").write_text("SELECT 1")
    assert "is no folder" in faults_of(tmp_path / "models")[0]


def test_an_empty_folder_is_refused(tmp_path):
    assert faults_of(tmp_path) == ("there is no .sql file in it",)


def test_a_model_without_a_stream_names_itself_and_the_streams_there_are(folder):
    (fault,) = faults_of(folder(orders="SELECT 1", order_refunds="SELECT 1"))

    assert fault.startswith("order_refunds.sql: there is no stream of that name")
    assert all(name in fault for name in KNOWN)


@pytest.mark.parametrize(
    "sql",
    ["SELECT 1; SELECT 2", "SELECT 1; DROP TABLE orders;", "SELECT ';' ; SELECT 2", "SELECT 'a--b' AS x; DROP TABLE y"],
)
def test_two_statements_are_refused(folder, sql):
    (fault,) = faults_of(folder(orders=sql))
    assert fault == "orders.sql: holds more than one statement; leave one SELECT"


@pytest.mark.parametrize(
    "sql", ["DELETE FROM orders", "UPDATE x SET a = 1", "selection", "", "-- SELECT 1", "/* SELECT */"]
)
def test_what_is_no_select_is_refused(folder, sql):
    assert faults_of(folder(orders=sql)) == ("orders.sql: must be one SELECT",)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT ';' AS row_id",
        "SELECT 'it''s; so' AS row_id",
        "SELECT 1 AS row_id -- this; or that",
        "/* this; or that;\n*/ SELECT 1 AS row_id",
        "-- it's; a comment\nSELECT 1 AS row_id",
        "SELECT ';--' AS row_id\nFROM orders",
        "SELECT '/*' AS row_id, ';' AS action, '*/' AS coupon",
        'SELECT row_id AS "a;b" FROM orders',
        "SELECT 1 AS row_id; -- the end",
    ],
)
def test_a_semicolon_in_a_text_a_name_or_a_comment_is_fine(folder, sql):
    assert "row_id" in sql_of(folder(orders=sql))


def test_every_fault_of_every_file_is_said_at_once(folder):
    faults = faults_of(
        folder(orders="DROP TABLE x; DROP TABLE y", strange="SELECT 1", order_lines="SELECT 1; SELECT 2")
    )

    places = [fault.split(":")[0] for fault in faults]
    assert places == ["order_lines.sql", "orders.sql", "orders.sql", "strange.sql"]


def test_a_file_that_is_not_utf8_is_a_fault_among_the_others(folder):
    faults = faults_of(folder(orders=b"SELECT '\xff'", order_lines="no"))
    assert [fault.split(":")[0] for fault in faults] == ["order_lines.sql", "orders.sql"]


def test_a_folder_named_as_a_model_is_a_fault_among_the_others(folder):
    path = folder(order_lines="no")
    (path / "orders.sql").mkdir()
    assert [fault.split(":")[0] for fault in faults_of(path)] == ["order_lines.sql", "orders.sql"]


def test_a_mark_at_the_beginning_of_the_file_is_no_part_of_the_sql(folder):
    assert sql_of(folder(orders=b"\xef\xbb\xbfSELECT 1")) == "SELECT 1"
