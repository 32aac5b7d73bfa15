"""Price tables: a step after the other, and every fault of a bad table at once."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import SettingsInvalid
from flows.forecast.prices import Prices, Step, load_prices

TIERS = """
currency: USD
events:
  - { up_to: 1000000, each: 0.00020 }
  - { up_to: 2000000, each: 0.00015 }
  - { each: 1e-4 }
users:
  - { each: 0.01 }
"""


@pytest.fixture
def table(tmp_path):
    """Give what writes a price table and reads it."""

    def read(words):
        path = tmp_path / "prices.yaml"
        path.write_bytes(words if isinstance(words, bytes) else words.encode())
        return load_prices(path)

    return read


@pytest.mark.parametrize(
    ("events", "users", "cost"),
    [
        (0, 0, "0"),
        (1, 0, "0.00020"),
        (1_000_000, 0, "200"),
        (1_000_001, 0, "200.00015"),
        (2_000_000, 3, "350.03"),
        (2_000_010, 3, "350.031"),
    ],
)
def test_what_lies_in_a_step_costs_what_that_step_says(table, events, users, cost):
    assert table(TIERS).cost(events, users) == Decimal(cost)


def test_either_table_may_be_left_out(table):
    assert table("currency: EUR\nusers: [{ each: 2 }]").cost(1_000, 3) == 6
    assert table("currency: EUR\nevents: [{ each: 0.5 }]").cost(3, 1_000) == Decimal("1.5")


steps = st.lists(st.tuples(st.integers(1, 40), st.decimals(0, 9, places=3)), max_size=4, unique_by=lambda one: one[0])


@given(steps, st.decimals(0, 9, places=3), st.integers(0, 60))
def test_a_cost_is_the_sum_of_what_each_one_costs_and_never_falls(tiers, beyond, most):
    ends = sorted(up_to for up_to, _ in tiers)
    made = [Step(end, each) for end, (_, each) in zip(ends, tiers, strict=True)] + [Step(None, beyond)]
    prices = Prices("USD", tuple(made), ())

    def each(number):
        return next(step.each for step in made if step.up_to is None or number <= step.up_to)

    costs = [prices.cost(count, 7) for count in range(most + 1)]
    assert costs == [sum((each(number) for number in range(1, count + 1)), Decimal(0)) for count in range(most + 1)]
    assert all(one <= other for one, other in pairwise(costs))


BAD = """
currency: " "
invoices: 3
events:
  - { up_to: 1000, each: free, from: 1 }
  - { up_to: 500, each: -1 }
  - { up_to: true, each: .nan }
  - { up_to: 9000, each: true }
users: []
"""


def test_every_fault_of_a_table_is_told_at_once(table, tmp_path):
    with pytest.raises(SettingsInvalid) as refused:
        table(BAD)
    place = f"--prices {tmp_path}/prices.yaml:"
    assert refused.value.faults == (
        f"{place} unknown field 'invoices'",
        f"{place} `currency` must be a text, as USD",
        f"{place} `events`, step 1: unknown field 'from'",
        f"{place} `events`, step 1: `each` is 'free'; it must be a price, as 0.0002",
        f"{place} `events`, step 2: `each` is -1; it must be a price, as 0.0002",
        f"{place} `events`, step 2: `up_to` is 500; it must be a count above that of the step before",
        f"{place} `events`, step 3: `each` is nan; it must be a price, as 0.0002",
        f"{place} `events`, step 3: `up_to` is True; it must be a count above that of the step before",
        f"{place} `events`, step 4: `each` is True; it must be a price, as 0.0002",
        f"{place} `events`, step 4: the last step has no `up_to`, or what lies beyond would cost nothing",
        f"{place} `users` must be a list of steps, as `- {{ up_to: 1000000, each: 0.0002 }}`",
    )


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("currency: USD", "must have the price of `events`, of `users`, or both"),
        ("events: [{ each: 1 }]", "`currency` must be a text, as USD"),
        ("currency: USD\nevents: { each: 1 }", "`events` must be a list of steps"),
        ("currency: USD\nevents: [1]", "`events` must be a list of steps"),
        ("currency: USD\nevents: [{ up_to: 5 }]", "`each` is None"),
        ("- 1", "must name a `currency`"),
        ("", "must name a `currency`"),
        ("{", "is no YAML"),
        (b"currency: \xff", "is no YAML"),
    ],
)
def test_what_is_no_price_table_is_refused(table, words, fault):
    with pytest.raises(SettingsInvalid, match=fault):
        table(words)


def test_a_table_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SettingsInvalid, match=r"none\.yaml cannot be read: No such file"):
        load_prices(tmp_path / "none.yaml")
