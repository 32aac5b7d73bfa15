"""The command as a person types it, in a process of its own: what it prints, what it sends, how it ends."""

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from bad_input import BAD_PLAN, KEY, LACKING, RUN, WRONG_KEY, runs_in, with_model, with_plan

from flows.settings import OTHERS, ROOT
from flows.summary import Summary
from flows.verification.settings import VerifySettings
from loaders.ledger.lock import this_machine


@pytest.fixture(scope="module")
def done(command, tmp_path_factory, settings_in, held):
    """Run once, and then again: what each said, its summary, and what the data plane holds after it."""
    folder = tmp_path_factory.mktemp("done")
    environment = settings_in(folder) | {"BACKFILL_SOURCE_NAME": "the shop of test_cli"}
    results = [held()]
    for name in ("first", "again"):
        ran = command(*RUN, "--json", folder / "state" / f"{name}.json", folder=folder, environment=environment)
        results += [ran, json.loads((folder / "state" / f"{name}.json").read_text()), held()]
    return folder, environment, results


def test_a_good_run_ends_with_0_and_the_fixed_names(done):
    _, _, (before, first, summary, after, *_) = done

    assert (first.returncode, first.stderr) == (0, "")
    assert list(summary) == list(Summary.__dataclass_fields__)
    assert summary["balanced"]
    assert summary["delivered"] == after - before == sum(summary["events"].values()) > 1000
    assert summary["rows_read"] == summary["rows_mapped"] + summary["rows_filtered"] + summary["rows_dead"]
    assert summary["rows_dead"] > 0
    assert f"{summary['delivered']:,} delivered" in first.stdout.splitlines()[-1]
    assert KEY not in first.stdout


def test_a_second_run_delivers_nothing(done):
    _, _, (_, _, first, held_first, again, second, held_again) = done

    assert again.returncode == 0
    assert (second["delivered"], second["already_delivered"], second["requests"]) == (0, first["delivered"], 0)
    assert second["balanced"]
    assert held_again == held_first


def test_status_shows_the_runs_and_the_dead_letters(done, command):
    folder, environment, (_, _, first, *_) = done
    ran = command("status", folder=folder, environment=environment)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert first["run_id"][:8] in ran.stdout
    assert f"{first['delivered']:,}" in ran.stdout
    assert "No-Identity" in ran.stdout
    assert len(re.findall(r"│ done +│", ran.stdout)) == 2

    latest = command("status", "--runs", 1, folder=folder, environment=environment)
    assert first["run_id"][:8] not in latest.stdout


@pytest.mark.parametrize(
    ("owner", "state"),
    [
        (None, "killed"),
        ("elsewhere 1 1", "running, or killed"),
        (f"{socket.gethostname()}/11111111-2222-3333-4444-555555555555/pid:[1] 1 1", "killed"),
        (f"{this_machine()} {os.getpid()} 1", "killed"),
        (f"{this_machine()} 1 {Path('/proc/1/stat').read_text().rpartition(')')[2].split()[19]}", "running"),
    ],
    ids=["freed", "elsewhere", "before a restart", "another process", "at work"],
)
def test_status_says_no_more_of_a_run_than_is_known(done, forked, tmp_path, owner, state):
    folder, environment, _ = done
    shutil.copy(folder / "ledger.db", tmp_path / "ledger.db")
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection, connection:
        (run_id,) = connection.execute("SELECT run_id FROM runs ORDER BY started_at DESC LIMIT 1").fetchone()
        connection.execute("UPDATE runs SET state = 'running' WHERE run_id = ?", (run_id,))
        connection.execute("UPDATE locks SET owner = ?, run_id = ?", (owner, run_id))
    changed = environment | {"BACKFILL_LEDGER_URL": f"sqlite:///{tmp_path}/ledger.db"}
    ran = forked("status", "--runs", 1, folder=tmp_path, environment=changed)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.search(rf"│ import +│ {state} +│", ran.stdout)


def test_status_before_the_first_run_says_how_to_start_one(forked, environment, tmp_path):
    ran = forked("status", folder=tmp_path, environment=environment)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "There is no ledger at" in ran.stderr
    assert "`backfill run` makes one" in ran.stderr
    assert not list(tmp_path.rglob("*.db"))


