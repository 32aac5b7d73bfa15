"""The account for people: every count of it, and never a row id, a key or a personal datum; and what to do next."""

import re
import shlex
from collections import Counter
from dataclasses import replace
from itertools import chain

import pytest

from extractors.errors import SourceStopped
from flows import pipeline
from flows.errors import Exit
from flows.following import since_watermarks
from flows.options import Options
from flows.outcome import MaxDead, Outcome, judge
from flows.reporting.advice import again_command, next_steps
from flows.reporting.breakdown import balance, tables
from flows.reporting.reasons import in_words
from flows.reporting.recorded import Recorded, recorded
from flows.reporting.report import markdown
from flows.reporting.set_aside import dead_letters, set_aside
from flows.settings import ROOT, load_settings
from flows.tables import MOST_ROWS, in_markdown, largest
from mappers.catalog import STREAMS

COUNTS = Counter(
    {
        "delivered|Order Completed|2020-02": 1200,
        "delivered|Identify|2020-01": 3,
        "rows_dead|orders|Missing-Time": 2,
        "dead|orders|Required-Missing": 4,
        "rows_filtered|orders|cancelled": 5,
        "findings|orders|total disagrees with lines": 6,
        "seams|sign_ins|ambiguous": 7,
        "unidentified": 8,
    }
)


def test_each_count_is_in_its_table():
    found = {title: (names, [tuple(row) for row in rows]) for title, names, rows in tables(COUNTS)}

    assert found["Delivered by event"][1] == [("Identify", 3), ("Order Completed", 1200)]
    assert found["Dead letters: rows"][1] == [("orders", "Missing-Time", 2)]
    assert found["Dead letters: messages"][1] == [("orders", "Required-Missing", 4)]
    assert found["Filtered by rule"][1] == [("orders", "cancelled", 5)]
    assert found["Worth a look"][1] == [("orders", "total disagrees with lines", 6)]
    assert found["Times at a seam of the zone"][1] == [("sign_ins", "ambiguous", 7)]
    assert found["Of users without an Identify"][1] == [("sent all the same", 8)]


def test_a_table_without_a_row_is_left_out():
    assert tables(Counter({"rows_read|orders": 3})) == []


def test_an_outcome_without_a_summary_is_its_words():
    text = markdown(None, Outcome(Exit.REFUSED, "The settings do not hold", None))
    assert text == "# Refused\n\nThe settings do not hold"


DISTINCT = {
    "row id": "770077007700", "user": "880088008800", "e-mail": "distinctive.person@example.org",
    "name": "Distinctivia", "place": "Distinct Street 1", "session": "session-distinct-1", "order": "990099009900",
    "time": "distinct o'clock",
}  # fmt: skip
SCRIPT = """
CREATE TABLE accounts (id, email, name, street, at);
CREATE TABLE orders (id, who, visit, at, done, total);
CREATE TABLE lines (sale, line, item, price);
"""
WHO = (DISTINCT["e-mail"], DISTINCT["name"], DISTINCT["place"])
ROWS = {
    "accounts": [
        (int(DISTINCT["user"]), *WHO, "2020-01-02 10:00"),
        (int(DISTINCT["row id"]), *WHO, DISTINCT["time"]),
    ],
    "orders": [
        (int(DISTINCT["order"]), int(DISTINCT["user"]), None, "2020-02-02 10:00:00", 1, 12.5),
        (int(DISTINCT["row id"]), None, DISTINCT["session"], "2020-02-03 10:00:00", 1, f"cheap {DISTINCT['name']}"),
        (int(DISTINCT["row id"]) + 1, int(DISTINCT["user"]), None, "2020-02-03 10:00:00", 0, 12.5),
    ],
    "lines": [(int(DISTINCT["order"]), 1, 7, 11)],
}
MODELS = {
    "accounts": "SELECT id AS row_id, id AS user_id, at AS changed_at, email, name AS first_name, name AS last_name,"
    " street FROM accounts",
    "orders": "SELECT id AS row_id, who AS user_id, visit AS anonymous_id, at AS occurred_at, done AS is_completed,"
    " total FROM orders",
    "order_lines": "SELECT l.sale AS order_id, l.line AS line_id, o.who AS user_id, o.visit AS anonymous_id,"
    " o.at AS occurred_at, l.item AS product_id, l.price FROM lines l LEFT JOIN orders o ON o.id = l.sale",
}


