"""One log id on rows of two users: each page sees only one of them, and both are dead letters."""

import sqlite3
from contextlib import closing

from deliveries import ground

from sandbox.platform.sample import SampleOptions, write_sample

LOG_ID = 5_000_000


def test_a_log_id_shared_by_two_users_loses_nobody_in_silence(tmp_path, plane):
    source = tmp_path / "platform.db"
    write_sample(f"sqlite:///{source}", SampleOptions(users=400, hostile=False))
    with closing(sqlite3.connect(source)) as connection, connection:
        users = connection.execute("SELECT min(account_id), max(account_id) FROM accounts").fetchone()
        rows = [(LOG_ID, user, f"2021-01-0{number} 10:00:00.000000") for number, user in enumerate(users, 1)]
        connection.executemany("INSERT INTO sign_in_log (log_id, account_id, signed_in_at) VALUES (?, ?, ?)", rows)

    delivery = ground(source, plane, tmp_path).run(streams=("sign_ins",))

    instants = {"2021-01-01T15:00:00.000Z", "2021-01-02T15:00:00.000Z"}
    sent = [one for one in delivery.events if one.event.timestamp in instants]
    dead = delivery.reasons("rows_dead")["sign_ins", "Conflicting-Rows"]
    assert (len(sent), dead) == (0, 2)
    assert delivery.summary.balanced
