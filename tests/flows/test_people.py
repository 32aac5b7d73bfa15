"""The lists of people as a person gives them: read, refused, counted, and kept to by every command."""

import json
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from extractors.people import EVERYBODY
from flows.erasing.regulations import regulation
from flows.errors import SettingsInvalid
from flows.people import people_in_files, people_of
from flows.profile import load_profile, models_of_people
from flows.settings import PeopleSettings
from sandbox.platform.sample import SampleOptions, write_sample

ROOT = Path(__file__).resolve().parents[2]
RUN = ("run", "--no-prefect", "--max-dead", "20%")


def files(**paths):
    return PeopleSettings(**paths)


def test_no_file_leaves_nobody_out(tmp_path):
    (tmp_path / "empty").write_text("\n  \n")
    assert people_in_files(files()).are_all
    assert people_in_files(files(suppressed=tmp_path / "empty")).are_all


def test_a_file_is_read_line_by_line_whatever_stands_around_an_id(tmp_path):
    (tmp_path / "list").write_bytes("\ufeff7\r\n\r\n \tÅsa b \nx".encode())
    assert people_in_files(files(suppressed=tmp_path / "list")).suppressed.users == {"7", "Åsa b", " \tÅsa b", "x"}


@pytest.mark.parametrize("name", ["suppressed", "consented"])
@pytest.mark.parametrize(("content", "words"), [(None, "No such file"), (b"\xff7\n", "it is not UTF-8")])
def test_a_list_that_cannot_be_read_is_refused_with_its_place_and_not_its_content(tmp_path, name, content, words):
    path = tmp_path / "list"
    if content:
        path.write_bytes(content)
    with pytest.raises(SettingsInvalid) as refused:
        people_in_files(files(**{name: path}))
    assert f"BACKFILL_{name.upper()}: {path} cannot be read: {words}" in str(refused.value)


def test_a_consent_rule_that_names_nobody_is_refused(tmp_path):
    (tmp_path / "list").write_text("\n \n")
    with pytest.raises(SettingsInvalid, match=r"BACKFILL_CONSENTED: .* names nobody"):
        people_in_files(files(consented=tmp_path / "list"))


def test_three_million_ids_are_read_fast_and_once(tmp_path):
    path = tmp_path / "list"
    path.write_text("\n".join(f"user-{number}" for number in range(3_000_000)))
    begun = time.monotonic()
    first = people_in_files(files(suppressed=path))
    assert time.monotonic() - begun < 20  # three seconds on a quiet machine
    assert len(first.suppressed) == 3_000_000
    assert people_in_files(files(suppressed=path)).suppressed is first.suppressed
    path.write_text("7\n")
    assert people_in_files(files(suppressed=path)).suppressed.users == {"7"}


def test_models_of_people_are_no_streams_and_add_to_the_files(tmp_path, database):
    from extractors.source import open_source  # noqa: PLC0415  # beside its use

    (tmp_path / "sign_ins.sql").write_text("SELECT 1 AS row_id")
    (tmp_path / "suppressed.sql").write_text("-- those who asked\nSELECT who AS user_id FROM asked;")
    (tmp_path / "consented.sql").write_text("SELECT who AS user_id FROM agreed")
    (tmp_path / "list").write_text("7\n")
    assert set(load_profile(tmp_path)) == {"sign_ins"}
    engine = open_source(database("CREATE TABLE asked (who); CREATE TABLE agreed (who);", asked=[(8,)], agreed=[(9,)]))
    people = people_of(files(suppressed=tmp_path / "list"), tmp_path, models_of_people(tmp_path), engine)
    engine.dispose()
    assert (people.suppressed.users, people.consented.users) == ({"7", "8"}, {"9"})


