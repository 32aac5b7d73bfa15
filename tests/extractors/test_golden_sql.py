"""Every kind of statement in every dialect, to the letter, parsed by a grammar of the server, and held to its rules.

After a change that is meant, `WRITE_GOLDEN_SQL=1 pytest tests/extractors/test_golden_sql.py` writes the files anew:
read their diff as a database would. A name in braces stands for the model's text, which `models.sql` has.

PostgreSQL, MariaDB and SQLite run these statements in other tests. No machine of ours has Oracle or SQL Server: theirs
are compiled by SQLAlchemy's own dialect, with the real driver, and no more.
"""

import os
import re

import pytest
from golden_sql.statements import CONTRACTS, FOLDER, KINDS, URLS, dialect_of, shortened, statements
from pymssql import _mssql
from sqlglot import ErrorLevel, exp, parse

GRAMMARS = {"postgresql": "postgres", "mysql": "mysql", "sqlite": "sqlite", "oracle": "oracle", "mssql": "tsql"}
EVERY = [(dialect, kind) for dialect in URLS for kind in KINDS]
UNTRIED = ["oracle", "mssql"]
PARAMETER = re.compile(r"%\(\w+\)s|(?<!:):\"?[a-z]\w*\"?|\?")


def text_of(dialect, kind):
    said = statements(dialect, kind)
    return "\n".join(f"-- {title}\n{shortened(dialect, sql) if kind != 'models' else sql}\n" for title, sql in said)


def parsed(dialect, kind):
    """Parse every statement as the server would, a number in the place of each parameter."""
    for title, sql in statements(dialect, kind):
        bare = PARAMETER.sub("1", sql).replace("%%", "%")
        (tree,) = parse(bare, read=GRAMMARS[dialect], error_level=ErrorLevel.RAISE)
        yield title, sql, tree


@pytest.mark.parametrize(("dialect", "kind"), EVERY)
def test_the_statement_is_the_same_to_the_letter(dialect, kind):
    path = FOLDER / dialect / f"{kind}.sql"
    if os.environ.get("WRITE_GOLDEN_SQL"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text_of(dialect, kind), "utf-8")
    assert text_of(dialect, kind) == path.read_text("utf-8")


def test_no_file_is_of_a_kind_that_is_no_more():
    assert {f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*.sql")} == {"/".join(one) for one in EVERY}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "clock"])
def test_mariadb_is_told_what_mysql_is(kind):
    bare = [[(title, sql.replace("`", "")) for title, sql in statements(name, kind)] for name in ("mariadb", "mysql")]
    assert bare[0] == bare[1]  # each knows reserved words that the other does not


@pytest.mark.parametrize(("dialect", "kind"), EVERY)
def test_every_statement_is_one_select_by_the_servers_grammar(dialect, kind):
    assert all(isinstance(tree, exp.Select) for _, _, tree in parsed(dialect, kind))


@pytest.mark.parametrize(("dialect", "kind"), EVERY)
def test_no_statement_compares_tuples_or_has_a_truth_for_a_value(dialect, kind):
    for title, _, tree in parsed(dialect, kind):
        assert not list(tree.find_all(exp.Tuple)), title
        assert not list(tree.find_all(exp.Boolean)), title


@pytest.mark.parametrize(("dialect", "kind"), EVERY)
def test_every_table_in_brackets_and_each_of_its_columns_has_a_name(dialect, kind):
    for title, _, tree in parsed(dialect, kind):
        for table in tree.find_all(exp.Subquery):
            if isinstance(table.parent, exp.From | exp.Join):
                names = [column.alias_or_name.lower() for column in table.this.selects]
                assert table.alias, title
                assert all(names), title
                assert len(set(names)) == len(names), title


@pytest.mark.parametrize("dialect", UNTRIED)
@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_cut_off_in_the_servers_own_words(dialect, kind):
    for title, sql, tree in parsed(dialect, kind):
        assert " LIMIT " not in sql, title
        assert " OFFSET " not in sql, title
        if "limit" in title or "temper" in title:
            assert ("FETCH FIRST" if dialect == "oracle" else "SELECT TOP") in sql
            assert list(tree.find_all(exp.Fetch, exp.Limit)), title


@pytest.mark.parametrize("kind", KINDS)
def test_oracle_names_a_table_without_as(kind):
    for title, sql, _ in parsed("oracle", kind):
        assert not re.search(r"\)\s+AS [dgimx]\b", sql), title
        assert " % " not in sql, title  # its remainder is mod()


@pytest.mark.parametrize("kind", KINDS)
def test_sql_server_sorts_nothing_within_brackets(kind):
    for title, _, tree in parsed("mssql", kind):
        for order in tree.find_all(exp.Order):
            inner = order.find_ancestor(exp.Subquery, exp.Window)
            assert inner is None or isinstance(inner, exp.Window), title


@pytest.mark.parametrize("dialect", UNTRIED)
def test_a_null_stands_for_a_column_in_the_outermost_select_alone(dialect):
    """There it needs no type; within brackets SQL Server would take it for a number, and Oracle for a text."""
    for kind in KINDS:
        for title, _, tree in parsed(dialect, kind):
            bare = [null for null in tree.find_all(exp.Null) if isinstance(null.parent, exp.Alias | exp.Select)]
            assert all(null.find_ancestor(exp.Select) is tree for null in bare), title


@pytest.mark.parametrize("dialect", UNTRIED)
def test_names_of_our_own_are_no_words_of_the_language(dialect):
    """SQLAlchemy puts a reserved name in quotes; then Oracle would look for it as it is written, in lower case."""
    preparer = dialect_of(dialect).identifier_preparer
    ours = {"k", "n", "m", "d", "x", "g", "i", "edge"}
    columns = {name for contract in CONTRACTS.values() for name in contract.expected()}
    reserved = {name for name in ours | columns if preparer.quote(name) != name}
    assert reserved == ({"plan"} if dialect == "mssql" else set())  # a model writes AS [plan]


def test_a_parameter_that_is_a_word_of_oracles_is_quoted():
    said = {
        name for kind in KINDS for _, sql in statements("oracle", kind) for name in re.findall(r":(\S+?)[\s,)]", sql)
    }
    assert '"to"' in said
    assert "to" not in said


@pytest.mark.parametrize("dialect", UNTRIED)
def test_no_parameter_stands_where_a_model_has_a_colon_or_a_percent(dialect):
    """A model holds LIKE '%add%'. That SQLAlchemy doubles no percent sign is right: pymssql halves none."""
    (carts,) = (
        sql for title, sql in statements(dialect, "ranges") if title.startswith("atg: cart_events, users, low and")
    )
    sent = _mssql.substitute_params(carts, {"low": b"a", "high": b"b"}).decode() if dialect == "mssql" else carts
    assert "LIKE '%add%'" in sent
