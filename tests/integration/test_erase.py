"""`backfill erase`: its ids are those that the data plane has of the user, and it says what it cannot tell."""

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from deliveries import ground

from flows.erasing.erase import erase
from flows.errors import SettingsInvalid
from flows.options import Options
from flows.outcome import MaxDead
from flows.pipeline import finish, prepared, run_here, work
from loaders.errors import LedgerUnusable
from sandbox.gateway.server import GatewaySettings, running_gateway
from sandbox.platform.sample import SampleOptions, write_sample


@pytest.fixture(scope="module", params=["integer", "string"])
def story(request, tmp_path_factory):
    """Give a platform that was sent in both Identify modes, the latter by shares, and what the data plane has of it."""
    folder = tmp_path_factory.mktemp(f"erase-{request.param}")
    write_sample(f"sqlite:///{folder}/platform.db", SampleOptions(users=150, keys=request.param))
    own = GatewaySettings(store=folder / "events.db", write_keys=("integration-write-key",))
    with running_gateway(own) as gateway:
        place = ground(folder / "platform.db", gateway, folder, DESTINATIONS="none")
        for mode in ("current", "history"):
            assert run_here(place.settings, Options(identify=mode), 1, MaxDead(share=0.2)).summary.balanced
        yield place


def arrived(place, user):
    """Return the messages of a user that the data plane has: event, time, by id."""
    query = "SELECT message_id, raw FROM events WHERE user_id = ?"
    with closing(sqlite3.connect(place.store)) as connection:
        found = {message_id: json.loads(raw) for message_id, raw in connection.execute(query, (user,))}
    return {
        one: (message.get("event") or message["type"].capitalize(), message["timestamp"])
        for one, message in found.items()
    }


def users_of(place):
    with closing(sqlite3.connect(place.store)) as connection:
        query = "SELECT user_id FROM events WHERE user_id <> '' GROUP BY 1 ORDER BY count(*) DESC"
        return [user for (user,) in connection.execute(query)]


def told(place, out, *users, **more):
    outcome = erase(place.settings if not more else more["settings"], users, out, ())
    return outcome.words, json.loads((out / "events.json").read_text())


def test_its_ids_are_those_of_the_data_plane_for_every_user(story, tmp_path):
    users = users_of(story)
    words, document = told(story, tmp_path / "out", *users)
    entries = {entry["user_id"]: entry for entry in document["users"]}
    assert list(entries) == users
    for user in users:
        found = {event["message_id"]: (event["event"], event["timestamp"]) for event in entries[user]["events"]}
        assert found == arrived(story, user)
        assert {event["state"] for event in entries[user]["events"]} == {"delivered"}
    assert f"{sum(len(entry['events']) for entry in document['users']):,} events were delivered: " in words


def test_it_names_the_runs_that_may_have_sent_it_and_where_these_sent_to(story, tmp_path):
    _, document = told(story, tmp_path / "out", users_of(story)[5])
    (entry,), runs = document["users"], document["runs"]
    assert [run["kind"] for run in runs.values()] == ["import", "import"]
    assert {run["data_plane"] for run in runs.values()} == {story.settings.data_plane_url}
    first, second = runs
    for event in entry["events"]:
        assert event["attempts"] == []
        assert event["runs"], event["event"]
        if event["event"] != "Identify":
            assert event["runs"] == [first]
    assert any(second in event["runs"] for event in entry["events"])


def test_while_a_batch_is_not_compacted_it_tells_run_and_time(story, tmp_path):
    folder = tmp_path / "fresh"
    place = ground_of(story, folder)
    with prepared(place.settings, Options(shards=1)) as run:
        work(place.settings, run.run_id, 0)
        _, document = told(story, tmp_path / "out", users_of(story)[5], settings=place.settings)
        finish(place.settings, run.run_id)
    events = document["users"][0]["events"]
    assert events
    for event in events:
        assert event["runs"] == [run.run_id] == [one["run_id"] for one in event["attempts"]]
        assert event["attempts"][0]["sent_at"][:4] >= "2026"


def ground_of(story, folder):
    source = story.settings.source_url.get_secret_value().removeprefix("sqlite:///")
    folder.mkdir()
    plane = type("Plane", (), {"url": story.settings.data_plane_url, "store": story.store})
    return ground(source, plane, folder, DESTINATIONS="none")


def test_who_is_gone_is_said_and_nothing_is_invented(story, tmp_path):
    words, document = told(story, tmp_path / "out", "nobody-we-know", users_of(story)[0])
    gone, _ = document["users"]
    assert (gone["in_source"], gone["events"]) == (False, [])
    assert "Not in the source: nobody-we-know. What was sent of them cannot be derived" in words


def test_it_writes_the_request_and_the_ids_for_its_owner_alone(story, tmp_path):
    users = users_of(story)[:2]
    outcome = erase(story.settings, users, tmp_path / "case.json", ["2abc"])
    request = json.loads((tmp_path / "case-request.json").read_text())
    assert request == {
        "regulationType": "suppress_with_delete",
        "destinationIds": ["2abc"],
        "users": [{"userId": user} for user in users],
    }
    assert (tmp_path / "case-users.txt").read_text().split() == users
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert "https://api.rudderstack.com/v2/regulations" in outcome.words
    with pytest.raises(SettingsInvalid, match=r"case\.json is there already"):
        erase(story.settings, users, tmp_path / "case.json", ())


def test_it_tells_of_those_on_the_suppression_list_too_and_says_how_to_put_others_on_it(story, tmp_path):
    user, other = users_of(story)[:2]
    listed = tmp_path / "suppressed.txt"
    listed.write_text(f"{user}\n")
    settings = story.settings.model_copy(update={"suppressed": listed})
    words, document = told(story, tmp_path / "one", user, settings=settings)
    assert len(document["users"][0]["events"]) == len(arrived(story, user))
    assert "They are on the suppression list" in words
    words, _ = told(story, tmp_path / "two", user, other, settings=settings)
    assert f"cat {tmp_path}/two/users.txt >> {listed}" in words


def test_it_holds_and_sends_nothing_and_makes_no_ledger(story, tmp_path):
    ledger = story.settings.ledger_url.get_secret_value().removeprefix("sqlite:///")
    before = Path(ledger).read_bytes(), len(users_of(story))
    told(story, tmp_path / "out", users_of(story)[0])
    assert (Path(ledger).read_bytes(), len(users_of(story))) == before
    absent = story.settings.model_copy(
        update={"ledger_url": type(story.settings.ledger_url)(f"sqlite:///{tmp_path}/no.db")}
    )
    with pytest.raises(LedgerUnusable):
        erase(absent, ["1"], tmp_path / "none", ())
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
