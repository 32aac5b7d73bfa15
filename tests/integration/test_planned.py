"""The sample platform planned, and then sent as planned: to the event, the user, the byte; or refused, and why."""

import json
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from terminal import ROOT, place

from sandbox.platform.sample import SampleOptions, write_sample

MODELS = ROOT / "extractors" / "models" / "sample"
SAME = (
    *("rows_read", "rows_mapped", "rows_filtered", "rows_dead", "messages", "delivered", "dead", "in_doubt"),
    *("already_delivered", "events", "users", "bytes", "requests", "balanced"),
)
TABLES = {
    "accounts": ("accounts", {"account_id": "90000001"}),
    "sign_ups": ("accounts", {"account_id": "90000001"}),
    "profile_updates": ("profile_change_log", {"change_id": "90000001"}),
    "licenses": ("licenses", {"license_id": "90000001"}),
    "license_changes": ("license_changes", {"change_id": "90000001"}),
    "memberships": ("memberships", {"membership_id": "90000001"}),
    "sign_ins": ("sign_in_log", {"log_id": "90000001"}),
    "cart_events": ("cart_events", {"position": "99"}),
    "checkouts": ("checkouts", {"checkout_id": "90000001"}),
    "checkout_lines": ("checkout_lines", {"line_no": "99"}),
    "orders": ("orders", {"order_id": "90000001"}),
    "order_lines": ("order_lines", {"line_no": "99"}),
}
JOINED = dict.fromkeys(TABLES, frozenset()) | {"orders": {"order_lines"}, "checkouts": {"checkout_lines"}}
LAG = 12
TOTALS = {"events": "delivered", "users": "users", "bytes": "bytes"}


class Planned:
    """A place with a platform of its own, and what was planned there."""

    def __init__(self, place, platform, *words):
        self.place, self.platform = place, platform
        self.plan = self.summary("plan", *words, "--max-dead", "5%", file="plan.json")

    def summary(self, *words, file="run.json"):
        ran = self.place.backfill(*words, "--json", file)
        assert ran.returncode == 0, ran.stderr
        return json.loads((self.place.folder / file).read_text())

    def run(self, *words, **changes):
        return self.place.backfill("run", "--plan", "plan.json", "--max-dead", "5%", *words, **changes)

    def change(self, query, *values):
        with closing(sqlite3.connect(self.platform)) as connection, connection:
            assert connection.execute(query, values).rowcount == 1

    def add(self, table, key):
        """Add a row like the first one of the table, and return what takes it away again."""
        with closing(sqlite3.connect(self.platform)) as connection:
            names = [one for (_, one, *_) in connection.execute(f"PRAGMA table_info({table})")]
        chosen = ", ".join(key.get(name, name) for name in names)
        self.change(f"INSERT INTO {table} SELECT {chosen} FROM {table} LIMIT 1")  # noqa: S608  # our own names
        ((name, value),) = key.items()
        return f"DELETE FROM {table} WHERE {name} = {value}"  # noqa: S608  # likewise

    def refused(self, *words, **changes):
        """Run the plan, which must be refused before any event is sent, and return the reasons."""
        requests = self.asked()
        ran = self.run(*words, **changes)
        assert ran.returncode == 2, ran.stdout + ran.stderr
        assert (self.asked(), self.place.arrived()) == (requests, [])
        lines = ran.stderr.splitlines()
        assert lines[0] == "This is not what was planned, so that nothing was sent:"
        assert lines[-1].startswith("Plan it again; ")
        return [line.removeprefix("  - ") for line in lines[1:-1]]

    def asked(self):
        """Return how many requests the data plane stored anything of, or was sent anything in."""
        with closing(sqlite3.connect(self.place.store)) as connection:
            return connection.execute("SELECT count(*) FROM requests").fetchone()[0]


@pytest.fixture(scope="module", params=["integer", "string"])
def platform(request, tmp_path_factory):
    path = tmp_path_factory.mktemp(request.param) / "platform.db"
    write_sample(f"sqlite:///{path}", SampleOptions(users=600, keys=request.param))
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "platform.db"
    write_sample(f"sqlite:///{path}", SampleOptions(users=40))
    return path


@pytest.fixture
def somewhere(tmp_path):
    """Give what plans a platform in a place of the test's own."""

    def planned(platform, *words, **settings):
        own.environment.update({f"BACKFILL_{name}": value for name, value in settings.items()})
        return Planned(own, platform, *words)

    with place(tmp_path / "own", "", MODELS, "America/New_York") as own:
        yield lambda platform, *words, **more: planned(platform, *words, SOURCE_URL=f"sqlite:///{platform}", **more)


@pytest.mark.parametrize("words", [(), ("--since", "2022-01-01", "--until", "2024-01-01", "--identify", "history")])
def test_a_run_of_a_plan_is_what_was_planned(platform, somewhere, words):
    here = somewhere(platform, *words)
    ran = here.summary("run", "--plan", "plan.json", "--max-dead", "5%")
    assert {name: ran[name] for name in SAME} == {name: here.plan[name] for name in SAME}
    arrived = here.place.arrived()
    assert len(arrived) == here.plan["delivered"] > 1_000
    months = {(one.event.name or one.event.type.capitalize(), one.event.timestamp[:7]) for one in arrived}
    planned = here.plan["forecast"]["events_by_month"]
    assert months == {(event, month) for event, several in planned.items() for month in several}
    assert sum(planned[event][month] for event, month in months) == len(arrived)
    assert here.plan["contract"]["totals"] == {name: ran[as_] for name, as_ in TOTALS.items()}

    again = here.summary("run", "--plan", "plan.json", "--max-dead", "5%")
    assert (again["delivered"], again["already_delivered"]) == (0, len(arrived))