def test_no_personal_datum_is_printed(done, forked, platform):
    folder, environment, (_, first, _, _, again, *_) = done
    said = first.stdout + again.stdout + forked("status", folder=folder, environment=environment).stdout
    with closing(sqlite3.connect(platform)) as connection:
        values = {
            value for row in connection.execute("SELECT email, last_name, phone, street FROM accounts") for value in row
        }
    assert [value for value in values if value and len(value) > 3 and value in said] == []
    assert "@" not in said


def test_dead_letters_beyond_what_is_allowed_end_with_1(forked, environment, tmp_path):
    summary = tmp_path / "summary.json"
    ran = forked(
        "run", "--no-prefect", "--stream", "sign_ins", "--json", summary, folder=tmp_path, environment=environment
    )

    assert ran.returncode == 1
    assert "dead letters are more than --max-dead allows; `backfill status` lists them by reason" in ran.stdout
    assert json.loads(summary.read_text())["balanced"]


def test_check_says_what_each_stream_will_do_and_sends_nothing(command, environment, held, tmp_path):
    before = held()
    ran = command("check", folder=tmp_path, environment=environment)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.search(r"orders +│ orders.sql, order_lines.sql +│ Order Completed", ran.stdout)
    assert re.search(r"web_log +│ web_log absent", ran.stdout)
    assert "Forgot Password Email Requested (deferred)" in ran.stdout
    assert "Everything holds. Nothing was sent." in ran.stdout
    assert (held(), runs_in(tmp_path)) == (before, 0)


def test_check_says_every_fault_at_once(forked, environment, tmp_path):
    environment |= with_plan(BAD_PLAN)(tmp_path) | with_model(LACKING)(tmp_path) | {"BACKFILL_WRITE_KEY": WRONG_KEY}
    ran = forked("check", folder=tmp_path, environment=environment)

    said = ran.stdout + ran.stderr
    assert ran.returncode == 3
    assert "rule 1 (a)" in said
    assert "column occurred_at is missing" in said
    assert "401" in said
    assert "Everything holds" not in said
    assert WRONG_KEY not in said


@pytest.mark.parametrize("keys", ["integer", "string"])
def test_a_sample_is_written_once_and_never_over_itself(command, forked, tmp_path, keys):
    ask = ("sample", "--users", 40, "--keys", keys, "--url", f"sqlite:///{tmp_path}/new/sample.db")
    first = command(*ask, folder=tmp_path, environment={})
    content = (tmp_path / "new" / "sample.db").read_bytes()
    again = forked(*ask, folder=tmp_path, environment={})

    assert (first.returncode, first.stderr) == (0, "")
    assert re.match(r"[\d,]+ rows in 16 tables", first.stdout)
    assert again.returncode == 2
    assert "already has accounts" in again.stderr
    assert "name another database, or drop these tables (for SQLite: delete the file) first" in again.stderr
    assert (tmp_path / "new" / "sample.db").read_bytes() == content


def test_the_command_does_not_import_prefect_until_it_is_asked_for():
    """Prefect takes seconds to import; those who do not ask for it do not wait for it."""
    code = "import sys, flows.cli; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "prefect" not in {name.partition(".")[0] for name in ran.stdout.split()}


def test_every_setting_that_a_message_may_name_is_one():
    names = {f"BACKFILL_{name.upper()}" for name in VerifySettings.model_fields} | OTHERS
    words = "".join(
        path.read_text() for room in ("flows", "extractors", "loaders") for path in (ROOT / room).rglob("*.py")
    )
    assert set(re.findall(r"BACKFILL_[A-Z_]+[A-Z]", words)) <= names


def test_a_night_that_is_refused_leaves_its_words_in_the_json(command, tmp_path, settings_in):
    """Not the summary of another run, which whoever watches would take for its own; and it makes no ledger."""
    environment = settings_in(tmp_path) | {"BACKFILL_LEDGER_URL": f"sqlite:///{tmp_path}/none.db"}
    summary = tmp_path / "summary.json"
    summary.write_text('{"balanced": true}')
    ended = command("nightly", "--json", summary, folder=tmp_path, environment=environment)
    told = json.loads(summary.read_text())
    assert (ended.returncode, told["exit"]) == (2, 2)
    assert "There is no ledger at" in told["words"]
    assert not (tmp_path / "none.db").exists()
