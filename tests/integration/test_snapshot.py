"""A platform that is written to while it is read: every order is told as it was at one moment, and none is lost."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from deliveries import ground
from writer import FIRST_ORDER

from sandbox.platform.sample import SampleOptions, write_sample


@contextmanager
def writing(source):
    """Let another process change the source meanwhile; give a list that says afterwards how many changes it made."""
    command = [sys.executable, str(Path(__file__).with_name("writer.py")), str(source)]
    changes = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        yield changes
        words, _ = process.communicate(timeout=30)
        changes.append(int(words))


def is_fresh(order):
    """Tell whether the writer made the order; legacy keys are far above its own."""
    return FIRST_ORDER <= int(order["order_id"]) < 2 * FIRST_ORDER


def rest_of(order):
    """Return the order's total without its lines: shipping and tax, and what the sample put wrong."""
    lines = sum(line["price"] * line["quantity"] for line in order["products"])
    return order["total"] - lines


@pytest.fixture(scope="module")
def read_meanwhile(tmp_path_factory, plane):
    folder = tmp_path_factory.mktemp("snapshot")
    source = folder / "platform.db"
    write_sample(f"sqlite:///{source}", SampleOptions(users=150))
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 50")
        query = (
            "SELECT o.order_id, o.total - sum(l.unit_price * l.quantity) FROM orders o"
            " JOIN order_lines l ON l.order_id = o.order_id GROUP BY o.order_id"
        )
        rest = {str(key): round(Decimal(amount), 2) for key, amount in connection.execute(query)}
    place = ground(source, plane, folder)
    with writing(source) as changes:
        during = place.run()
    after = place.run()
    return during, after, changes[0], rest


def orders_of(delivery):
    for one in delivery.events:
        if one.event.name == "Order Completed":
            yield json.loads(json.dumps(one.message["properties"]), parse_float=Decimal, parse_int=Decimal)


def test_the_source_changed_while_it_was_read(read_meanwhile):
    during, _, changes, _ = read_meanwhile
    fresh = [order for order in orders_of(during) if is_fresh(order)]
    assert changes > 100
    assert 0 < len(fresh) < changes


def test_header_and_lines_are_of_one_moment(read_meanwhile):
    during, after, _, rest = read_meanwhile
    for order in [*orders_of(during), *orders_of(after)]:
        assert rest_of(order) == (0 if is_fresh(order) else rest[order["order_id"]])
        assert not is_fresh(order) or len(order["products"]) == order["total"]


def test_the_balance_closes_and_nothing_is_lost_or_sent_twice(read_meanwhile):
    during, after, changes, _ = read_meanwhile
    assert during.summary.balanced
    assert after.summary.balanced
    sent = [*orders_of(during), *orders_of(after)]
    assert len(sent) == len({order["order_id"] for order in sent})
    fresh = {int(order["order_id"]) for order in sent if is_fresh(order)}
    assert fresh == set(range(FIRST_ORDER, FIRST_ORDER + changes))
    assert all(is_fresh(order) for order in orders_of(after))
    ids = [one.message_id for one in during.events + after.events]
    assert len(ids) == len(set(ids))