def test_no_list_at_all_is_everybody(tmp_path):
    assert people_of(files(), tmp_path, {}, None) is EVERYBODY


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("SELECT account_id AS user_id FROM accounts WHERE account_id < 0", "consented.sql: yields nobody"),
        ("SELECT account_id AS user_id, email FROM accounts", "consented.sql: yields user_id, email"),
    ],
)
def test_a_consent_model_that_does_not_hold_stops_run_and_check_before_anything(
    forked, environment, tmp_path, held, model, words
):
    environment |= {"BACKFILL_MODELS": str(models_with(tmp_path, consented=model))}
    before = held()
    for command in (RUN, ("check", "--rows", "10")):
        ran = forked(*command, folder=tmp_path, environment=environment)
        assert ran.returncode == 2, ran.stdout
        assert words in ran.stdout + ran.stderr
    assert held() == before


def models_with(folder, **models):
    own = folder / "models"
    own.mkdir()
    for path in (ROOT / "extractors" / "models" / "sample").glob("*.sql"):
        (own / path.name).write_text(path.read_text())
    for name, sql in models.items():
        (own / f"{name}.sql").write_text(sql)
    return own


@pytest.fixture
def own(environment, tmp_path):
    """Give a small platform of the test's own, a list of two of its users, and the environment with it."""
    write_sample(f"sqlite:///{tmp_path}/own.db", SampleOptions(users=60))
    (tmp_path / "list").write_text("5\n12\n")
    return environment | {"BACKFILL_SOURCE_URL": f"sqlite:///{tmp_path}/own.db", "BACKFILL_SOURCE_NAME": tmp_path.name}


def test_a_run_shows_whom_it_left_out(forked, own, tmp_path):
    listed = own | {"BACKFILL_SUPPRESSED": str(tmp_path / "list")}
    ran = forked(*RUN, "--json", "sum.json", folder=tmp_path, environment=listed)
    assert ran.returncode == 0, ran.stderr
    assert "People left out" in ran.stdout
    assert re.search(r"suppressed\W+2\b", ran.stdout.split("People left out")[1])
    assert json.loads((tmp_path / "sum.json").read_text())["balanced"]
    said = forked("check", "--rows", "10", folder=tmp_path, environment=listed).stdout
    assert "People: 2 are on the suppression list" in said


def test_what_was_sent_before_stays_sent_and_verify_does_not_call_it_gone(forked, own, tmp_path, tmp_path_factory):
    from sandbox.gateway.server import GatewaySettings, running_gateway  # noqa: PLC0415  # one of the test's own

    store = tmp_path_factory.mktemp("own-plane") / "events.db"
    with running_gateway(GatewaySettings(store=store, write_keys=("wk-flows-0001",))) as gateway:
        own |= {"BACKFILL_DATA_PLANE_URL": gateway.url}
        assert forked(*RUN, folder=tmp_path, environment=own).returncode == 0
        listed = own | {"BACKFILL_SUPPRESSED": str(tmp_path / "list")}
        with closing(sqlite3.connect(store)) as connection:
            (theirs,) = connection.execute("SELECT count(*) FROM events WHERE user_id IN ('5', '12')").fetchone()
        ran = forked("verify", "--no-prefect", "--json", "v.json", folder=tmp_path, environment=listed)
        assert ran.returncode == 0, ran.stdout
        verified = json.loads((tmp_path / "v.json").read_text())
        assert (verified["gone"], verified["beside"]["left_out"]) == (0, theirs)
        again = forked(*RUN, "--json", "again.json", folder=tmp_path, environment=listed)
        assert again.returncode == 0
        off = forked(*RUN, "--json", "off.json", folder=tmp_path, environment=own)
        assert off.returncode == 0
    summary, later = (json.loads((tmp_path / name).read_text()) for name in ("again.json", "off.json"))
    assert summary["delivered"] == later["delivered"] == 0
    assert later["already_delivered"] - summary["already_delivered"] == theirs > 0


