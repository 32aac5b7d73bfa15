"""A platform that lives on, night after night, with all that makes nights go wrong: told by a simulated clock."""

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 10, 10, 8, 0, tzinfo=UTC)  # the clocks go back on the 1st of November
LAG, LOOKBACK = timedelta(seconds=300), timedelta(seconds=21_600)


def local(moment):
    """Write a moment as the platform does: naive, in New York."""
    return moment.astimezone(NEW_YORK).strftime("%Y-%m-%d %H:%M:%S.%f")


@dataclass
class Life:
    """The platform: what happens in it, drawn from a seed. `late` are statements that are committed a night later."""

    path: Path
    random: Random
    now: datetime = START
    number: int = 10_000_000
    late: list = field(default_factory=list)

    def next(self):
        self.number += 1
        return self.number

    def pass_a_day(self):
        """Let a day pass, with everything that happens on one."""
        begun = self.now
        self.now += timedelta(hours=self.random.choice([22, 24, 26]))
        with sqlite3.connect(self.path) as connection:
            for statement, values in self.late:
                connection.execute(statement, values)
            self.late = []
            accounts = [key for (key,) in connection.execute("SELECT account_id FROM accounts")]
            for _ in range(self.random.randrange(20, 60)):
                moment = begun + (self.now - begun) * self.random.random()
                if self.random.random() < 0.05:
                    moment = self.now + timedelta(minutes=self.random.randrange(1, 10))  # a clock that is ahead
                self.happens(connection, accounts, moment)
            if self.random.random() < 0.2:
                self.signs_in(connection, self.random.choice(accounts), self.now + timedelta(days=400))
        connection.close()

    def happens(self, connection, accounts, moment):
        """Let one thing happen, now or at the very moment of another."""
        who = self.random.choice(accounts)
        happening = self.random.choice(
            [self.signs_up, self.edits, self.signs_in, self.signs_in, self.buys, self.fills_cart, self.edits_license]
        )
        happening(connection, who, moment)
        if happening in (self.signs_in, self.fills_cart) and self.random.random() < 0.3:
            happening(connection, self.random.choice([who, self.random.choice(accounts)]), moment)

    def write(self, connection, statement, *values, moment=None):
        """Write, or leave it to a transaction that commits after the night: never later than the lookback."""
        is_late = moment is not None and self.now - moment < timedelta(hours=4) and self.random.random() < 0.5
        if is_late:
            self.late.append((statement, values))
        else:
            connection.execute(statement, values)

    def signs_up(self, connection, _, moment):
        key = self.next()
        connection.execute(
            "INSERT INTO accounts (account_id, email, first_name, last_name, username, created_at, updated_at)"
            " VALUES (?, ?, 'Nora', 'Night', ?, ?, ?)",
            (key, f"user{key}@example.org", f"user{key}", local(moment), local(moment)),
        )

    def edits(self, connection, who, moment):
        connection.execute(
            "UPDATE accounts SET job_title = ?, updated_at = ? WHERE account_id = ?",
            (f"title {self.next()}", local(moment), who),
        )

    def signs_in(self, connection, who, moment):
        statement = "INSERT INTO sign_in_log (log_id, account_id, signed_in_at) VALUES (?, ?, ?)"
        self.write(connection, statement, self.next(), who, local(moment), moment=moment)

    def fills_cart(self, connection, who, moment):
        statement = (
            "INSERT INTO cart_events (cart_id, account_id, happened_at, action, product_id, quantity, unit_price)"
            " VALUES (?, ?, ?, 'add', 3, 1, 5)"
        )
        for _ in range(self.random.choice([1, 1, 2])):  # two equal rows are two events
            self.write(connection, statement, 77, who, local(moment), moment=moment)

    def edits_license(self, connection, who, moment):
        connection.execute(
            "UPDATE licenses SET status = ?, updated_at = ? WHERE account_id = ?",
            (f"status {self.next()}", local(moment), who),
        )

    def buys(self, connection, who, moment):
        """Place an order, complete one that is open, or edit one that is complete."""
        open_ = connection.execute(
            "SELECT order_id FROM orders WHERE status = 'open' AND order_id > 10000000"
        ).fetchall()
        done = connection.execute("SELECT order_id FROM orders WHERE status = 'completed'").fetchall()
        turn = self.random.random()
        if open_ and turn < 0.5:
            connection.execute(
                "UPDATE orders SET status = 'completed', completed_at = ?, updated_at = ? WHERE order_id = ?",
                (local(moment), local(moment), self.random.choice(open_)[0]),
            )
        elif done and turn < 0.6:
            connection.execute(
                "UPDATE orders SET status = 'refunded', affiliation = 'edited', updated_at = ? WHERE order_id = ?",
                (local(moment), self.random.choice(done)[0]),
            )
        else:
            key = self.next()
            connection.execute(
                "INSERT INTO orders (order_id, account_id, status, is_test, placed_at, updated_at, total, currency)"
                " VALUES (?, ?, 'open', 0, ?, ?, 10, 'USD')",
                (key, who, local(moment), local(moment)),
            )
            connection.execute(
                "INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price) VALUES (?, 1, 3, 2, 5)",
                (key,),
            )
