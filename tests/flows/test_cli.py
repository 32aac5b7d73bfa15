"""The command as a person types it, in a process of its own: what it prints, what it sends, how it ends."""

import json
import re
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.settings import ROOT, Settings
from flows.summary import Summary

MODELS = ROOT / "extractors" / "models" / "sample"
KEY, WRONG_KEY, DISABLED_KEY = "wk-flows-0001", "wk-unknown-0003", "wk-flows-0002"
RUN = ("run", "--no-prefect", "--max-dead", "10%")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def runs_in(folder):
    """Count the runs and batches that the ledger in the folder knows; there may be no ledger."""
    path = folder / "ledger.db"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as connection:
        return sum(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("runs", "batches"))  # noqa: S608


def changed(**changes):
    """Return what changes settings: a value, or None to take one away."""
    return lambda _: {f"BACKFILL_{name}": value for name, value in changes.items()}


def without_table(folder):
    path = folder / "platform.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE accounts (account_id)")
    return {"BACKFILL_SOURCE_URL": f"sqlite:///{path}"}


def with_model(sql):
    def made(folder):
        shutil.copytree(MODELS, folder / "models")
        (folder / "models" / "sign_ins.sql").write_text(sql)
        return {"BACKFILL_MODELS": str(folder / "models")}

    return made


def with_plan(text):
    def made(folder):
        (folder / "plan.yaml").write_text(text)
        return {"BACKFILL_PLAN": str(folder / "plan.yaml")}

    return made


def no_database(folder):
    return {"BACKFILL_SOURCE_URL": f"sqlite:///{folder}/absent.db"}


def other_database(folder):
    return without_table(folder) | {"BACKFILL_LEDGER_URL": f"sqlite:///{folder}/platform.db"}


def refused_connection(_):
    return {"BACKFILL_DATA_PLANE_URL": f"http://127.0.0.1:{free_port()}"}


LACKING = "SELECT log_id AS row_id, account_id AS user_id FROM sign_in_log"
UNKNOWN = "SELECT log_id AS row_id, account_id AS user_id, signed_in_at AS occurred_at, user_agent AS browser FROM sign_in_log"
BAD_PLAN = (
    "rules:\n  - {key: a, call: track, status: active, schema: {}}\n  - {key: b, call: shout, status: off, schema: 7}\n"
)

