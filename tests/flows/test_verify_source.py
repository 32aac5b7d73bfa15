"""A source, a ledger or a data plane that changed since: what is gone, not sent yet, or out of what was asked."""

import json
import socket

import pytest
import yaml
from verified import ALL_DEAD, copied, counts, history_of, of_kind

from flows import pipeline
from flows.errors import Exit, SettingsInvalid
from flows.options import Options
from flows.settings import ROOT, load_settings
from loaders.errors import DestinationRefused, DestinationStopped, LedgerHeld, LedgerUnusable
from loaders.ledger.segments import SEGMENT_IDS
from sandbox.faults.plan import FaultPlan
from sandbox.faults.plane import running_faults

ALL = 10_000
HALF = "2022-01-01T00:00:00.000000Z"


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    """Give a clean history that was sent whole."""
    with history_of(tmp_path_factory.mktemp("history"), users=150, hostile=False) as ground:
        assert ground.run().exit is Exit.DONE
        yield ground


@pytest.fixture
def ground(history, tmp_path):
    """Give a copy of it."""
    with copied(history, tmp_path) as own:
        yield own


def test_a_row_that_is_deleted_from_the_source_is_gone(ground):
    (log_id,) = ground.source("SELECT log_id FROM sign_in_log ORDER BY log_id LIMIT 1")[0]
    ground.source("DELETE FROM sign_in_log WHERE log_id = ?", log_id)
    outcome = ground.verify()

    assert (outcome.exit, counts(outcome)) == (Exit.UNBALANCED, {"gone": 1})
    (finding,) = outcome.summary.findings
    assert (finding["stream"], finding["event"], finding["row_id"]) == ("sign_ins", "User Signed In", "")
    assert finding["message_id"] in ground.arrived()
    assert sum(line.gone for line in outcome.summary.lines() if line.stream == "sign_ins") == 1


def test_a_row_that_is_not_sent_yet_is_unsent_and_not_sent_by_a_resend(ground):
    ground.source(
        "INSERT INTO sign_in_log SELECT 999001, account_id, signed_in_at, ip_address, user_agent "
        "FROM sign_in_log LIMIT 1"
    )
    before = ground.arrived()
    outcome = ground.verify(resend=True)

    assert (outcome.exit, counts(outcome)) == (Exit.UNBALANCED, {"unsent": 1})
    assert [(one["stream"], one["row_id"]) for one in outcome.summary.findings] == [("sign_ins", "999001")]
    assert "1 not sent yet (`backfill run` sends them)" in outcome.words
    assert ground.arrived() == before
    assert ground.run().summary.delivered == 1
    assert counts(ground.verify()) == {}


def test_an_account_that_changed_has_an_older_state_at_the_destination_and_is_not_gone(ground):
    ground.source("UPDATE accounts SET updated_at = datetime(updated_at, '+1 day') WHERE account_id = 5")
    assert counts(ground.verify()) == {"unsent": 1}
    ground.run()
    outcome = ground.verify()
    assert (outcome.exit, outcome.summary.beside["older_states"]) == (Exit.DONE, 1)


def test_an_account_that_is_gone_is(ground):
    ground.source("DELETE FROM accounts WHERE account_id = 5")
    assert counts(ground.verify(streams=("accounts",))) == {"gone": 1}


def test_what_the_plan_rejects_today_and_was_sent_is_not_gone(ground, tmp_path):
    plan = yaml.safe_load((ROOT / "data" / "tracking_plan.yaml").read_text())
    (rule,) = [rule for rule in plan["rules"] if rule["key"] == "user_signed_in"]
    rule["schema"]["required"] = [*rule["schema"].get("required", []), "password"]
    (tmp_path / "plan.yaml").write_text(yaml.safe_dump(plan))
    before = ground.verify().summary

    outcome = ground.verify(changes={"BACKFILL_PLAN": str(tmp_path / "plan.yaml")})
    assert (outcome.exit, outcome.summary.dead) == (Exit.DONE, before.events["User Signed In"])
    assert outcome.summary.delivered == before.delivered - outcome.summary.dead


def test_what_arrived_without_a_receipt_is_named(ground):
    ground.ledger("DELETE FROM segments WHERE first_id IN (SELECT first_id FROM segments ORDER BY first_id LIMIT 1)")
    outcome = ground.verify(shown=ALL)
    assert counts(outcome) == {"unreceipted": SEGMENT_IDS}
    assert outcome.exit is Exit.UNBALANCED
    assert len(of_kind(outcome, "unreceipted")) == SEGMENT_IDS


def test_what_is_in_doubt_and_did_not_arrive_is_unsent(ground):
    (message_id,) = ground.lose("seq = 100")
    ground.ledger(
        "UPDATE batches SET state = 'in doubt', ids = ? WHERE batch_id = 1", bytes.fromhex(message_id.replace("-", ""))
    )
    outcome = ground.verify()
    assert counts(outcome) == {"missing": 1}  # an earlier receipt covers it
    ground.ledger("DELETE FROM segments")
    ground.ledger("DELETE FROM generations")
    outcome = ground.verify(shown=ALL)
    details = {one["message_id"]: one["detail"] for one in outcome.summary.findings if one["kind"] == "unsent"}
    assert (details, outcome.summary.in_doubt) == ({message_id: "in doubt"}, 1)


