"""What a run of a plan is held to: every kind of difference in words, and all of them at once."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from bundled import unasked
from pydantic import SecretStr

from extractors.people import Listed, People
from extractors.volume import Volume
from flows import pipeline
from flows.errors import NotAsPlanned, SettingsInvalid
from flows.forecast import contract as contracts
from flows.forecast import planning
from flows.forecast.contract import ASKED, Asked, Contract, Totals, as_planned, differences_of, read_contract
from flows.forecast.document import document
from flows.forecast.planning import plan
from flows.options import Options
from flows.outcome import MaxDead
from loaders.answers import Target
from mappers.kinds import Key

ALL = MaxDead(share=1.0)
AT, LATER = "2024-01-31T08:00:00.000000Z", "2024-02-01T00:00:00.000000Z"
PLANNED = Contract(
    clock=AT,
    asked=Asked(since=None, until=None, streams=(), identify="current"),
    settings={"BACKFILL_SOURCE_NAME": "shop", "BACKFILL_WRITE_KEY": "k1", "BACKFILL_DESTINATIONS": "", "people": "p1"},
    versions={"code": "1", "plan": "d1", "privacy": "", "mappers": "m1", "orders": "o1", "accounts": "a1"},
    source={
        "orders": Volume(1_200, {"changed_at": ("2024-01-03 (1)", "2024-01-02 (2)")}),
        "accounts": Volume(7, {"changed_at": ("2024-01-02 (1)",)}),
    },
    receipts=5,
    totals=Totals(events=10, users=3, bytes=900),
)


def told(**changes):
    return differences_of(PLANNED, PLANNED.model_copy(update=changes))


def other(name, **changes):
    return {name: {**getattr(PLANNED, name), **changes}}


def test_what_is_as_it_was_differs_in_nothing():
    assert told() == []
    assert told(clock=LATER, receipts=6, totals=Totals()) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"asked": Asked(since=LATER, until=None, streams=("orders", "accounts"), identify="none")},
            [
                f"--since is {LATER}; planned was not set",
                "--streams is orders, accounts; planned was all",
                "--identify is none; planned was current",
            ],
        ),
        (other("settings", BACKFILL_SOURCE_NAME="other"), ["BACKFILL_SOURCE_NAME is other; planned was shop"]),
        (
            other("settings", BACKFILL_DESTINATIONS="Braze"),
            ["BACKFILL_DESTINATIONS is Braze; planned was not set"],
        ),
        (other("settings", BACKFILL_WRITE_KEY="k2"), ["BACKFILL_WRITE_KEY is another than was planned"]),
        (
            other("settings", people="p2"),
            ["the list of who is suppressed, or who consented, is another than was planned"],
        ),
        (other("versions", plan="d2"), ["the tracking plan was changed since it was planned"]),
        (other("versions", privacy="x"), ["the privacy file or its key was changed since it was planned"]),
        (other("versions", mappers="m2"), ["the mappers' code was changed since it was planned"]),
        (other("versions", code="2"), ["this program was changed since it was planned"]),
        (other("versions", orders="o2"), ["orders.sql was changed since it was planned"]),
        (other("versions", carts="c1"), ["carts.sql was not there"]),
        (
            {"versions": {name: one for name, one in PLANNED.versions.items() if name != "orders"}},
            ["orders.sql is not there any more"],
        ),
        (
            other("source", orders=Volume(1_201, {})),
            ["orders: the source has 1,201 rows, 1,200 were planned"],
        ),
        (
            other("source", orders=Volume(1_200, {"changed_at": ("2024-02-09 (1)", "2024-01-03 (1)")})),
            ["orders: rows were changed in the source, as changed_at 2024-02-09 (1) tells"],
        ),
        (
            other("source", accounts=Volume(7, {"changed_at": ()})),
            ["accounts: rows were changed in the source, as changed_at 2024-01-02 (1) tells"],
        ),
        (
            {"receipts": 4},
            ["the ledger knows 4 delivered messages, 5 when it was planned: is it the same ledger?"],
        ),
    ],
)
def test_every_kind_of_difference_is_told_in_words(changes, words):
    assert told(**changes) == words


def test_all_differences_are_told_at_once():
    words = told(
        **other("settings", BACKFILL_SOURCE_NAME="other", people="p2"),
        **other("versions", mappers="m2"),
        **other("source", orders=Volume(3, {}), accounts=Volume(8, {})),
        receipts=0,
    )
    assert [one.split()[0] for one in words] == ["BACKFILL_SOURCE_NAME", "the", "the", "accounts:", "orders:", "the"]


def test_where_another_part_is_asked_for_its_rows_are_not_compared():
    asked = Asked(since=LATER, until=None, streams=(), identify="current")
    words = told(asked=asked, **other("source", orders=Volume(3, {})))
    assert words == [f"--since is {LATER}; planned was not set"]


def test_options_are_those_that_were_planned_but_for_those_that_were_given():
    planned = PLANNED.model_copy(
        update={"asked": Asked(since=AT, until=LATER, streams=("orders",), identify="history")}
    )
    mine = Options(shards=3, identify="none")
    assert as_planned(mine, None, []) == mine
    assert as_planned(mine, planned, []) == Options(AT, LATER, ("orders",), "history", 3)
    assert as_planned(mine, planned, ["identify", "since"]) == Options(None, LATER, ("orders",), "none", 3)
    assert set(ASKED) <= set(Options().parameters())


@pytest.fixture
def file(tmp_path):
    def written(content):
        path = tmp_path / "plan.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return written


def test_a_contract_is_read_as_it_was_written(settings, file):
    forecast = plan(settings, Options(streams=("orders", "sign_ins"), since=AT), ALL).forecast
    assert read_contract(file(document(forecast))) == forecast.contract


OLD = PLANNED.model_dump(mode="json")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        [],
        "contract",
        {},
        {"exit": 2, "words": "it was refused"},
        {"contract": None},
        {"contract": {name: one for name, one in OLD.items() if name != "receipts"}},
        {"contract": OLD | {"newer": 1}},
        {"contract": OLD | {"clock": "yesterday"}},
        {"contract": OLD | {"asked": OLD["asked"] | {"shards": 3}}},
        {"contract": OLD | {"asked": OLD["asked"] | {"identify": "all"}}},
        {"contract": OLD | {"source": {"orders": [3, "x"]}}},
    ],
)
def test_what_is_no_plan_is_refused_with_the_cure(file, content):
    path = file(content)
    with pytest.raises(SettingsInvalid) as refused:
        read_contract(path)
    cure = "name a file that `backfill plan --json FILE` wrote with this version"
    assert refused.value.faults == (f"--plan {path} is no plan of a run; {cure}",)


def test_a_plan_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SettingsInvalid, match=r"none\.json cannot be read: No such file or directory; name a file"):
        read_contract(tmp_path / "none.json")


def test_who_is_left_out_is_told_by_a_digest_that_nobody_can_try():
    def digest(key, *users):
        return contracts._digest(People(Listed(frozenset(map(Key, users)))), key)  # noqa: SLF001  # it is all there is

    assert digest("k") == ""
    assert len({digest("k", "1"), digest("k", "2"), digest("k", "1", "2"), digest("other", "1")}) == 4
    consented = People(consented=Listed(frozenset({Key("1")})))
    assert contracts._digest(consented, "k") not in (digest("k", "1"), "")  # noqa: SLF001  # likewise


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"destinations": "Braze"}, "BACKFILL_DESTINATIONS is Braze; planned was none"),
        ({"safety_lag_seconds": 0}, "BACKFILL_SAFETY_LAG_SECONDS is 0; planned was 300"),
        ({"ambiguous_time": "dead"}, "BACKFILL_AMBIGUOUS_TIME is dead; planned was earliest"),
        ({"batch_events": 50}, "BACKFILL_BATCH_EVENTS is 50; planned was 2000"),
        ({"models": "changed"}, "orders.sql was changed since it was planned"),
        ({"models": "without"}, "sign_ins.sql is not there any more"),
        ({"plan": "changed"}, "the tracking plan was changed since it was planned"),
        ({"privacy": "given"}, "the privacy file or its key was changed since it was planned"),
        ({"suppressed": "given"}, "the list of who is suppressed, or who consented, is another than was planned"),
    ],
)
def test_a_run_that_is_not_the_planned_one_sends_nothing(settings, held, tmp_path, change, words):
    (name, how), before = next(iter(change.items())), held()
    contract = plan(settings, Options(), ALL).forecast.contract
    changed = settings.model_copy(update=_made(settings, tmp_path, name, how))
    with pytest.raises(NotAsPlanned) as refused:
        pipeline.run_here(changed, Options(), 1, ALL, contract=contract)
    assert words in refused.value.faults
    assert str(refused.value).endswith("with --until at least two days back.")
    assert held() == before


def _made(settings, folder, name, how):
    """Return the settings that are others: those of files in copies that were changed."""
    if name == "models":
        (folder / "models").mkdir()
        for path in settings.models.glob("*.sql"):
            (folder / "models" / path.name).write_text(path.read_text())
        orders = folder / "models" / "orders.sql"
        orders.write_text(orders.read_text() + "WHERE 1 = 1\n")
        if how == "without":
            (folder / "models" / "sign_ins.sql").unlink()
        return {"models": folder / "models"}
    if name == "plan":
        (folder / "plan.yaml").write_text(settings.plan.read_text() + "\n# edited\n")
        return {"plan": folder / "plan.yaml"}
    if name == "privacy":
        (folder / "privacy.yaml").write_text("classes: { contact: drop }\n")
        return {"privacy": folder / "privacy.yaml"}
    if name == "suppressed":
        (folder / "suppressed").write_text("77\n")
        return {"suppressed": folder / "suppressed"}
    return {name: how}


def test_another_data_plane_or_key_is_told_without_either(settings):
    contract = plan(settings, Options(), ALL).forecast.contract
    with unasked() as url:
        other = settings.model_copy(update={"data_plane_url": url, "write_key": SecretStr("another-key")})
        other = other.model_copy(update={"target": Target.SEGMENT})
        planned = plan(other, Options(), ALL).forecast.contract
    assert differences_of(contract, planned) == [
        "BACKFILL_WRITE_KEY is another than was planned",
        "the data plane, or its write key, is another than was planned",
        "BACKFILL_TARGET is segment; planned was rudderstack",
    ]
    assert not [one for one in ("another-key", url) if one in planned.model_dump_json()]


def test_what_comes_into_the_source_while_it_is_planned_is_a_difference(settings, tmp_path, monkeypatch):
    """A row that came too late to be counted in the plan must not be let through by a run of it."""
    shutil.copy(settings.source_url.get_secret_value().removeprefix("sqlite:///"), tmp_path / "live.db")
    settings = settings.model_copy(update={"source_url": SecretStr(f"sqlite:///{tmp_path}/live.db")})
    reckon = planning.reckoned

    def reckoned(*asked):
        counts = reckon(*asked)
        with closing(sqlite3.connect(tmp_path / "live.db")) as connection, connection:
            row = "(999999, 3, '2024-01-01 08:00:00', NULL, NULL)"
            connection.execute(f"INSERT INTO sign_in_log VALUES {row}")  # noqa: S608  # our own
        return counts

    monkeypatch.setattr(planning, "reckoned", reckoned)
    contract = plan(settings, Options(), ALL).forecast.contract
    with pytest.raises(NotAsPlanned, match="sign_ins: the source has"):
        pipeline.run_here(settings, Options(), 1, ALL, contract=contract)


def test_a_plan_that_does_not_hold_any_more_is_refused_before_the_data_plane_is_asked(settings):
    contract = plan(settings, Options(), ALL).forecast.contract
    with unasked() as url:
        changed = settings.model_copy(update={"data_plane_url": url})
        with pytest.raises(NotAsPlanned) as refused:
            pipeline.run_here(changed, Options(), 1, ALL, contract=contract)
    assert refused.value.faults == ("the data plane, or its write key, is another than was planned",)