BAD_INPUT = [
    ("no database", no_database, (), 3, ["There is no SQLite database at", "absent.db", "BACKFILL_SOURCE_URL"]),
    ("database not named", changed(SOURCE_URL=None), (), 2, ["BACKFILL_SOURCE_URL is not set"]),
    ("wrong URL", changed(SOURCE_URL="the shop"), (), 2, ["BACKFILL_SOURCE_URL is not a SQLAlchemy URL; write it as"]),
    ("URL of no driver", changed(SOURCE_URL="oracle://ada:hush@db/x"), (), 2, ["pip install 'relias-backfill[oracle]'"]),
    ("URL with a bad port", changed(SOURCE_URL="postgresql://ada:hush@db:hush/x"), (), 2, ["BACKFILL_SOURCE_URL"]),
    ("missing table", without_table, (), 2, ["sign_ins.sql: cannot be read: no such table", "BACKFILL_MODELS"]),
    ("missing column", with_model(LACKING), (), 2, ["sign_ins.sql: column occurred_at is missing"]),
    ("unknown column", with_model(UNKNOWN), (), 2, ["sign_ins.sql: column browser is unknown; the contract has"]),
    ("two statements", with_model(f"{LACKING}; {LACKING}"), (), 2, ["sign_ins.sql: holds more than one statement"]),
    ("absent models", changed(MODELS="absent/models"), (), 2, ["absent/models", "is no folder", "BACKFILL_MODELS"]),
    ("unknown zone", changed(SOURCE_TIMEZONE="Mars/Base"), (), 2, ["BACKFILL_SOURCE_TIMEZONE: 'Mars/Base' is no time zone"]),
    ("missing write key", changed(WRITE_KEY=None), (), 2, ["BACKFILL_WRITE_KEY is not set: the source's write key"]),
    ("empty write key", changed(WRITE_KEY=" "), (), 2, ["BACKFILL_WRITE_KEY: is empty"]),
    ("wrong key", changed(WRITE_KEY=WRONG_KEY), (), 3, ["401", "set BACKFILL_WRITE_KEY to the write key of"]),
    ("disabled source", changed(WRITE_KEY=DISABLED_KEY), (), 3, ["404 source is disabled", "enable the source"]),
    ("unreachable data plane", refused_connection, (), 3, ["no connection", "check BACKFILL_DATA_PLANE_URL"]),
    ("not an address", changed(DATA_PLANE_URL="plane"), (), 2, ["BACKFILL_DATA_PLANE_URL: must be the data plane's address"]),
    ("plan with errors", with_plan(BAD_PLAN), (), 2, ["rule 1 (a): `event` must name", "rule 2 (b): `call` is 'shout'", "`status`"]),
    ("plan not YAML", with_plan("rules: ["), (), 2, ["plan.yaml", "is not YAML: line", "BACKFILL_PLAN"]),
    ("no plan", changed(PLAN="absent.yaml"), (), 2, ["absent.yaml", "cannot be read", "BACKFILL_PLAN"]),
    ("ledger elsewhere", other_database, (), 2, ["holds other tables and no ledger", "BACKFILL_LEDGER_URL"]),
    ("wrong ledger URL", changed(LEDGER_URL="nothing"), (), 2, ["BACKFILL_LEDGER_URL"]),
    ("bad --since", changed(), ("--since", "yesterday"), 2, ["--since is 'yesterday'; write a date or a time, as 2024-01-31"]),
    ("no window", changed(), ("--since", "2024-01-02", "--until", "2024-01-01"), 2, ["--since must be before --until"]),
    ("unknown stream", changed(), ("--stream", "order"), 2, ["there is no stream 'order'; streams are accounts"]),
    ("bad --max-dead", changed(), ("--max-dead", "few"), 2, ["--max-dead is 'few'; write a count, as 25, or a share"]),
    ("bad --identify", changed(), ("--identify", "twice"), 2, ["--identify", "twice"]),
    ("no shards", changed(), ("--shards", "0"), 2, ["--shards"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "options", "code", "words"), [case[1:] for case in BAD_INPUT], ids=[case[0] for case in BAD_INPUT]
)
def test_bad_input_is_one_clear_message_and_nothing_is_sent(  # noqa: PLR0913, PLR0917  # a table of cases
    command, environment, held, tmp_path, change, options, code, words
):
    # FAULT where "URL with a bad port" fails: source.py:28, see tests/extractors/test_source.py
    environment |= change(tmp_path)
    environment = {name: value for name, value in environment.items() if value is not None}
    before = held()
    ran = command(*RUN, *options, folder=tmp_path, environment=environment)

    said = ran.stdout + ran.stderr
    assert [one for one in words if one not in said] == []
    assert ran.returncode == code
    assert ran.stdout == ""  # what went wrong goes where errors go
    assert "Traceback" not in said
    assert [secret for secret in (KEY, WRONG_KEY, DISABLED_KEY, "hush") if secret in said] == []
    assert held() == before
    assert runs_in(tmp_path) == 0


@pytest.mark.parametrize(("name", "value"), [("--since", "0001-01-01"), ("--until", "9999-12-31")])
def test_a_window_to_the_ends_of_the_calendar_is_one(command, environment, held, tmp_path, name, value):
    # FAULT (options.py:65, pages.py:100): ValueError and OverflowError leave as tracebacks, and the run stays "running"
    ran = command(*RUN, name, value, "--stream", "sign_ups", folder=tmp_path, environment=environment)
    assert "Traceback" not in ran.stderr
    assert ran.returncode in (0, 2)
    assert held() >= 0


def test_a_summary_that_cannot_be_written_is_said_before_anything_is_sent(command, environment, held, tmp_path):
    # FAULT (cli.py:80-82): found out after the whole run, as a traceback
    before = held()
    ran = command(*RUN, "--json", tmp_path, folder=tmp_path, environment=environment)
    assert "Traceback" not in ran.stderr
    assert (ran.returncode, held()) == (2, before)


@pytest.fixture(scope="module")
def done(command, tmp_path_factory, platform, plane, held):
    """Run once, and then again: what each said, its summary, and what the data plane holds after it."""
    folder = tmp_path_factory.mktemp("done")
    environment = {
        "BACKFILL_SOURCE_URL": f"sqlite:///{platform}",
        "BACKFILL_SOURCE_TIMEZONE": "America/New_York",
        "BACKFILL_MODELS": str(MODELS),
        "BACKFILL_DATA_PLANE_URL": plane.url,
        "BACKFILL_WRITE_KEY": KEY,
        "BACKFILL_LEDGER_URL": f"sqlite:///{folder}/ledger.db",
        "BACKFILL_SOURCE_NAME": "the shop of test_cli",
    }
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
    assert first["run_id"] in ran.stdout
    assert f"{first['delivered']:,}" in ran.stdout
    assert "No-Identity" in ran.stdout
    assert len(re.findall(r"│ done +│", ran.stdout)) == 2

    latest = command("status", "--runs", 1, folder=folder, environment=environment)
    assert first["run_id"] not in latest.stdout


def test_status_before_the_first_run_says_how_to_start_one(command, environment, tmp_path):
    ran = command("status", folder=tmp_path, environment=environment)
    assert (ran.returncode, ran.stdout) == (0, "The ledger knows no run yet: start one, `backfill run`.\n")


def test_no_personal_datum_is_printed(done, command, platform):
    folder, environment, (_, first, _, _, again, *_) = done
    said = first.stdout + again.stdout + command("status", folder=folder, environment=environment).stdout
    with closing(sqlite3.connect(platform)) as connection:
        values = {
            value for row in connection.execute("SELECT email, last_name, phone, street FROM accounts") for value in row
        }
    assert [value for value in values if value and len(value) > 3 and value in said] == []
    assert "@" not in said


def test_dead_letters_beyond_what_is_allowed_end_with_1(command, environment, tmp_path):
    summary = tmp_path / "summary.json"
    ran = command(
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


def test_check_says_every_fault_at_once(command, environment, tmp_path):
    environment |= with_plan(BAD_PLAN)(tmp_path) | with_model(LACKING)(tmp_path) | {"BACKFILL_WRITE_KEY": WRONG_KEY}
    ran = command("check", folder=tmp_path, environment=environment)

    said = ran.stdout + ran.stderr
    assert ran.returncode == 3
    assert "rule 1 (a)" in said
    assert "column occurred_at is missing" in said
    assert "401" in said
    assert "Everything holds" not in said
    assert WRONG_KEY not in said


@pytest.mark.parametrize("keys", ["integer", "string"])
def test_a_sample_is_written_once_and_never_over_itself(command, tmp_path, keys):
    ask = ("sample", "--users", 40, "--keys", keys, "--url", f"sqlite:///{tmp_path}/new/sample.db")
    first = command(*ask, folder=tmp_path, environment={})
    content = (tmp_path / "new" / "sample.db").read_bytes()
    again = command(*ask, folder=tmp_path, environment={})

    assert (first.returncode, first.stderr) == (0, "")
    assert re.match(r"[\d,]+ rows in 16 tables", first.stdout)
    assert again.returncode == 2
    assert "already has accounts" in again.stderr
    assert "name another database, or drop these tables (for SQLite: delete the file) first" in again.stderr
    assert (tmp_path / "new" / "sample.db").read_bytes() == content


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--keys", "uuid"), "--keys is 'uuid'; write integer or string"),
        (("--users", "39"), "--users"),
        (("--url", "nonsense"), "--url"),
        (("--url", "postgres://ada:hush@db/x"), "--url"),
        (("--url", "postgresql://ada:hush@db:hush/x"), "--url"),
        (("--url", f"sqlite:///{Path(__file__).parent}"), "--url"),
    ],
)
def test_a_sample_that_cannot_be_written_says_why(command, tmp_path, options, words):
    # FAULT (cli.py:115): only SampleExists is looked for; a wrong URL or driver and a folder leave as tracebacks
    ran = command("sample", *options, folder=tmp_path, environment={})
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 2
    assert words in ran.stderr
    assert "hush" not in ran.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "key"),
    [(("--port", "70000"), "k"), (("--port", "0", "--store", "."), "k"), (("--port", "0"), "a:colon")],
)
def test_a_gateway_that_cannot_start_says_why(command, tmp_path, options, key):
    # FAULT (cli.py:134): sqlite3.Error, of a store that cannot be opened, is not looked for
    ran = command("gateway", *options, folder=tmp_path, environment={"BACKFILL_WRITE_KEY": key})
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 2
    assert "the local data plane cannot start" in ran.stderr
    assert "a:colon" not in ran.stderr


