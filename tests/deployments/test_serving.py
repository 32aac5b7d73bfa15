"""What `backfill serve` makes of a machine: a UI with a password, deployments, a schedule that is kept, a tidy end."""

import subprocess
import sys

import psycopg
import pytest
import requests
import yaml
from served import ANYTHING, PASSWORD, ROOT, children, environment_with, exists, kinds_in, refused, until


def answered(served, auth):
    return requests.post(f"{served.address}/api/deployments/filter", json={}, auth=auth, timeout=30).status_code


def deployed(served):
    """Return what a machine that deploys says of itself: its folder, its zone, its destinations."""
    night = served.deployments()["nightly"]
    return night["pull_steps"], [one["schedule"] for one in night["schedules"]], night["parameters"]


def test_the_api_asks_for_the_password(served):
    assert answered(served, None) == 401
    assert answered(served, ("admin", "guessed")) == 401
    assert answered(served, tuple(PASSWORD.split(":"))) == 200


def test_every_deployment_of_the_file_is_made_with_its_form(served):
    asked = {one["name"]: one for one in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]}
    made = served.deployments()
    assert made.keys() == asked.keys()
    for name, one in made.items():
        assert one["work_pool_name"] == "backfill"
        assert one["tags"] == asked[name]["tags"]
        assert "backfill" in one["tags"]
        assert one["description"]
        assert one["enforce_parameter_schema"]
        assert one["parameter_openapi_schema"]["properties"]
        if name != "test-connection":
            assert one["global_concurrency_limit"]["limit"] == 1
            expected = "CANCEL_NEW" if name == "nightly" else "ENQUEUE"
            assert one["concurrency_options"]["collision_strategy"] == expected
    (schedule,) = made["nightly"]["schedules"]
    assert schedule["schedule"] == {"cron": "15 2 * * *", "timezone": "America/New_York", "day_or": True}
    assert not schedule["active"]
    assert made["nightly"]["parameters"] == {"route": {"destinations": "none"}}


def test_blocks_can_be_made(served):
    kinds = {one["slug"] for one in served.ask("POST", "/block_types/filter")}
    assert {"rudderstack-connection", "platform-database"} <= kinds


def test_a_schedule_makes_runs_a_worker_works_them_and_no_two_nights_overlap(served):
    imported = served.start("import", **ANYTHING)
    until(lambda: served.state(imported) in ("Completed", "Failed", "Crashed"))
    assert served.state(imported) == "Completed"

    nightly = f"/deployments/{served.deployments()['nightly']['id']}/schedules"
    often = {
        "schedule": {"interval": 3},
        "active": True,
        "max_scheduled_runs": 10,
        "parameters": {"tolerance": {"max_dead": "100%"}},
    }
    made = served.session.post(f"{served.address}/api{nightly}", json=[often], timeout=30).json()
    try:
        until(lambda: any(run["state_type"] == "COMPLETED" for run in served.runs("nightly")))
    finally:
        served.ask("DELETE", f"{nightly}/{made[0]['id']}")

    runs = served.runs("nightly")
    assert all(run["auto_scheduled"] for run in runs)
    assert "AwaitingConcurrencySlot" not in {run["state_name"] for run in runs}
    cancelled = [run for run in runs if run["state_type"] == "CANCELLED"]
    assert cancelled
    assert {run["state"]["message"] for run in cancelled} == {"Deployment concurrency limit reached."}
    assert "nightly" in kinds_in(served.folder / "data" / "state" / "ledger.db", "done")


def test_another_machine_works_too_changes_nothing_and_ends_as_tidily(served, tmp_path):
    before = deployed(served)
    environment = environment_with(
        {
            "PREFECT_API_URL": f"{served.address}/api",
            "PREFECT_API_AUTH_STRING": PASSWORD,
            "BACKFILL_SOURCE_TIMEZONE": "UTC",
            "BACKFILL_DESTINATIONS": "all",
        }
    )
    command = [sys.executable, "-u", "-m", "flows.cli", "work"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as working:
        assert any("Ctrl-C ends it" in line for line in working.stdout)
        until(lambda: len(served.ask("POST", "/work_pools/backfill/workers/filter")) == 2)
        working.terminate()
        assert working.wait(60) == 0
    assert deployed(served) == before


def test_work_without_a_server_is_refused():
    assert "PREFECT_API_URL is not set" in refused("work")
    gone = refused("work", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert "http://127.0.0.1:9/api cannot be reached" in gone
    assert "backfill serve" in gone


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104  # what is refused
def test_without_a_password_only_loopback_is_listened_on(host):
    words = refused("serve", "--host", host)
    assert f"--host {host}" in words
    assert "PREFECT_SERVER_API_AUTH_STRING" in words


def test_a_port_that_is_taken_is_refused_at_once(served):
    words = refused("serve", "--port", served.address.rpartition(":")[2])
    assert "in use" in words
    assert "choose another by --port" in words


def test_at_the_end_runs_settle_and_nothing_is_left(served, prefects, held):
    """Last of all: it ends what the others use."""
    ledger = served.folder / "data" / "state" / "ledger.db"
    ledger.rename(ledger.with_name("before.db"))
    before, run = held(), served.start("import", **ANYTHING)
    until(lambda: held() > before)
    process = int(served.ask("GET", f"/flow_runs/{run}")["infrastructure_pid"])
    family = children(served.process.pid)
    assert len(family) == 2

    assert served.end() == 0

    assert [pid for pid in (process, *family) if exists(pid)] == []
    assert kinds_in(ledger, "stopped") == ["import"]
    with psycopg.connect(prefects.replace("+psycopg", "")) as connection:
        query = "SELECT state_type FROM flow_run WHERE state_type NOT IN ('COMPLETED', 'CANCELLED', 'SCHEDULED')"
        assert connection.execute(query).fetchall() == [("CRASHED",)]
