"""The contract is the row type; a real database is held against it, every fault of every model in one report."""

import pickle
from decimal import Decimal
from typing import NamedTuple

import pytest

from extractors.check import check_models
from extractors.contract import Column, stream_contract
from extractors.errors import ContractBroken
from extractors.instants import Zone
from extractors.models import Model, load_models
from mappers.kinds import Day, Instant, Key
from mappers.outcomes import Stream

ZONE = Zone("America/New_York")
TABLES = """
CREATE TABLE people (id INTEGER, mail TEXT, at TEXT, born TEXT);
CREATE TABLE visits (id INTEGER, who INTEGER, at TEXT, mail TEXT);
CREATE TABLE lines (sale INTEGER, line INTEGER, who INTEGER, at TEXT, item INTEGER, price NUMERIC);
"""
PEOPLE = "SELECT id AS row_id, id AS user_id, at AS changed_at, mail AS email, born AS birthday FROM people"
VISITS = "SELECT id AS row_id, who AS user_id, at AS occurred_at, mail AS email FROM visits"
LINES = (
    "SELECT sale AS order_id, line AS line_id, who AS user_id, NULL AS anonymous_id, at AS occurred_at,"
    " item AS product_id, price FROM lines"
)
AT = "2020-05-01 10:00:00"


def check(engine, contracts, **sql):
    models = {name: Model(name, text) for name, text in sql.items()}
    return check_models(engine, "the/folder", models, contracts, ZONE)


def faults_of(engine, contracts, **sql):
    with pytest.raises(ContractBroken) as raised:
        check(engine, contracts, **sql)
    return raised.value.faults


@pytest.fixture
def platform(source):
    return source(
        TABLES,
        people=[(1, "ada@example.org", AT, "1980-02-01")],
        visits=[(1, 1, AT, "ada@example.org")],
        lines=[(1, 1, 1, AT, 7, 12.5)],
    )


class Sale(NamedTuple):
    row_id: Key
    user_id: Key | None
    anonymous_id: Key | None
    occurred_at: Instant
    paid: Decimal | None
    count: int
    is_gift: bool = False
    day: Day | None = None


def test_the_row_type_is_the_contract():
    contract = stream_contract(Stream("sales", Sale, (), lambda *_: iter(())))

    assert contract.columns == (
        Column("row_id", Key, nullable=False, optional=False),
        Column("user_id", Key, nullable=True, optional=False),
        Column("anonymous_id", Key, nullable=True, optional=False),
        Column("occurred_at", Instant, nullable=False, optional=False),
        Column("paid", Decimal, nullable=True, optional=False),
        Column("count", int, nullable=False, optional=False),
        Column("is_gift", bool, nullable=True, optional=True),
        Column("day", Day, nullable=True, optional=True),
    )
    assert (contract.scope, contract.moment, contract.window) == (
        ("user_id", "anonymous_id"),
        "occurred_at",
        "occurred_at",
    )
    assert contract.anonymous


def test_a_state_is_dated_by_its_change_and_never_cut_by_a_window(contracts):
    accounts = contracts["accounts"]
    assert (accounts.moment, accounts.window, accounts.scope, accounts.anonymous) == (
        "changed_at",
        None,
        ("user_id",),
        False,
    )


def test_a_detail_has_its_scope_and_window_beside_its_columns(contracts):
    lines = contracts["order_lines"]
    names = [column.name for column in lines.columns]

    assert lines.identity == ("order_id", "line_id")
    assert lines.owner == "order_id"
    assert not {"user_id", "anonymous_id", "occurred_at"} & set(names)
    assert list(lines.expected()) == [*names, "user_id", "anonymous_id", "occurred_at"]


def test_every_sample_model_keeps_to_its_contract(sample, sample_models, contracts):
    present = check_models(sample, "sample", sample_models, contracts, ZONE)

    assert present.keys() == sample_models.keys()
    assert all(present[name] <= contracts[name].expected().keys() for name in present)


def test_what_a_model_yields_is_returned(platform, contracts):
    present = check(platform, contracts, sign_ins=VISITS)
    assert present == {"sign_ins": frozenset({"row_id", "user_id", "occurred_at", "email"})}


def test_every_fault_of_every_model_is_in_one_report(platform, contracts):
    faults = faults_of(
        platform,
        contracts,
        accounts=PEOPLE.replace("id AS user_id, ", "").replace("born AS birthday", "born AS favourite, mail AS email"),
        sign_ins=VISITS.replace("at AS occurred_at", "'yesterday' AS occurred_at, who AS shoe_size"),
        orders="SELECT 1 AS row_id FROM sales",
        order_lines=LINES.replace("at AS occurred_at,", "").replace("price", "'cheap' AS price"),
    )

    said = "\n".join(faults)
    assert faults[0] == "accounts.sql: column user_id is missing"
    assert "accounts.sql: column favourite is unknown; the contract has row_id, user_id" in said
    assert "accounts.sql: column email stands twice" in said
    assert "sign_ins.sql: column shoe_size is unknown" in said
    assert "sign_ins.sql: column occurred_at holds str, which is no Instant (Unparseable-Time)" in said
    assert "orders.sql: cannot be read: no such table: sales" in said
    assert "order_lines.sql: column occurred_at is missing" in said
    assert "order_lines.sql: column price holds str, which is no Decimal (Mistyped-Decimal)" in said
    assert len(faults) == 8