@pytest.mark.parametrize(
    ("words", "setting", "refusal"),
    [
        (("--user-id", "5"), "SUPPRESSED", "this user is on the suppression list: nothing was sent"),
        (("--user-id", "5 "), "SUPPRESSED", "this user is on the suppression list"),
        (("--user-id", "99"), "CONSENTED", "this user has given no consent"),
        (("--anonymous-id", "v"), "CONSENTED", "this visitor has given no consent"),
    ],
)
def test_a_message_by_hand_about_somebody_left_out_is_refused(forked, own, tmp_path, words, setting, refusal):
    listed = own | {f"BACKFILL_{setting}": str(tmp_path / "list")}
    ran = forked("send", "identify", *words, "--trait", "email=a@example.org", folder=tmp_path, environment=listed)
    assert ran.returncode == 2
    assert refusal in ran.stderr
    assert not {"5", "99", "v"} & set(ran.stderr.replace(":", " ").split())
    assert not (tmp_path / "ledger.db").exists()


def test_a_message_by_hand_asks_the_model_too(forked, own, tmp_path):
    models = models_with(tmp_path, suppressed="SELECT 31 AS user_id, 'v-31' AS anonymous_id")
    listed = own | {"BACKFILL_MODELS": str(models), "BACKFILL_CONSENTED": str(tmp_path / "list")}
    send = ("send", "identify", "--trait", "email=a@example.org", "--trait", "first_name=A", "--trait", "last_name=B")
    assert "is on the suppression list" in forked(*send, "--user-id", "31", folder=tmp_path, environment=listed).stderr
    both = ("--user-id", "5", "--anonymous-id", "v-31")
    assert "this visitor is on" in forked(*send, *both, folder=tmp_path, environment=listed).stderr
    sent = forked(*send, "--user-id", "5", "--anonymous-id", "v-32", folder=tmp_path, environment=listed)
    assert sent.returncode == 0, sent.stderr


def test_erase_ends_as_commands_do(forked, own, tmp_path):
    assert forked(*RUN, folder=tmp_path, environment=own).returncode == 0
    (tmp_path / "who").write_text("12\n\n5\n")
    ran = forked("erase", "5", "--users-file", "who", "--out", "case", folder=tmp_path, environment=own)
    assert ran.returncode == 0, ran.stderr
    assert "Of 2 users" in ran.stdout
    assert "@" not in ran.stdout
    assert len(json.loads((tmp_path / "case" / "events.json").read_text())["users"]) == 2
    again = forked("erase", "5", "--out", "case", folder=tmp_path, environment=own)
    assert (again.returncode, "events.json is there already" in again.stderr) == (2, True)
    assert forked("erase", folder=tmp_path, environment=own).returncode == 2
    none = own | {"BACKFILL_LEDGER_URL": f"sqlite:///{tmp_path}/none.db"}
    assert forked("erase", "5", folder=tmp_path, environment=none).returncode == 2
    gone = own | {"BACKFILL_SOURCE_URL": f"sqlite:///{tmp_path}/none.db"}
    assert forked("erase", "5", folder=tmp_path, environment=gone).returncode == 3


def test_segment_takes_five_thousand_users_a_request():
    users = [str(number) for number in range(12_001)]
    asked = regulation("segment", users, ())
    assert asked.address == "https://api.segmentapis.com/regulations"
    assert [len(body["subjectIds"]) for body in asked.bodies] == [5_000, 5_000, 2_001]
    assert {(body["regulationType"], body["subjectType"]) for body in asked.bodies} == {
        ("SUPPRESS_WITH_DELETE", "USER_ID")
    }
    assert [user for body in asked.bodies for user in body["subjectIds"]] == users


def test_rudderstack_must_be_told_where_to_delete():
    asked = regulation("rudderstack", ["5"], ())
    assert asked.bodies == [
        {"regulationType": "suppress_with_delete", "destinationIds": [], "users": [{"userId": "5"}]}
    ]
    assert "destinationIds" in asked.to_do
    assert regulation("rudderstack", ["5"], ["2abc"]).to_do == ""
