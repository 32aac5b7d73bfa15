"""Pages parted into very small parts, by keys and by time: nothing of what is told, counted or set aside changes."""

import pytest
from deliveries import ground
from dirt import spoil

from sandbox.platform.sample import SampleOptions, write_sample

RANKS = {"identify": 0, "group": 1, "track": 2}


@pytest.fixture(scope="module", params=["integer", "string"])
def source(request, tmp_path_factory):
    source = tmp_path_factory.mktemp("parts") / "platform.db"
    write_sample(f"sqlite:///{source}", SampleOptions(users=60, keys=request.param))
    spoil(source, strings=request.param == "string")
    return source


def fates(delivery):
    """Count rows by fate; which license is told with a change of one hangs on the slice that it is read with."""
    return {key: count for key, count in delivery.fates().items() if key[0] != "licenses"}


def in_parts(monkeypatch, rows):
    monkeypatch.setattr("extractors.parting.PART_ROWS", rows)
    monkeypatch.setattr("flows.parts.MOST_ROWS", 2 * rows)


@pytest.mark.parametrize("options", [{}, {"identify": "history"}, {"since": "2022-01-01T05:00:00.000000Z"}])
def test_parts_are_the_whole(source, tmp_path, plane, monkeypatch, options):
    whole = ground(source, plane, tmp_path / "whole").run(**options)
    in_parts(monkeypatch, 25)
    place = ground(source, plane, tmp_path / "parts")
    parts = place.run(**options)

    assert parts.multiset() == whole.multiset()
    assert {one.message_id for one in parts.events} == {one.message_id for one in whole.events}
    assert fates(parts) == fates(whole)
    kept = ("rows_read", "rows_dead", "messages", "delivered", "dead", "users", "events")
    assert [getattr(parts.summary, name) for name in kept] == [getattr(whole.summary, name) for name in kept]
    assert parts.counts["unidentified"] == whole.counts["unidentified"]
    assert parts.summary.balanced
    assert place.run(**options).summary.delivered == 0


def test_a_user_s_events_keep_their_order_from_part_to_part(source, tmp_path, plane, monkeypatch):
    in_parts(monkeypatch, 20)
    for events in ground(source, plane, tmp_path).run().by_user().values():
        ranked = [(RANKS[event.type], event.timestamp) for event in events]
        assert ranked == sorted(ranked)
