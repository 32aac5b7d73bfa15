"""The column behind a model's column, told only where the SQL leaves no doubt."""

import pytest

from extractors.survey.origins import origin_of, tables_of


@pytest.mark.parametrize(
    ("sql", "origin"),
    [
        ("SELECT account_id AS user_id FROM orders", ("orders", "account_id")),
        ("select o.account_id user_id, 1 from shop.orders o", ("shop.orders", "account_id")),
        ("SELECT 1 AS n, user_id FROM orders", ("orders", "user_id")),
        ("SELECT o.user_id, 1 AS n FROM orders AS o JOIN x ON x.a = o.a", ("orders", "user_id")),
        ('SELECT "Who" AS user_id FROM "My Visits"', ('"My Visits"', '"Who"')),
        ("SELECT `who` AS `user_id` FROM `visits`", ("`visits`", "`who`")),
        ("SELECT l.id AS row_id, o.who AS user_id FROM l LEFT JOIN orders o ON o.id = l.id", ("orders", "who")),
        ("SELECT (SELECT MAX(x.a) FROM x) AS n, o.who AS user_id FROM orders o", ("orders", "who")),
        ("SELECT 'x, y AS user_id' AS n, who AS user_id FROM orders", ("orders", "who")),
        ("SELECT CAST(who AS TEXT) AS user_id FROM orders", None),
        ("SELECT who + 0 AS user_id FROM orders", None),
        ("SELECT COALESCE(a, b) AS user_id FROM orders", None),
        ("SELECT who AS user_id FROM orders JOIN lines ON 1 = 1", None),
        ("SELECT s.who AS user_id FROM (SELECT who FROM orders) s", None),
        ("SELECT who AS user_id FROM a UNION ALL SELECT who AS user_id FROM b", None),
        ("WITH c AS (SELECT who FROM a) SELECT c.who AS user_id FROM c", None),
    ],
)
def test_the_origin_of_a_column(sql, origin):
    assert origin_of(sql, "user_id") == origin


def test_tables_go_by_their_alias():
    sql = "SELECT 1 FROM shop.orders o LEFT JOIN users AS u ON u.id = o.who JOIN agents ON 1 = 1 WHERE x = 'from y'"
    assert tables_of(sql) == {"o": "shop.orders", "u": "users", "agents": "agents"}
