"""`backfill verify` as a person types it: its words, its files, its exit codes, and no secret."""

import csv
import json

import pytest
from verified import KEY, copied, history_of

from flows.summary import Summary
from flows.verification.comparing import KINDS

PASSWORD = "geheim"  # noqa: S105  # of a warehouse that does not exist


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    with history_of(tmp_path_factory.mktemp("history"), users=150, hostile=False) as ground:
        ground.run()
        yield ground


@pytest.fixture
def ground(history, tmp_path):
    with copied(history, tmp_path) as own:
        yield own


@pytest.fixture
def tampered(ground):
    """Give the history with four events lost, and what people in it are called."""
    lost = ground.lose("seq IN (10, 20, 30, 40)")
    people = ground.source("SELECT email, last_name, phone, username FROM accounts")
    personal = {value for row in people for value in row if value and len(value) > 4}
    return ground, lost, personal | {KEY, str(ground.folder / "platform.db")}


def test_the_command_names_what_differs_and_ends_with_1(forked, tampered, tmp_path):
    ground, lost, secrets = tampered
    files = ["--json", tmp_path / "out" / "v.json", "--findings", tmp_path / "out" / "v.csv"]
    ran = forked("verify", "--list", "2", *files, folder=tmp_path, environment=ground.environment)

    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.endswith("Source, ledger and local data plane differ: 4 missing.\n")
    assert "Missing, the first 2 of 4" in ran.stdout
    assert "Months that differ" in ran.stdout
    summary = json.loads((tmp_path / "out" / "v.json").read_text())
    assert set(Summary.__annotations__) | set(KINDS) <= set(summary)
    assert (summary["missing"], summary["balanced"], len(summary["findings"])) == (4, False, 2)
    with (tmp_path / "out" / "v.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["message_id"] for row in rows} == lost
    assert list(rows[0]) == ["stream", "row_id", "event", "message_id", "kind", "table", "detail"]
    said = ran.stdout + ran.stderr + json.dumps(summary) + (tmp_path / "out" / "v.csv").read_text()
    assert {secret for secret in secrets if secret in said} == set()


def test_the_command_mends_what_is_missing_and_ends_with_0(forked, tampered, tmp_path):
    ground, lost, _ = tampered
    asked = {"folder": tmp_path, "environment": ground.environment}
    ran = forked("verify", "--resend-missing", **asked)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.endswith("4 were missing, and were sent again.\n")
    again = forked("verify", "--stream", "sign_ins", "--since", "2019-01-01", **asked)
    assert again.returncode == 0
    assert {one for one in lost if ground.arrived()[one] == 1} == lost


def test_verifying_needs_no_write_key_that_holds_and_resending_does(forked, tampered, tmp_path):
    ground, _, _ = tampered
    asked = {"folder": tmp_path, "environment": ground.environment | {"BACKFILL_WRITE_KEY": "wk-unknown"}}
    assert forked("verify", **asked).returncode == 1
    ran = forked("verify", "--resend-missing", **asked)
    assert ran.returncode == 2
    assert "receipts are of another write key" in ran.stderr


@pytest.mark.parametrize(
    ("changes", "words", "code"),
    [
        ({"WAREHOUSE_URL": "mysql://reader@db/x"}, "only PostgreSQL warehouses can be verified", 2),
        ({"WAREHOUSE_URL": "a warehouse"}, "BACKFILL_WAREHOUSE_URL is not a SQLAlchemy URL", 2),
        ({"WAREHOUSE_URL": f"postgresql://u:{PASSWORD}@127.0.0.1:9/x"}, "The warehouse failed", 3),
    ],
)
def test_a_warehouse_that_cannot_be_read_is_said_in_one_message(forked, ground, tmp_path, changes, words, code):
    own = {f"BACKFILL_{name}": value for name, value in (changes | {"WAREHOUSE_SCHEMA": "shop"}).items()}
    ran = forked("verify", folder=tmp_path, environment=ground.environment | own)
    assert ran.returncode == code
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr
    assert PASSWORD not in ran.stdout + ran.stderr


def test_a_file_that_cannot_be_written_is_said_first(forked, ground, tmp_path):
    ran = forked("verify", "--findings", "/proc/none/v.csv", folder=tmp_path, environment=ground.environment)
    assert ran.returncode == 2
    assert "--findings /proc/none/v.csv cannot be written" in ran.stderr
