"""Changes orders of a SQLite platform without a pause, header and lines in one transaction, until its input ends.

Run as a program: `python writer.py DATABASE`. It says `ready` after its first change, and how many it made at the end.
"""

import sqlite3
import sys
from contextlib import closing
from itertools import count
from threading import Event, Thread

FIRST_ORDER = 2_000_000


def main(database: str) -> None:
    done = Event()
    Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()
    with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as connection:
        who = connection.execute("SELECT account_id FROM accounts WHERE deleted_at IS NULL").fetchall()
        orders = connection.execute("SELECT order_id FROM orders WHERE status = 'completed'").fetchall()
        for number in count():
            (account,), (order,) = who[number % len(who)], orders[number % len(orders)]
            connection.execute("BEGIN IMMEDIATE")
            _raise_prices(connection, order)
            _buy(connection, FIRST_ORDER + number, account, lines=1 + number % 5)
            connection.execute("COMMIT")
            if number == 0:
                sys.stdout.write("ready\n")
                sys.stdout.flush()
            if done.is_set():
                sys.stdout.write(f"{number + 1}\n")
                return


def _raise_prices(connection: sqlite3.Connection, order: int) -> None:
    """Let every piece of an order cost one more, and the order with it."""
    connection.execute("UPDATE order_lines SET unit_price = round(unit_price + 1, 2) WHERE order_id = ?", (order,))
    pieces = "(SELECT coalesce(sum(quantity), 0) FROM order_lines WHERE order_id = orders.order_id)"
    raised = ", ".join(f"{name} = round({name} + {pieces}, 2)" for name in ("total", "subtotal"))
    change = f"UPDATE orders SET {raised} WHERE order_id = ?"  # noqa: S608
    connection.execute(change, (order,))


def _buy(connection: sqlite3.Connection, order: int, account: int, *, lines: int) -> None:
    """Add an order that costs as many dollars as it has lines."""
    header = (order, account, "completed", "2022-02-02 02:02:02.000000", lines, lines, "USD")
    columns = "order_id, account_id, status, is_test, completed_at, subtotal, total, currency"
    connection.execute(f"INSERT INTO orders ({columns}) VALUES (?, ?, ?, 0, ?, ?, ?, ?)", header)  # noqa: S608
    bought = [(order, line, 1, 1, 1) for line in range(1, lines + 1)]
    connection.executemany("INSERT INTO order_lines VALUES (?, ?, ?, ?, ?, NULL)", bought)


if __name__ == "__main__":
    main(sys.argv[1])