@pytest.mark.parametrize("name", [(), ("run",), ("check",), ("status",), ("sample",), ("gateway",), ("demo",)])
def test_each_command_explains_itself(command, tmp_path, name):
    ran = command(*name, "--help", folder=tmp_path, environment={})
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Usage:" in ran.stdout
    assert len(ran.stdout.split()) > 20
    assert not list(tmp_path.iterdir())


def test_without_a_command_the_commands_are_shown(command, tmp_path):
    said = command(folder=tmp_path, environment={}).stdout
    assert all(name in said for name in ("run", "check", "status", "sample", "gateway", "demo"))


def test_a_message_names_no_option_that_there_is_not(command, environment, tmp_path):
    # FAULT (loaders/errors.py:19): `--plan` is no option of any command
    ran = command(*RUN, folder=tmp_path, environment=environment | with_plan("rules: [")(tmp_path))
    known = command("run", "--help", folder=tmp_path, environment={}).stdout
    assert [name for name in re.findall(r"--[a-z][a-z-]+", ran.stderr) if name not in known] == []


def test_a_message_in_a_narrow_log_is_not_folded(command, environment, tmp_path):
    # FAULT (cli.py:34, checking.py:39): rich folds at 80 columns and in the middle of a path; `soft_wrap=True` does not
    environment |= {"COLUMNS": "40"} | no_database(tmp_path)
    ran = command(*RUN, folder=tmp_path, environment=environment)
    assert f"{tmp_path}/absent.db" in ran.stderr


def test_a_run_without_prefect_does_not_import_it(done):
    """Prefect takes seconds to import; those who do not ask for it do not wait for it."""
    _, _, (_, first, summary, *_) = done
    assert first.returncode == 0
    assert summary["seconds"] < 20
    assert "prefect" not in {name.partition(".")[0] for name in modules_of_the_command()}


def modules_of_the_command():
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    code = "import sys, flows.cli; print(*sys.modules)"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()


def test_every_setting_that_a_message_may_name_is_one():
    names = {f"BACKFILL_{name.upper()}" for name in Settings.model_fields}
    words = "".join(
        path.read_text() for room in ("flows", "extractors", "loaders") for path in (ROOT / room).rglob("*.py")
    )
    assert set(re.findall(r"BACKFILL_[A-Z_]+[A-Z]", words)) <= names
