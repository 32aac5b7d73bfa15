"""Ten thousand events, five of which the data plane refuses, and with them every batch that holds one."""

import math
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import requests
from content import differences, read_content
from scene import Scene, environment
from truth import read_truth

from sandbox.platform.sample import SampleOptions, write_sample

EVENTS, BATCH, POISONED = 10_000, 500, 5


@pytest.fixture(scope="module")
def ten_thousand(tmp_path_factory):
    """Give a platform of exactly so many events, and its truth."""
    path = tmp_path_factory.mktemp("ten-thousand") / "platform.db"
    write_sample(f"sqlite:///{path}", SampleOptions(users=60))
    surplus = len(read_truth(path, datetime.now(UTC)).events) - EVENTS
    healthy = "SELECT min(rowid) FROM sign_in_log WHERE account_id = 1 GROUP BY log_id HAVING count(*) = 1"
    between = f"{healthy} AND min(signed_in_at) BETWEEN '2015' AND '2024' ORDER BY 1 DESC LIMIT {surplus}"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"DELETE FROM sign_in_log WHERE rowid IN ({between})")  # noqa: S608
    truth = read_truth(path, datetime.now(UTC))
    assert len(truth.events) == EVENTS
    return SimpleNamespace(source=f"sqlite:///{path}", truth=truth)


def test_five_poison_events_cost_no_other_and_few_requests(ten_thousand, gateway, commands, folder, faulty):
    def scene(plane, ledger):
        settings = environment(
            ten_thousand.source, plane.url, f"sqlite:///{folder}/{ledger}.db", BATCH_EVENTS=BATCH, BATCH_BYTES=4_000_000
        )
        return Scene(ten_thousand.truth, gateway.store, settings, commands)

    with faulty() as (_, plane):
        healthy = scene(plane, "healthy")
        assert (healthy.run().code, healthy.faults()) == (0, [])
        needed = plane.requests
    ids = list(read_content(gateway.store).first)
    culprits = [ids[place] for place in (0, 1, 2_499, 5_000, EVENTS - 1)]
    requests.delete(f"{gateway.url}/sandbox/events", timeout=10).raise_for_status()

    with faulty(poison=tuple(one.encode() for one in culprits)) as (_, plane):
        poisoned = scene(plane, "poisoned")
        ran = poisoned.run()
        asked = plane.requests
    content = read_content(gateway.store)
    letters = poisoned.ledger(
        "SELECT message_id, reason, status, detail FROM dead_letters WHERE reason LIKE 'Refused%' ORDER BY message_id"
    )
    words = "the data plane refused it alone: 400 request neither has anonymousId nor userId"

    assert ran.code == 0, ran.words
    assert set(content.first) == set(ids) - set(culprits)
    assert len(content.first) == content.arrivals.total() == EVENTS - POISONED
    assert letters == [(one, "Refused-400", "open", words) for one in sorted(culprits)]
    assert asked - needed <= 2 * POISONED * math.ceil(math.log2(BATCH)) + 10

    healed = poisoned.with_settings(DATA_PLANE_URL=gateway.url)
    replayed = commands.start(
        "replay", "--no-prefect", "--reason", "Refused-400", environment=healed.environment, armed={}
    ).wait()
    assert replayed.code == 0, replayed.words
    content = read_content(gateway.store)
    assert differences([one.event for one in ten_thousand.truth.events], content) == []
    assert content.arrivals.total() == EVENTS
    assert poisoned.ledger("SELECT DISTINCT status FROM dead_letters WHERE reason = 'Refused-400'") == [("mended",)]
    healed.sends_nothing_more()