def test_what_the_data_plane_refused_is_a_dead_letter_and_no_difference(tmp_path):
    with history_of(tmp_path, users=40, hostile=False) as ground:
        unsent = ground.verify(shown=ALL, streams=("orders",)).summary.findings
        refused = next(one["message_id"] for one in unsent if one["event"] == "Order Completed")
        with (
            running_faults(ground.plane, FaultPlan(poison=(refused.encode(),))) as faulty,
            ground.settled(BACKFILL_DATA_PLANE_URL=faulty.url),
        ):
            sent = pipeline.run_here(load_settings(), Options(), 2, ALL_DEAD).summary
        outcome = ground.verify()

        assert (outcome.exit, counts(outcome), sent.dead) == (Exit.DONE, {}, 1)
        same = ("messages", "delivered", "dead", "events")
        assert [getattr(outcome.summary, name) for name in same] == [getattr(sent, name) for name in same]
        assert {line.source for line in outcome.summary.lines() if line[2:5] != (line.source,) * 3} == set()

        ids = bytes.fromhex(refused.replace("-", ""))
        doubt = (
            "INSERT INTO batches (run_id, shard, state, events, bytes, ids, sent_at) VALUES ('x', 0, ?, 1, 9, ?, '')"
        )
        ground.ledger(doubt, "in doubt", ids)
        outcome = ground.verify()
        assert (outcome.exit, counts(outcome), outcome.summary.in_doubt) == (Exit.UNBALANCED, {"unsent": 1}, 1)


@pytest.mark.parametrize(
    "machine", ["elsewhere", f"{socket.gethostname()}/11111111-2222-3333-4444-555555555555/pid:[1]"]
)
def test_a_lock_that_was_left_behind_does_not_keep_from_verifying(ground, monkeypatch, machine):
    monkeypatch.setattr("loaders.ledger.lock.BEAT_SECONDS", 0.01)
    ground.ledger("UPDATE locks SET owner = ?, run_id = 'killed'", f"{machine} 4242 123456")
    assert ground.verify(streams=("accounts",)).exit is Exit.DONE


def test_while_a_run_is_at_work_nothing_is_verified(ground):
    with ground.settled(), pipeline.prepared(load_settings(), Options()), pytest.raises(LedgerHeld, match="at work"):
        ground.verify(streams=("accounts",))


def test_both_sides_of_a_window_are_judged_by_themselves(ground):
    before = ground.lose("type = 'track' AND timestamp < ? AND seq % 5 = 0", HALF)
    after = ground.lose("type = 'track' AND timestamp >= ? AND seq % 5 = 0", HALF)
    assert len(before) > 10 < len(after)

    for window, lost in (({"until": HALF}, before), ({"since": HALF}, after), ({}, before | after)):
        outcome = ground.verify(shown=ALL, **window)
        assert of_kind(outcome, "missing") == lost
        assert counts(outcome) == {"missing": len(lost)}
        assert bool(outcome.summary.beside["not_asked_for"]) == bool(window)


def test_a_row_gone_is_gone_from_its_window_alone(ground):
    (log_id,) = ground.source("SELECT log_id FROM sign_in_log WHERE signed_in_at < '2021-06-01' LIMIT 1")[0]
    ground.source("DELETE FROM sign_in_log WHERE log_id = ?", log_id)
    assert counts(ground.verify(until=HALF)) == {"gone": 1}
    assert counts(ground.verify(since=HALF)) == {}


def test_only_the_streams_that_were_asked_for_are_judged(ground):
    lost = ground.lose("event = 'Order Completed' AND seq % 9 = 0")
    assert counts(ground.verify(streams=("sign_ins", "accounts"))) == {}
    assert of_kind(ground.verify(streams=("orders",), shown=ALL), "missing") == lost


def test_an_identify_is_sent_again_though_it_is_dated_outside_of_the_window(ground):
    """Its user did something in the window, so it belongs to it; the resend names the row alone."""
    asked = {"since": "2023-01-01T00:00:00.000000Z", "shown": ALL}
    lost = ground.lose("type = 'identify' AND timestamp < '2023-01-01'")
    first = ground.verify(resend=True, **asked)
    assert 0 < first.summary.missing == first.summary.mended
    assert of_kind(first, "missing") <= lost
    assert first.exit is Exit.DONE
    assert counts(ground.verify(**asked)) == {}


