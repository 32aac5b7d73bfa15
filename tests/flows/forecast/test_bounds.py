"""How much a run may send: each bound alone and all together, before the first request."""

from decimal import Decimal

import pytest

from flows import pipeline
from flows.errors import BeyondBounds, SettingsInvalid
from flows.forecast.bounds import Bounds, bounds_of
from flows.forecast.contract import now_of
from flows.forecast.planning import plan
from flows.forecast.prices import Prices, Step
from flows.options import Options, options_of
from flows.outcome import MaxDead

ALL = MaxDead(share=1.0)
PRICES = Prices("EUR", (Step(None, Decimal("0.01")),), (Step(None, Decimal(2)),))
EVENTS = "2,000 events would be sent, {} more than the {} that --max-events allows"
USERS = "30 users would be sent, {} more than the {} that --max-users allows"
COST = "it would cost 80.00 EUR, more than the {} of --max-cost"


@pytest.mark.parametrize(
    ("bounds", "faults"),
    [
        (Bounds(), ()),
        (Bounds(2_000, 30, Decimal(80), PRICES), ()),
        (Bounds(events=1_999), (EVENTS.format("1", "1,999"),)),
        (Bounds(users=29), (USERS.format("1", "29"),)),
        (Bounds(cost=Decimal("79.99"), prices=PRICES), (COST.format("79.99"),)),
        (
            Bounds(1, 1, Decimal(1), PRICES),
            (EVENTS.format("1,999", "1"), USERS.format("29", "1"), COST.format("1.00")),
        ),
    ],
)
def test_every_bound_that_would_be_broken_is_told(bounds, faults):
    if faults:
        with pytest.raises(BeyondBounds) as refused:
            bounds.check(2_000, 30)
        assert refused.value.faults == faults
        assert str(refused.value).endswith("nothing was sent: narrow the window or the streams, or allow for more")
    else:
        bounds.check(2_000, 30)


@pytest.fixture
def prices(tmp_path):
    (tmp_path / "prices.yaml").write_text("currency: USD\nevents: [{ each: 0.001 }]\nusers: [{ each: 0.5 }]\n")
    return str(tmp_path / "prices.yaml")


def test_the_options_say_what_is_bound(prices):
    assert bounds_of(Options()).are_none
    assert bounds_of(Options(prices=prices)).are_none
    assert not bounds_of(Options(max_users=1)).are_none
    assert bounds_of(Options(max_cost="99.90", prices=prices)).cost == Decimal("99.90")


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"max_cost": "9"}, "--max-cost needs the prices: name your price table by --prices"),
        ({"max_cost": "ten", "prices": "p"}, "--max-cost is 'ten'; write an amount, as 250 or 99.90"),
        ({"max_cost": "-1", "prices": "p"}, "--max-cost is '-1'; write an amount"),
        ({"max_cost": "NaN", "prices": "p"}, "--max-cost is 'NaN'; write an amount"),
        ({"max_users": 0}, "--max-users is 0; it must be at least 1 user"),
    ],
)
def test_a_bound_that_is_none_is_refused(given, fault):
    with pytest.raises(SettingsInvalid, match=fault):
        options_of(None, None, Options(**given), "UTC")


def test_a_run_keeps_to_its_bounds_with_a_plan_and_without_and_sends_nothing_beyond_them(settings, held, prices):
    before = held()
    planned = plan(settings, Options(), ALL)
    events, users = planned.outcome.summary.delivered, planned.outcome.summary.users
    cost = Decimal("0.001") * events + Decimal("0.5") * users
    for beyond in (
        Options(max_events=events - 1),
        Options(max_users=users - 1),
        Options(max_cost=str(cost - Decimal("0.001")), prices=prices),
    ):
        for contract in (None, planned.forecast.contract):
            with pytest.raises(BeyondBounds):
                pipeline.run_here(settings, beyond, 1, ALL, contract=contract)
        with pytest.raises(BeyondBounds):
            plan(settings, beyond, ALL)
    assert held() == before

    exact = Options(max_events=events, max_users=users, max_cost=str(cost), prices=prices)
    assert plan(settings, exact, ALL).forecast.prices.cost(events, users) == cost
    contract = planned.forecast.contract
    assert now_of(contract) == contract.clock
    ran = pipeline.run_here(settings, exact, 1, ALL, contract=contract)
    assert (ran.summary.delivered, held()) == (events, before + events)
