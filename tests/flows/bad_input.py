"""What may be wrong with what a person gives the command, and what it must say then."""

import shutil
import socket
import sqlite3
from contextlib import closing

from flows.settings import ROOT

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


def half_pair(folder):
    shutil.copytree(MODELS, folder / "models")
    (folder / "models" / "order_lines.sql").unlink()
    return {"BACKFILL_MODELS": str(folder / "models")}


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
UNKNOWN = LACKING.replace(" FROM", ", signed_in_at AS occurred_at, user_agent AS browser FROM")
BAD_PLAN = (
    "rules:\n  - {key: a, call: track, status: active, schema: {}}\n  - {key: b, call: shout, status: off, schema: 7}\n"
)

BAD_INPUT = [
    ("no database", no_database, (), 3, ["There is no SQLite database at", "absent.db", "BACKFILL_SOURCE_URL"]),
    ("database not named", changed(SOURCE_URL=None), (), 2, ["BACKFILL_SOURCE_URL is not set"]),
    ("wrong URL", changed(SOURCE_URL="the shop"), (), 2, ["BACKFILL_SOURCE_URL is not a SQLAlchemy URL; write it as"]),
    ("URL of no driver", changed(SOURCE_URL="oracle+nothing://a:hush@b/x"), (), 2, ["constraints.txt -e '.[oracle]'"]),
    ("URL with a bad port", changed(SOURCE_URL="postgresql://ada:hush@db:hush/x"), (), 2, ["BACKFILL_SOURCE_URL"]),
    ("missing table", without_table, (), 2, ["sign_ins.sql: cannot be read: no such table", "BACKFILL_MODELS"]),
    ("missing column", with_model(LACKING), (), 2, ["sign_ins.sql: column occurred_at is missing"]),
    ("unknown column", with_model(UNKNOWN), (), 2, ["sign_ins.sql: column browser is unknown; the contract has"]),
    ("two statements", with_model(f"{LACKING}; {LACKING}"), (), 2, ["sign_ins.sql: holds more than one statement"]),
    ("half a pair", half_pair, (), 2, ["order_lines.sql is missing: orders would be told without it"]),
    ("absent models", changed(MODELS="absent/models"), (), 2, ["absent/models", "is no folder"]),
    ("unknown zone", changed(SOURCE_TIMEZONE="Mars/Base"), (), 2, ["TIMEZONE: 'Mars/Base' is no time zone"]),
    ("missing write key", changed(WRITE_KEY=None), (), 2, ["BACKFILL_WRITE_KEY is not set: the source's write key"]),
    ("empty write key", changed(WRITE_KEY=" "), (), 2, ["BACKFILL_WRITE_KEY: is empty"]),
    ("wrong key", changed(WRITE_KEY=WRONG_KEY), (), 3, ["401", "set BACKFILL_WRITE_KEY to the write key of"]),
    ("disabled source", changed(WRITE_KEY=DISABLED_KEY), (), 3, ["404 source is disabled", "enable the source"]),
    ("unreachable data plane", refused_connection, (), 3, ["no connection", "check BACKFILL_DATA_PLANE_URL"]),
    ("not an address", changed(DATA_PLANE_URL="plane"), (), 2, ["DATA_PLANE_URL: must be the data plane's"]),
    ("plan with errors", with_plan(BAD_PLAN), (), 2, ["1 (a): `event` must", "2 (b): `call` is 'shout'"]),
    ("plan not YAML", with_plan("rules: ["), (), 2, ["plan.yaml", "is not YAML: line", "BACKFILL_PLAN"]),
    ("no plan", changed(PLAN="absent.yaml"), (), 2, ["absent.yaml", "cannot be read", "BACKFILL_PLAN"]),
    ("ledger elsewhere", other_database, (), 2, ["holds other tables and no ledger", "BACKFILL_LEDGER_URL"]),
    ("wrong ledger URL", changed(LEDGER_URL="nothing"), (), 2, ["BACKFILL_LEDGER_URL"]),
    ("bad --since", changed(), ("--since", "yesterday"), 2, ["--since is 'yesterday'; write a date or a time"]),
    ("no window", changed(), ("--since", "2024-01-02", "--until", "2024-01-01"), 2, ["--since must be before --until"]),
    ("unknown stream", changed(), ("--stream", "order"), 2, ["there is no stream 'order'; streams are accounts"]),
    ("bad --max-dead", changed(), ("--max-dead", "few"), 2, ["--max-dead is 'few'; write a count, as 25, or a share"]),
    ("bad --identify", changed(), ("--identify", "twice"), 2, ["--identify", "twice"]),
    ("no shards", changed(), ("--shards", "0"), 2, ["--shards"]),
]  # fmt: skip


ENDS = {
    "since the year 1": ("--since", "0001-01-01"),
    "until the year 9999": ("--until", "9999-12-31"),
}
BAD_SAMPLES = {
    "keys of no kind": (("--keys", "uuid"), "--keys is 'uuid'; write integer or string"),
    "few users": (("--users", "39"), "--users"),
    "no URL": (("--url", "nonsense"), "--url"),
    "no such dialect": (("--url", "postgres://ada:hush@db/x"), "--url"),
    "no such port": (("--url", "postgresql://ada:hush@db:hush/x"), "--url"),
    "a folder": (("--url", f"sqlite:///{MODELS}"), "--url"),
}
BAD_GATEWAYS = {
    "no such port": (("--port", "70000"), "k"),
    "a folder as store": (("--port", "0", "--store", "."), "k"),
    "a key with a colon": (("--port", "0"), "a:colon"),
}
REAL = {"no database", "missing column", "wrong key", "narrow"}
"""Those asked of the command as it is started; the others of forks of it, which take a tenth of the time."""
COMMANDS = ["run", "check", "status", "sample", "gateway", "demo"]