@pytest.mark.parametrize("mode", ["history", "none"])
def test_a_history_that_was_sent_in_another_way_agrees_when_asked_the_same_way(ground, mode):
    ground.ledger("DELETE FROM segments")
    ground.ledger("DELETE FROM generations")
    ground.plane_holds("DELETE FROM events")
    ground.run(identify=mode)
    outcome = ground.verify(identify=mode)
    assert (outcome.exit, counts(outcome)) == (Exit.DONE, {})
    assert counts(ground.verify(identify=mode, streams=("sign_ins",))) == {}
    lost = ground.lose("seq % 100 = 3")
    before = ground.arrived()
    assert ground.verify(identify=mode, resend=True).summary.mended == len(lost)
    assert ground.arrived() - before == dict.fromkeys(lost, 1)


def test_a_resend_reads_only_the_pages_of_what_is_missing(ground, monkeypatch):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 5)
    monkeypatch.setattr("flows.paging.MAX_RANGES", 2)
    lost = ground.lose("user_id IN ('20', '21', '90')") | ground.lose("anonymous_id IS NOT NULL AND seq % 3 = 0")
    outcome = ground.verify(resend=True, shown=ALL)

    assert of_kind(outcome, "missing") == lost
    assert outcome.summary.mended == len(lost) > 20
    query = "SELECT axis, ranges FROM shards JOIN runs USING (run_id) WHERE kind = 'resend' ORDER BY shard"
    cut = [(axis, json.loads(ranges)) for axis, ranges in ground.ledger(query)]
    ranges = [(low or 0, high) for axis, ranges in cut for low, high in ranges if axis == "users"]
    assert {axis for axis, _ in cut} == {"users", "visitors"}
    assert ranges == sorted(ranges)
    assert len(ranges) <= 2 * 3 < 150 / 5
    assert [sum(low < user <= high for low, high in ranges) for user in (20, 21, 90)] == [1, 1, 1]


def test_only_what_went_out_again_counts_as_mended(ground):
    lost = ground.lose("type = 'track' AND event = 'User Signed In' AND seq % 9 = 0")
    ((row_id,), *_) = [(one["row_id"],) for one in ground.verify(shown=ALL).summary.findings]
    outcome = ground.verify(
        resend=True, meanwhile=lambda: ground.source("DELETE FROM sign_in_log WHERE log_id = ?", int(row_id))
    )
    assert (outcome.exit, outcome.summary.mended) == (Exit.UNBALANCED, len(lost) - 1)
    assert outcome.words.endswith(f"{len(lost)} missing ({len(lost) - 1} sent again).")


def test_rows_of_different_users_that_make_one_message_are_named(ground, monkeypatch):
    monkeypatch.setattr("extractors.boundaries.PAGE_KEYS", 5)
    monkeypatch.setattr("flows.paging.MAX_RANGES", 1)
    monkeypatch.setattr("extractors.reader.shared_ids", lambda *_: {})  # it came after they were looked for
    log_id, account = ground.source("SELECT log_id, account_id FROM sign_in_log ORDER BY log_id LIMIT 1")[0]
    ground.source(
        "INSERT INTO sign_in_log VALUES (?, ?, '2020-01-01 10:00:00.000000', NULL, NULL)", log_id, account + 50
    )
    outcome = ground.verify()
    assert (outcome.exit, outcome.summary.shared) == (Exit.UNBALANCED, 1)
    assert [one["row_id"] for one in outcome.summary.findings if one["kind"] == "shared"] == [str(log_id)]
    assert sum(line.source for line in outcome.summary.lines()) == outcome.summary.messages - 1


def test_a_doubled_event_of_the_data_plane_is_found(ground):
    columns = "received_at, type, event, user_id, anonymous_id, message_id, timestamp, client_ip, raw"
    ground.plane_holds(f"INSERT INTO events ({columns}) SELECT {columns} FROM events WHERE seq % 200 = 0")  # noqa: S608
    outcome = ground.verify(shown=ALL)
    twice = {one for one, count in ground.arrived().items() if count > 1}
    assert of_kind(outcome, "doubled") == twice
    assert set(counts(outcome)) == {"doubled"}


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"BACKFILL_WAREHOUSE_URL": "postgresql://u:geheim@127.0.0.1/x"}, SettingsInvalid, "BACKFILL_WAREHOUSE_SCHEMA"),
        ({"BACKFILL_SOURCE_NAME": "another"}, LedgerUnusable, "the ledger's last run had the shop of test_verify"),
        ({"BACKFILL_DATA_PLANE_URL": "{plane}/v1"}, DestinationRefused, "set BACKFILL_WAREHOUSE_URL to the warehouse"),
        ({"BACKFILL_DATA_PLANE_URL": "http://127.0.0.1:9"}, DestinationStopped, "gave no answer"),
    ],
)
def test_what_cannot_be_verified_is_said(ground, changes, error, words):
    given = {name: value.replace("{plane}", ground.plane) for name, value in changes.items()}
    with pytest.raises(error) as raised:
        ground.verify(changes=given)
    assert words in str(raised.value)
    assert "geheim" not in str(raised.value)


def test_nothing_is_left_of_the_scratch(ground, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data" / "state").mkdir(parents=True)
    ground.verify()
    assert list((tmp_path / "data" / "state").iterdir()) == []
