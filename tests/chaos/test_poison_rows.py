"""One poison row of each kind among some thousand: that row alone is dead, with its reason, and the rest arrives."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from content import read_content
from scene import Scene, environment
from truth import read_truth

WHEN = "2022-03-03 03:03:03.000000"
LONE_SURROGATE, NO_UTF8 = b"Mozilla \xed\xa0\x80", b"Mozilla \xff\xfe"
SIGN_IN = "INSERT INTO sign_in_log (log_id, account_id, signed_in_at, user_agent) VALUES (?, 2, ?, {agent})"
CART = (
    "INSERT INTO cart_events (cart_id, account_id, happened_at, action, product_id, quantity, unit_price, position)"
    " VALUES ('poison', 2, ?, 'add', 1, ?, ?, ?)"
)
BYTES = SIGN_IN.format(agent="CAST(? AS TEXT)")
POISON = {
    "NaN": (CART, (WHEN, 1, "NaN", 1), "cart_events", "Not-A-Number"),
    "infinity": (CART, (WHEN, 1, float("inf"), 1), "cart_events", "Not-A-Number"),
    "an integer beyond 2^53": (CART, (WHEN, 2**53 + 1, 1, 1), "cart_events", "Integer-Too-Large"),
    "a lone surrogate": (BYTES, (9_000_001, WHEN, LONE_SURROGATE), "sign_ins", "Not-Encodable"),
    "bytes that are no UTF-8": (BYTES, (9_000_002, WHEN, NO_UTF8), "sign_ins", "Not-Encodable"),
    "NUL": (BYTES, (9_000_003, WHEN, b"Mozilla\0/5.0"), "sign_ins", "Not-Encodable"),
    "40 KB": (BYTES, (9_000_004, WHEN, b"x" * 40_000), "sign_ins", "Event-Too-Large"),
    "a depth bomb": (BYTES, (9_000_005, WHEN, b"[" * 100_000 + b"]" * 100_000), "sign_ins", "Event-Too-Large"),
    "a depth bomb of dicts": (BYTES, (9_000_006, WHEN, b'{"a":' * 7_000), "sign_ins", "Event-Too-Large"),
}


@pytest.fixture(scope="module")
def poisoned(platform, tmp_path_factory, moment):
    """Give the platform with all the poison in it, and the truth of the one without."""
    path = tmp_path_factory.mktemp("poisoned") / "platform.db"
    shutil.copy(platform, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement, values, *_ in POISON.values():
            connection.execute(statement, values)
    return f"sqlite:///{path}", read_truth(platform, moment)


def test_each_poison_row_is_dead_alone_and_the_rest_arrives(poisoned, gateway, commands, folder):
    source, truth = poisoned
    scene = Scene(truth, gateway.store, environment(source, gateway.url, f"sqlite:///{folder}/ledger.db"), commands)
    healthy = "SELECT count(*) FROM dead_letters WHERE stream || row_id NOT LIKE 'sign_ins9______'"

    scene.ends_exactly()
    letters = dict(scene.ledger("SELECT row_id, reason FROM dead_letters WHERE stream = 'sign_ins'"))
    carts = scene.ledger("SELECT reason FROM dead_letters WHERE stream = 'cart_events'")
    ((rest,),) = scene.ledger(healthy)
    scene.sends_nothing_more()

    asked = {name: (str(values[0]), reason) for name, (_, values, _, reason) in POISON.items()}
    in_log = {name: pair for name, pair in asked.items() if pair[0] != WHEN}
    assert {name: letters.get(row_id) for name, (row_id, _) in in_log.items()} == {
        name: reason for name, (_, reason) in in_log.items()
    }
    assert [reason for (reason,) in carts].count("Not-A-Number") == 2
    assert [reason for (reason,) in carts].count("Integer-Too-Large") == 1
    assert rest == scene.ledger(healthy)[0][0]
    assert read_content(gateway.store).doubled == {}


def test_no_poison_is_quoted(poisoned, gateway, commands, folder):
    source, truth = poisoned
    scene = Scene(truth, gateway.store, environment(source, gateway.url, f"sqlite:///{folder}/ledger.db"), commands)
    ran = scene.run("--stream", "sign_ins")
    assert "Mozilla" not in ran.stdout + ran.stderr
    assert "Mozilla" not in json.dumps(scene.ledger("SELECT detail FROM dead_letters"))
