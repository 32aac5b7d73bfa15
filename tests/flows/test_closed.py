"""Closed by default: nobody chose a destination, so nothing is sent, and the data plane is not asked at all."""

import pytest
from bundled import unasked

RUNS = ["run", "nightly", "replay", "send identify --user-id 77", "send track --user-id 77 --event Logout"]
CURE = (
    "BACKFILL_DESTINATIONS is not set: choose the destinations: `none` (RudderStack keeps the events and passes them "
    "on to nobody), display names between commas, or `all`"
)


@pytest.mark.parametrize("chosen", [None, " "], ids=["not set", "blank"])
@pytest.mark.parametrize("words", RUNS)
def test_without_a_choice_it_is_refused_with_the_cure_and_nobody_is_asked(environment, forked, tmp_path, words, chosen):
    asked = {"folder": tmp_path, "environment": environment}
    assert (
        forked("run", "--max-dead", "20%", "--stream", "orders", **asked).returncode == 0
    )  # so that there is a ledger
    with unasked() as url:
        own = environment | {"BACKFILL_DATA_PLANE_URL": url}
        del own["BACKFILL_DESTINATIONS"]
        own |= {} if chosen is None else {"BACKFILL_DESTINATIONS": chosen}
        ended = forked(*words.split(), folder=tmp_path, environment=own)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert CURE in ended.stderr


def test_an_export_is_refused_too(environment, forked, tmp_path):
    own = {name: value for name, value in environment.items() if name != "BACKFILL_DESTINATIONS"}
    ended = forked("export", "bundle", folder=tmp_path, environment=own)
    assert ended.returncode == 2
    assert CURE in ended.stderr


def test_a_plan_needs_no_choice_and_a_run_of_it_refuses_until_there_is_one(environment, forked, tmp_path):
    with unasked() as url:
        own = environment | {"BACKFILL_DATA_PLANE_URL": url}
        del own["BACKFILL_DESTINATIONS"]
        asked = {"folder": tmp_path, "environment": own}
        planned = forked("plan", "--max-dead", "20%", "--json", "plan.json", **asked)
        assert planned.returncode == 0
        assert "Not chosen, so that a run refuses: set BACKFILL_DESTINATIONS." in planned.stdout
        ended = forked("run", "--plan", "plan.json", **asked)
    assert ended.returncode == 2
    assert CURE in ended.stderr
    ended = forked("run", "--plan", "plan.json", folder=tmp_path, environment=environment)
    assert ended.returncode == 2
    assert "BACKFILL_DESTINATIONS is none; planned was not set" in ended.stderr
