"""Export, then push: what arrives is what a run would have sent, byte for byte, once, in order, and accounted for."""

import json
import re
import sqlite3
import stat
from contextlib import closing
from itertools import pairwise

import pytest
from bundled import KEY, PART_BYTES, by_user, data_plane, lines, made, of_source, text_of, unasked, unmarked

RUN = ("run", "--no-prefect", "--max-dead", "10%")


@pytest.fixture(scope="module")
def sent(tmp_path_factory, settings_in, forked):
    """Give a run's data plane and summary, and a bundle of the same source, pushed to a data plane of its own."""
    folder = tmp_path_factory.mktemp("sent")
    with data_plane(folder) as plane:
        own = settings_in(folder) | plane.settings(folder, LEDGER_URL=f"sqlite:///{folder}/run.db")
        ran = forked(*RUN, "--json", folder / "run.json", folder=folder, environment=own)
        assert ran.returncode == 0, ran.stderr
        arrived = plane.messages()
    exported = made(folder / "bundle", settings_in(folder), shards=3)
    (folder / "pushed").mkdir()
    with data_plane(folder / "pushed", latency_ms=20) as plane:
        own = plane.settings(folder, BATCH_EVENTS="50")
        push = ("push", "bundle", "--json", "push.json")
        pushed = forked(*push, folder=folder, environment=own)
        first = json.loads((folder / "push.json").read_text()), plane.messages()
        again = forked(*push, folder=folder, environment=own)
        second = json.loads((folder / "push.json").read_text()), plane.messages()
        status = forked("status", folder=folder, environment=own).stdout
    return {
        "run": (json.loads((folder / "run.json").read_text()), arrived),
        "exported": exported,
        "pushed": (pushed, *first),
        "again": (again, *second),
        "folder": folder,
        "status": status,
    }


def test_what_arrives_is_what_a_run_sends_byte_for_byte(sent):
    _, by_run = sent["run"]
    ended, _, by_push = sent["pushed"]
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(by_push) > 5_000
    assert unmarked(by_push) == unmarked(by_run)
    assert sorted(by_push) == sorted(lines(sent["folder"] / "bundle"))
    imports = {json.loads(one)["context"]["backfill"]["import_id"] for one in by_push}
    assert imports == {sent["exported"].manifest.bundle}


def test_the_counts_are_those_of_the_run(sent):
    run, _ = sent["run"]
    counts, (_, push, _) = sent["exported"].manifest.counts, sent["pushed"]
    assert push["balanced"]
    assert [push[name] for name in ("delivered", "events", "users")] == [
        run[name] for name in ("delivered", "events", "users")
    ]
    assert (push["messages"], push["rows_read"], push["dead"]) == (run["delivered"], 0, 0)
    assert counts.rows.model_dump() == {name: run[f"rows_{name}"] for name in ("read", "mapped", "filtered", "dead")}
    assert (counts.messages, counts.exported, counts.dead) == (run["messages"], run["delivered"], run["dead"])
    assert (counts.by_event, counts.users) == (run["events"], run["users"])
    assert sum(counts.by_stream.values()) == counts.exported
    assert sum(sum(own.values()) for own in counts.dead_rows.values()) == run["rows_dead"]


def test_a_second_push_delivers_nothing(sent):
    ended, push, held = sent["again"]
    assert ended.returncode == 0
    assert (push["delivered"], push["already_delivered"], push["requests"]) == (0, push["messages"], 0)
    assert push["balanced"]
    assert held == sent["pushed"][2]
    assert len(re.findall(r"│ push +│ done +│", sent["status"])) == 2


def test_each_users_messages_arrive_in_their_order(sent):
    """Lanes are eight, batches are small, answers are slow, and the user of thousands goes on over parts."""
    bundle = sent["folder"] / "bundle"
    manifest = sent["exported"].manifest
    wanted = by_user(lines(bundle))
    heaviest = max(wanted, key=lambda user: len(wanted[user]))
    assert len(manifest.parts) > 5
    assert len({part.shard for part in manifest.parts}) > 2
    assert sum(heaviest in by_user(text_of(bundle / part.name).splitlines()) for part in manifest.parts) > 3
    assert by_user(sent["pushed"][2]) == wanted


def test_parts_are_within_their_size_and_cut_between_users_where_they_can_be(sent):
    bundle, parts = sent["folder"] / "bundle", sent["exported"].manifest.parts
    texts = [text_of(bundle / part.name) for part in parts]
    assert max(map(len, texts)) <= PART_BYTES
    users = [by_user(text.splitlines()) for text in texts]
    cut = {user for mine, next_ in pairwise(users) for user in mine.keys() & next_.keys()}
    sizes = {user: sum(len(line) for line in lines(bundle) if f'"{user}"'.encode() in line) for user in cut}
    assert [user for user, size in sizes.items() if size < PART_BYTES] == []


def test_a_bundle_is_for_its_owner_alone(sent):
    bundle = sent["folder"] / "bundle"
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in bundle.iterdir()} == {0o600}


