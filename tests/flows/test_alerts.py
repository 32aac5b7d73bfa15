"""Alerts in a real Prefect server: what is installed, who is told what, and that no address shows anywhere."""

import time

import pytest
from alerted import Receiver, Server, tell, until

TOKENS = HOOK, NOTIFY, FORMER = "hook-s3cret-1", "apprise-s3cret-2", "former-s3cret-3"
NAMES = ["crashed", "dead letters", "failed", "late", "quiet night", "silent"]
SUBJECTS = {
    "backfill crashed: import, a crashed one",
    "backfill crashed: import, a silent one",
    "backfill dead letters: nightly, a quiet one",
    "backfill failed: import, a failing one",
    "backfill late: import, a late one",
    "backfill quiet night: nightly, a quiet one",
}

pytestmark = pytest.mark.usefixtures("told")


@pytest.fixture(scope="module")
def server(tmp_path_factory, postgres):
    with Server(tmp_path_factory.mktemp("prefect"), postgres.fresh_database()).running() as server:
        yield server


@pytest.fixture(scope="module")
def receiver():
    with Receiver().listening() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def installed(server, receiver, command, tmp_path_factory):
    """Give what was said, and what there was, after each of two installations; the second takes a target away.

    Between them a person switches an automation off.
    """
    folder = tmp_path_factory.mktemp("installed")
    environment = {"PREFECT_API_URL": server.api, "PREFECT_HOME": str(folder / "home")}
    hook = ["--webhook", f"http://{receiver.address}/{HOOK}"]
    notify, former = (["--apprise", f"json://{receiver.address}/{token}"] for token in (NOTIFY, FORMER))
    after = []
    for asked in (
        [*notify, *former, "--heartbeat", "30", "--dead-share", "5%"],
        [*hook, *notify],
    ):
        said = command("alerts", "install", *asked, folder=folder, environment=environment)
        assert said.returncode == 0, said.stderr
        after.append((said.stdout + said.stderr, server.automations(), server.blocks()))
        server.switch_off(after[0][1]["backfill silent"]["id"])
    return after


@pytest.fixture(scope="module")
def told(server, receiver, installed, tmp_path_factory):  # noqa: ARG001  # what is told must be installed
    """Let things happen that are told, and wait until all were."""
    tell(server, tmp_path_factory.mktemp("told"))
    until(lambda: len(texts(receiver, HOOK)) >= len(SUBJECTS) and len(texts(receiver, NOTIFY)) >= len(SUBJECTS))
    time.sleep(2)  # what is told wrongly comes with the silent one, which is the last


def texts(receiver, token):
    """Return the texts of what was told there, by subject."""
    return {
        said.get("subject") or said["title"]: said.get("text") or said["message"] for said in receiver.at(f"/{token}")
    }


def test_installing_says_what_there_is_now(installed):
    says = "6 automations, 2 targets: backfill failed, backfill crashed, backfill late, backfill dead letters, "
    assert [said for said, _, _ in installed] == [f"{says}backfill quiet night, backfill silent\n"] * 2


def test_installing_again_changes_what_is_there_and_adds_nothing(installed):
    (_, before, blocks_before), (_, after, blocks) = installed
    assert sorted(before) == [f"backfill {name}" for name in NAMES]
    assert {name: one["id"] for name, one in before.items()} == {name: one["id"] for name, one in after.items()}
    assert [before["backfill silent"]["trigger"]["within"], after["backfill silent"]["trigger"]["within"]] == [75, 450]

    assert sorted(blocks_before) == ["backfill-alerts-apprise-1", "backfill-alerts-apprise-2"]
    assert sorted(blocks) == ["backfill-alerts-apprise-1", "backfill-alerts-webhook"]
    told = {action["block_document_id"] for name in NAMES[:-1] for action in after[f"backfill {name}"]["actions"]}
    assert told == set(blocks.values())


def test_an_automation_is_on_until_a_person_switches_it_off(installed):
    off = [[name for name, one in automations.items() if not one["enabled"]] for _, automations, _ in installed]
    assert off == [[], ["backfill silent"]]


def test_every_automation_is_about_our_runs_alone(installed):
    _, after, _ = installed[-1]
    ours = {"prefect.resource.id": "prefect.tag.backfill", "prefect.resource.role": "tag"}
    assert all(one["trigger"]["match_related"] == ours for one in after.values())


def test_the_webhook_is_told_of_each_and_of_nothing_else(receiver):
    assert set(texts(receiver, HOOK)) == SUBJECTS


def test_apprise_is_told_the_same(receiver):
    assert texts(receiver, NOTIFY) == texts(receiver, HOOK)
    assert receiver.at(f"/{FORMER}") == []


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("a failing one", 'Failed: 12 dead letters are "more" than <allowed> & {{ so on }}'),
        ("a crashed one", "Crashed: its machine was taken away"),
        ("a silent one", "Crashed: No heartbeat for 10 s: its process is gone. Start it again: nothing is lost."),
        ("a late one", "Late: "),
        ("dead letters", "20 dead letters are 2.00% of the 1,000 rows read: more than 1.00%. `backfill status` lists "),
        ("quiet night", "Nothing was delivered (1,000 rows read), though 6 of the last 7 nights had something. "),
    ],
)
def test_an_alert_has_the_flow_the_run_what_became_of_it_and_a_link(server, receiver, subject, words):
    ((title, text),) = [one for one in texts(receiver, HOOK).items() if subject in one[0]]
    who, what, link = text.split("\n")
    assert title.endswith(f": {who}")
    assert what.startswith(words)
    (run,) = server.ask("/flow_runs/filter", flow_runs={"name": {"any_": [who.partition(", ")[2]]}})
    assert link == f"{server.url}/runs/flow-run/{run['id']}"


def test_no_address_shows_in_what_is_said_or_in_what_the_server_wrote(server, installed):
    written = server.written()
    assert "Failed to send JSON POST notification" in written["server.log"]  # the receiver's error was seen
    assert "backfill-alerts-webhook" in written["block_document"]
    for token in TOKENS:
        assert [said for said, _, _ in installed if token in said] == []
        assert [place for place, text in written.items() if token in text] == []