@pytest.fixture(scope="module")
def whole(small, tmp_path_factory):
    """Give a small platform, planned."""
    with place(tmp_path_factory.mktemp("whole"), f"sqlite:///{small}", MODELS, "America/New_York") as own:
        yield Planned(own, small)


@pytest.mark.parametrize("stream", TABLES)
def test_a_row_that_was_added_is_refused_with_its_stream(whole, stream):
    undo = whole.add(*TABLES[stream])
    try:
        reasons = whole.refused()
    finally:
        whole.change(undo)
    rows = whole.plan["contract"]["source"][stream]["rows"]
    assert f"{stream}: the source has {rows + 1:,} rows, {rows:,} were planned" in reasons
    affected = {one.split(":")[0] for one in reasons}
    assert affected <= {name for name, (table, _) in TABLES.items() if table == TABLES[stream][0]} | JOINED[stream]


def test_a_row_that_was_edited_is_refused_with_its_stream_and_time(whole):
    edit = "UPDATE accounts SET updated_at = ? WHERE account_id = 7"
    with closing(sqlite3.connect(whole.platform)) as connection:
        ((was,),) = connection.execute("SELECT updated_at FROM accounts WHERE account_id = 7").fetchall()
    whole.change(edit, "2026-08-01 10:00:00")
    try:
        (reason,) = whole.refused()
    finally:
        whole.change(edit, was)
    assert reason == "accounts: rows were changed in the source, as changed_at 2026-08-01 10:00:00 (1) tells"


@pytest.mark.parametrize(
    ("words", "changes", "reason"),
    [
        (("--since", "2023-01-01"), {}, "--since is 2023-01-01T05:00:00.000000Z; planned was not set"),
        (("--stream", "orders"), {}, "--streams is orders; planned was all"),
        (("--identify", "none"), {}, "--identify is none; planned was current"),
        ((), {"DESTINATIONS": "Braze"}, "BACKFILL_DESTINATIONS is Braze; planned was none"),
        ((), {"MODELS": "models"}, "orders.sql was changed since it was planned"),
        ((), {"PLAN": "plan.yaml"}, "the tracking plan was changed since it was planned"),
        ((), {"PRIVACY": "privacy.yaml"}, "the privacy file or its key was changed since it was planned"),
        (
            (),
            {"SUPPRESSED": "nobody.txt"},
            "the list of who is suppressed, or who consented, is another than was planned",
        ),
        ((), {"SOURCE_NAME": "other"}, "BACKFILL_SOURCE_NAME is other; planned was platform"),
    ],
)
def test_what_was_changed_since_is_named(whole, words, changes, reason):
    folder = whole.place.folder
    (folder / "models").mkdir(exist_ok=True)
    for path in MODELS.glob("*.sql"):
        (folder / "models" / path.name).write_text(path.read_text())
    (folder / "models" / "orders.sql").write_text((MODELS / "orders.sql").read_text() + "WHERE 1 = 1\n")
    (folder / "plan.yaml").write_text((ROOT / "data" / "tracking_plan.yaml").read_text() + "# edited\n")
    (folder / "privacy.yaml").write_text("classes: { contact: drop }\n")
    (folder / "nobody.txt").write_text("nobody-of-that-name\n")
    assert reason in whole.refused(*words, **{f"BACKFILL_{name}": value for name, value in changes.items()})


def test_another_ledger_is_named(small, somewhere):
    here = somewhere(small)
    here.summary("run", "--stream", "sign_ins", "--max-dead", "5%")
    sent = len(here.place.arrived())
    here = Planned(here.place, small)
    assert here.plan["already_delivered"] == sent
    ran = here.run(BACKFILL_LEDGER_URL="sqlite:///another.db")
    assert ran.returncode == 2
    words = f"the ledger knows 0 delivered messages, {sent:,} when it was planned: is it the same ledger?"
    assert words in ran.stderr
    assert len(here.place.arrived()) == sent
    assert here.run().returncode == 0
    assert len(here.place.arrived()) == sent + here.plan["delivered"]


def test_what_has_settled_since_is_not_sent_with_the_plan(small, somewhere, tmp_path):
    live = tmp_path / "live.db"
    live.write_bytes(small.read_bytes())
    here = somewhere(live, SAFETY_LAG_SECONDS=str(LAG))  # what it imports is there from here on
    now = datetime.now(ZoneInfo("America/New_York"))
    with closing(sqlite3.connect(live)) as connection, connection:
        row = (90000001, 7, f"{now:%Y-%m-%d %H:%M:%S.%f}", None, None)
        connection.execute("INSERT INTO sign_in_log VALUES (?, ?, ?, ?, ?)", row)
    here = Planned(here.place, live)
    assert here.plan["forecast"]["rows_filtered"]["sign_ins"]["too recent"] == 1
    time.sleep(max(0, LAG + 1 - (datetime.now(UTC) - now).total_seconds()))
    ran = here.summary("run", "--plan", "plan.json", "--max-dead", "5%")
    assert {name: ran[name] for name in SAME} == {name: here.plan[name] for name in SAME}
    assert here.summary("run", "--max-dead", "5%")["events"] == {"User Signed In": 1}
