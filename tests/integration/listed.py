"""A sample platform whose people can be searched for byte by byte, and what is left out of it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from deliveries import ROOT

from sandbox.platform.sample import SampleOptions, write_sample

SAMPLE = ROOT / "extractors" / "models" / "sample"


@dataclass(frozen=True)
class Crowd:
    """The people to leave out of a platform: users by key, and what else tells of them; visitors by session."""

    source: Path
    users: tuple[str, ...]
    emails: tuple[str, ...]
    visitors: tuple[str, ...]
    orders: tuple[str, ...]

    def traces(self, *places):
        """Return which of them stand in the files, and in all files of the folders."""
        files = [file for place in places for file in (place.rglob("*") if place.is_dir() else [place])]
        held = b"\n".join(file.read_bytes() for file in files if file.is_file())
        assert len(held) > 10_000
        keys = [one for one in (*self.users, *self.visitors) if one.encode() in held]  # others differ in case alone
        lower = held.lower()
        return keys + [one for one in self.emails if one.lower().encode() in lower]

    def rows(self):
        """Count the rows of the users in the source, by table."""
        with closing(sqlite3.connect(self.source)) as connection:
            connection.execute("CREATE TEMP TABLE theirs (account_id TEXT PRIMARY KEY)")
            connection.executemany("INSERT INTO theirs VALUES (?)", ((user,) for user in self.users))
            query = "SELECT count(*) FROM {} WHERE account_id IN (SELECT account_id FROM theirs)"
            return {
                table: connection.execute(query.format(table)).fetchone()[0]
                for table in _tables(connection, "account_id")
            }


def crowd(source, users, count, **options):
    """Write a sample whose keys cannot occur by chance, and choose so many to leave out: every few in their order."""
    write_sample(f"sqlite:///{source}", SampleOptions(users=users, keys="string", **options))
    with closing(sqlite3.connect(source)) as connection, connection:
        for column, form in (("account_id", "person-{}-of-many"), ("session_id", "visit-{}-of-many")):
            before, after = form.split("{}")
            for table in _tables(connection, column):
                renamed = f"UPDATE {table} SET {column} = ? || {column} || ? WHERE trim({column}) <> ''"  # noqa: S608  # ours
                connection.execute(renamed, (before, after))
        chosen = [key for (key,) in connection.execute("SELECT account_id FROM accounts ORDER BY 1")]
        busiest = (
            "SELECT account_id FROM cart_events WHERE account_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
        step = len(chosen) // count
        chosen = chosen[step - 1 :: step][:count]  # among them where pages would end
        chosen[-1:] = [key for (key,) in connection.execute(busiest) if key not in chosen] or chosen[-1:]
        connection.execute("CREATE TEMP TABLE theirs (account_id TEXT PRIMARY KEY)")
        connection.executemany("INSERT INTO theirs VALUES (?)", ((user,) for user in chosen))
        emails = connection.execute("SELECT email FROM accounts JOIN theirs USING (account_id) WHERE email LIKE '%@%'")
        orders = connection.execute("SELECT order_id FROM orders JOIN theirs USING (account_id)")
        sessions = "SELECT DISTINCT session_id FROM cart_events WHERE account_id IS NULL AND session_id LIKE 'visit-%'"
        return Crowd(
            source,
            tuple(chosen),
            tuple(email.strip() for (email,) in emails),
            tuple(one for (one,) in connection.execute(f"{sessions} ORDER BY 1"))[::3],
            tuple(str(one) for (one,) in orders),
        )


def _tables(connection, column):
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [name for name in tables if column in [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]]