@pytest.fixture
def account(tmp_path, database, environment, set_environment):
    """Give a run's settings and outcome, over a platform whose every value would be known again."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name, sql in MODELS.items():
        (folder / f"{name}.sql").write_text(sql)
    set_environment(environment | {"BACKFILL_SOURCE_URL": database(SCRIPT, **ROWS), "BACKFILL_MODELS": str(folder)})
    settings = load_settings()
    return settings, pipeline.run_here(settings, Options(), 1, MaxDead(9))


def test_the_report_holds_counts_alone(account):
    settings, outcome = account
    text = markdown(settings, outcome)

    assert outcome.exit is Exit.DONE
    assert outcome.summary.rows_dead == 2
    assert outcome.summary.rows_filtered == 1
    assert "| orders | Mistyped-Decimal | values that are no number | 1 |" in text
    assert "| accounts | Unparseable-Time | times that cannot be read | 1 |" in text
    assert "| orders | total disagrees with lines | 1 |" in text
    assert {what: value for what, value in DISTINCT.items() if value in text} == {}
    assert settings.write_key.get_secret_value() not in text
    assert str(settings.models) not in text


def test_a_night_tells_what_is_dated_in_the_future_and_no_text_that_is_no_time(tmp_path, account, database):
    settings, _ = account
    late = [(int(DISTINCT["order"]) + number, 1, None, at, 1, 1) for number, at in enumerate(["n/a", "2999-01-01"], 1)]
    late += [(7, 1, None, "9999-12-31", 1, 1)]
    (tmp_path / "platform.db").unlink()
    database(SCRIPT, **(ROWS | {"orders": [*ROWS["orders"], *late]}))
    outcome = pipeline.run_here(settings, Options(), 1, MaxDead(9), since_watermarks(0))
    assert "| orders | dated in the future | 1 |" in markdown(settings, outcome)


def test_the_report_tells_its_story_in_order(account):
    settings, outcome = account
    text = markdown(settings, outcome)
    lines = text.splitlines()

    assert lines[:3] == ["# Done", "", outcome.words]
    assert outcome.summary.run_id in lines[4]
    assert "| rows read | 6 |" in lines
    assert re.findall("^#+ (.*)", text, re.MULTILINE) == [
        "Done", "Balance", "What was sent", "Delivered by event", "Delivered by month", "Who",
        "What was set aside, and why", "Dead letters", "Filtered by rule", "Worth a look", "How fast", "Which versions",
        "What to do next",
    ]  # fmt: skip
    assert "![Messages delivered by month, 2020-01 to 2020-02: 2 in all" in text
    assert "| 2020-02 | 1 |" in lines
    assert "The messages are of 1 distinct user, visitors included." in lines
    assert "None is of a user without an Identify." in lines
    assert text.count("backfill replay") == 1
    assert "They are kept. Once they are mended, **Deployments**, **replay** sends them: *Streams* and" in text
    assert "| orders | order not completed | 1 |" in lines
    assert f"mappers `{pipeline.MAPPERS}`" in text
    assert "orders `" in lines[lines.index("## Which versions") + 4]
    assert "`backfill verify`" in text


def test_the_letters_are_told_by_stream_and_reason(account):
    settings, outcome = account
    title, names, rows = dead_letters(recorded(settings, outcome.summary.run_id))

    assert title == "2 dead letters in this run, 2 open now"
    assert names == ("stream", "reason", "what it is", "in this run", "open now")
    assert rows == [
        ("accounts", "Unparseable-Time", "times that cannot be read", 1, 1),
        ("orders", "Mistyped-Decimal", "values that are no number", 1, 1),
    ]
    assert {what: value for what, value in DISTINCT.items() if value in str(rows)} == {}


def test_a_run_that_the_ledger_does_not_know_is_told_by_its_balance(account):
    settings, outcome = account
    text = markdown(settings, outcome._replace(summary=replace(outcome.summary, run_id="")))
    assert "| = delivered | 2 |" in text
    assert "What was sent" not in text


def steps(outcome, kind="import", **asked):
    return "\n".join(next_steps(outcome, outcome.summary, kind, Options(**asked).parameters()))


def test_what_to_do_next_hangs_on_how_it_ended(account):
    _, outcome = account
    summary = replace(outcome.summary, rows_dead=0, dead=0)

    assert steps(judge(summary, MaxDead())).startswith(
        "**Hold it against the destination:** **Deployments**, **verify** (`backfill verify`)"
    )
    assert "2 dead letters" in steps(outcome)
    stopped = steps(judge(summary, MaxDead(), SourceStopped("no")), since="2020-01-01T05:00:00.000000Z", shards=3)
    assert "*Retry*" in stopped
    assert "`backfill run --since 2020-01-01T05:00:00.000000Z --shards 3 --resume`" in stopped
    assert "backfill verify --" not in steps(judge(summary, MaxDead()))
    doubt = steps(judge(replace(summary, in_doubt=1, messages=summary.messages + 1), MaxDead()))
    assert "**1 message in doubt:**" in doubt
    unbalanced = steps(judge(replace(summary, balanced=False, rows_mapped=summary.rows_mapped - 4), MaxDead()))
    assert "6 rows have no fate" in unbalanced


ASKED = [
    Options(),
    Options(
        "2020-01-01T05:00:00.000000Z",
        "2021-01-01T05:00:00.000000Z",
        ("orders", "accounts"),
        "history",
        3,
        "skip",
        7,
        99,
    ),
]


@pytest.mark.parametrize("kind", ["import", "nightly", "replay", "resend"])
@pytest.mark.parametrize("options", ASKED)
def test_what_goes_on_is_a_command_that_there_is(forked, tmp_path, kind, options):
    """It is understood by the command line, which then lacks the settings of the environment."""
    _, *words = shlex.split(again_command(kind, options.parameters()))
    ran = forked(*words, folder=tmp_path, environment={})
    assert (ran.returncode, "BACKFILL_SOURCE_URL" in ran.stderr) == (2, True), ran.stderr


def test_a_replay_is_told_as_the_run_was():
    run = run_with({"rows_dead|orders|Missing-Time": 2}, {("orders", "Missing-Time"): 2})
    assert "for all. From a terminal it is `backfill replay`" in "\n".join(set_aside(run))
    said = "\n".join(set_aside(run._replace(asked=Options(identify="history").parameters())))
    assert (
        "none for all, and *Identify* on *history*. From a terminal it is `backfill replay --identify history`" in said
    )


def test_rows_that_share_a_letter_are_told():
    run = run_with({"rows_dead|orders|Conflicting-Rows": 3}, {("orders", "Conflicting-Rows"): 2, ("orders", "X"): 5})
    said = "(1 row with the letter of another row of the same id)"
    assert f"They are kept {said}. Once" in "\n".join(set_aside(run))
    assert dead_letters(run)[0] == f"3 dead letters in this run, 7 open now {said}"


def test_every_reason_that_a_row_or_message_can_have_is_told_in_words():
    places = ["extractors/*.py", "mappers/*.py", "loaders/check.py", "flows/details.py", "flows/sealing.py"]
    sources = chain.from_iterable(ROOT.glob(place) for place in places)
    known = {one for path in sources for one in re.findall(r'"((?:[A-Z][a-z]*-)+[A-Z][a-z]*)"', path.read_text())}
    assert len(known) > 25
    assert {reason for reason in known if in_words(reason) == reason} == set()
    assert in_words("Refused-400").endswith("with 400")


def run_with(counts, still_open=None):
    return Recorded("import", Options().parameters(), {}, Counter(counts), still_open or {})


def test_a_run_without_dead_letters_says_so_and_those_of_earlier_runs_are_named():
    assert "No row or message of this run is dead." in [*set_aside(run_with({}))]
    earlier = "\n".join(set_aside(run_with({}, {("orders", "Missing-Time"): 1})))
    assert "1 dead letter of other kinds, from earlier runs" in earlier


def test_of_many_reasons_the_largest_come_first_and_the_others_are_counted():
    counts = {f"rows_dead|{name}|Reason-{number}": number for number in range(1, 11) for name in [*STREAMS][:8]}
    text = "\n".join(set_aside(run_with(counts)))
    assert len(re.findall(r"^\| \w+ \| Reason-", text, re.MULTILINE)) == MOST_ROWS
    assert "Reason-10" in text
    assert "Reason-2 " not in text
    assert f"The largest {MOST_ROWS}; 20 more: `backfill status` lists them all." in text


def test_a_short_table_keeps_its_order_and_numbers_stand_right():
    table = ("T", ("name", "count"), [("a", 1), ("b|c", 2000)])
    assert largest(table, "there") == in_markdown([table]) == [
        "### T\n\n| name | count |\n|---|---:|\n| a | 1 |\n| b\\|c | 2,000 |"
    ]  # fmt: skip


def test_a_balance_that_does_not_close_says_so(account):
    _, outcome = account
    assert balance(replace(outcome.summary, balanced=False))[0] == "Balance, which does not close"


def test_the_counts_are_those_of_the_ledger(account):
    settings, outcome = account
    counts = recorded(settings, outcome.summary.run_id).counts
    assert counts["rows_read|orders"] == 3
    assert sum(count for name, count in counts.items() if name.startswith("delivered|")) == outcome.summary.delivered