def test_the_report_names_the_folder_the_variable_and_survives_pickling(platform, contracts):
    with pytest.raises(ContractBroken) as raised:
        check(platform, contracts, sign_ins="SELECT absent FROM visits")

    assert str(raised.value) == (
        "The models in the/folder do not keep to their contract (BACKFILL_MODELS):\n"
        "  - sign_ins.sql: cannot be read: no such column: absent"
    )
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)  # noqa: S301  # our own


def test_sql_that_does_not_parse_is_a_fault_of_its_model(platform, contracts):
    (fault,) = faults_of(platform, contracts, sign_ins="SELECT FROM WHERE", accounts=PEOPLE)
    assert fault.startswith("sign_ins.sql: cannot be read: near")


def test_a_log_may_lack_its_row_id(platform, contracts):
    assert "row_id" not in check(platform, contracts, sign_ins=VISITS.replace("id AS row_id, ", ""))["sign_ins"]


def test_a_state_may_not_lack_its_row_id(platform, contracts):
    faults = faults_of(platform, contracts, accounts=PEOPLE.replace("id AS row_id, ", ""))
    assert faults == ("accounts.sql: column row_id is missing",)


def test_columns_with_a_default_may_be_left_out(platform, contracts):
    assert check(platform, contracts, sign_ins=VISITS.replace(", mail AS email", ""))


@pytest.mark.parametrize(
    ("value", "column", "words"),
    [
        ("1.5", "user_id", "holds float, which is no Key (Mistyped-Key)"),
        ("2.0", "row_id", "holds float, which is no Key (Mistyped-Key)"),
        ("x'00ff'", "row_id", "holds bytes, which is no Key (Mistyped-Key)"),
        ("'2020-05-01'", "occurred_at", "holds str, which is no Instant (Unparseable-Time)"),
        ("1588327200", "occurred_at", "holds int, which is no Instant (Unparseable-Time)"),
        ("x'00ff'", "email", "holds bytes, which is no str (Mistyped-Text)"),
    ],
)
def test_a_column_of_another_kind_is_refused(platform, contracts, value, column, words):
    columns = {"row_id": "id", "user_id": "who", "occurred_at": "at", "email": "mail"} | {column: value}
    sql = f"SELECT {', '.join(f'{from_} AS {name}' for name, from_ in columns.items())} FROM visits"  # noqa: S608

    assert faults_of(platform, contracts, sign_ins=sql) == (f"sign_ins.sql: column {column} {words}",)


def test_a_few_odd_values_are_for_the_rows_and_no_fault_of_the_model(source, contracts):
    engine = source(TABLES, visits=[(1, 1, AT, None), (2, 1.5, "soon", None), (3, None, None, None)])
    assert check(engine, contracts, sign_ins=VISITS)


def test_an_empty_table_and_one_of_nulls_hold(source, contracts):
    engine = source(TABLES, visits=[(None, None, None, None)])
    assert check(engine, contracts, sign_ins=VISITS, accounts=PEOPLE)


@pytest.mark.parametrize(("column", "value"), [("occurred_at", "1588327200"), ("user_id", "1.5")])
def test_what_a_detail_is_cut_by_is_looked_at_too(platform, contracts, column, value):
    old = {"occurred_at": "at AS occurred_at", "user_id": "who AS user_id"}[column]
    (fault,) = faults_of(platform, contracts, order_lines=LINES.replace(old, f"{value} AS {column}"))
    assert fault.startswith(f"order_lines.sql: column {column} holds")


def test_keys_of_two_types_are_refused(platform, contracts):
    faults = faults_of(platform, contracts, accounts=PEOPLE, sign_ins=VISITS.replace("who AS", "CAST(who AS TEXT) AS"))
    assert "user_id" in faults[0]


def test_the_report_never_holds_what_is_in_a_row(source, contracts):
    engine = source(f"{TABLES} INSERT INTO visits VALUES (1, 1, '{AT}', CAST(x'4a6f73e9' AS TEXT));")  # noqa: S608  # our own text
    try:
        check(engine, contracts, sign_ins=VISITS)
    except ContractBroken as error:
        assert "Jos" not in str(error)  # noqa: PT017  # reading such a row as it is would do as well


@pytest.mark.parametrize(
    "end", ["", "; -- the end", " WHERE mail <> ':x'", " /* as :x */", " WHERE at > '2020-01-01 :00'", " ORDER BY at"]
)
def test_a_model_that_checks_well_is_read_as_well(platform, contracts, read, tmp_path, end):
    """A comment may not swallow the bracket around the model, nor a colon in a text become a parameter."""
    (tmp_path / "sign_ins.sql").write_text(VISITS + end)
    sql = load_models(tmp_path, {"sign_ins"})["sign_ins"].sql
    check(platform, contracts, sign_ins=sql)
    assert len(read(platform, contracts["sign_ins"], sql).rows) == 1