def test_an_export_marks_nothing_as_sent(sent):
    with closing(sqlite3.connect(sent["folder"] / "export.db")) as ledger:
        counts = [ledger.execute(f"SELECT count(*) FROM {table}").fetchone() for table in  # noqa: S608
                  ("runs", "batches", "segments", "watermarks", "dead_letters")]  # fmt: skip
    assert counts == [(0,)] * 5


def test_what_the_ledger_of_the_export_has_is_left_out(forked, settings_in, tmp_path):
    with data_plane(tmp_path) as plane:
        own = settings_in(tmp_path) | plane.settings(tmp_path, LEDGER_URL=f"sqlite:///{tmp_path}/export.db")
        assert forked(*RUN, "--stream", "sign_ins", folder=tmp_path, environment=own).returncode == 0
        before = set(plane.ids())
    exported = made(tmp_path / "bundle", settings_in(tmp_path))
    ids = {json.loads(one)["messageId"] for one in lines(tmp_path / "bundle")}
    assert exported.manifest.counts.already_delivered == len(before) > 1000
    assert ids
    assert not ids & before


def test_an_export_needs_no_data_plane_and_asks_none(forked, settings_in, tmp_path):
    with unasked() as there:
        for number, url in enumerate((there, "nowhere", None)):
            own = of_source(settings_in(tmp_path), tmp_path) | ({"BACKFILL_DATA_PLANE_URL": url} if url else {})
            folder = tmp_path / f"bundle-{number}"
            ran = forked("export", folder, "--max-dead", "5%", folder=tmp_path, environment=own)
            assert (ran.returncode, ran.stderr) == (0, "")
            assert (folder / "manifest.json").exists()


def test_dead_letters_beyond_what_is_allowed_end_an_export_with_1(forked, settings_in, tmp_path):
    own = of_source(settings_in(tmp_path), tmp_path)
    ran = forked("export", "b", "--json", "said.json", folder=tmp_path, environment=own)
    said = json.loads((tmp_path / "said.json").read_text())
    manifest = json.loads((tmp_path / "b" / "manifest.json").read_text())
    assert ran.returncode == said["exit"] == 1
    assert "dead letters are more than --max-dead allows" in ran.stdout
    assert (said["exported"], said["bundle"]) == (manifest["counts"]["exported"], manifest["bundle"])


def test_more_than_allowed_is_refused_and_what_was_sent_does_not_count(forked, settings_in, tmp_path):
    made(tmp_path / "bundle", settings_in(tmp_path), streams=("sign_ups",))
    with data_plane(tmp_path) as plane:
        own = plane.settings(tmp_path)
        few = forked("push", "bundle", "--max-events", 3, folder=tmp_path, environment=own)
        assert (few.returncode, plane.ids()) == (2, [])
        assert "--max-events allows" in few.stderr
        assert forked("push", "bundle", folder=tmp_path, environment=own).returncode == 0
        assert forked("push", "bundle", "--max-events", 3, folder=tmp_path, environment=own).returncode == 0


def test_what_is_refused_is_a_dead_letter_until_it_goes_through(forked, settings_in, tmp_path):
    made(tmp_path / "bundle", settings_in(tmp_path), streams=("accounts", "sign_ups"))
    largest = max(lines(tmp_path / "bundle"), key=len)
    with data_plane(tmp_path, max_bytes=len(largest) + 5) as plane:
        ended = forked("push", "bundle", "--json", "s.json", folder=tmp_path, environment=plane.settings(tmp_path))
    said = json.loads((tmp_path / "s.json").read_text())
    with closing(sqlite3.connect(tmp_path / "push.db")) as ledger:
        query = "SELECT stream, row_id, message_id, status FROM dead_letters"
        found = ledger.execute(query).fetchall()
    message = json.loads(largest)
    assert (ended.returncode, said["dead"], said["balanced"]) == (1, len(found), True)
    assert (message["context"]["backfill"]["stream"], message["messageId"], message["messageId"], "open") in found

    with data_plane(tmp_path) as plane:
        ended = forked("push", "bundle", "--json", "s.json", folder=tmp_path, environment=plane.settings(tmp_path))
    said = json.loads((tmp_path / "s.json").read_text())
    with closing(sqlite3.connect(tmp_path / "push.db")) as ledger:
        assert ledger.execute("SELECT DISTINCT status FROM dead_letters").fetchall() == [("mended",)]
    assert (ended.returncode, said["delivered"], said["balanced"]) == (0, len(found), True)


def test_no_secret_and_no_person_is_said(sent, platform):
    ended, _, _ = sent["pushed"]
    said = ended.stdout + sent["status"] + (sent["folder"] / "bundle" / "manifest.json").read_text()
    with closing(sqlite3.connect(platform)) as connection:
        values = {value for row in connection.execute("SELECT email, last_name, phone FROM accounts") for value in row}
    assert [value for value in values if value and len(value) > 3 and value in said] == []
    assert KEY not in said
