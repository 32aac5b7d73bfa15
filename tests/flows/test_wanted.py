"""Which rules a run sends, by the Identify mode and the streams that were asked for."""

from dataclasses import replace

import pytest

from flows.options import Options
from flows.settings import ROOT
from flows.wanted import wanted_rules
from loaders.plan import load_plan

PLAN = load_plan(ROOT / "data" / "tracking_plan.yaml")
LACKING = replace(PLAN, rules={key: rule for key, rule in PLAN.rules.items() if rule.call != "identify"})


@pytest.mark.parametrize("plan", [PLAN, LACKING], ids=["the plan", "a plan without an Identify"])
@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("current", {"identify_current"}),
        ("none", set()),
        (
            "history",
            {"identify_signed_up", "identify_signed_in", "identify_updated_profile", "identify_viewed_licenses"},
        ),
    ],
)
def test_an_identify_is_wanted_by_its_mode_alone(plan, mode, expected):
    wanted = {key for key in wanted_rules(plan, Options(identify=mode)) if key.startswith("identify_")}
    assert wanted == expected


def test_every_identify_is_known_by_its_key():
    assert all(key.startswith("identify_") == (rule.call == "identify") for key, rule in PLAN.rules.items())
