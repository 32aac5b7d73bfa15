"""The store: the same rows every time, with every kind of dirt, never over what is there."""

from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, inspect, text

from sandbox.atg.orders import STATES
from sandbox.atg.schema import STORE
from sandbox.atg.write import StoreExists, store_rows, write_store


def test_the_same_seed_gives_the_same_rows():
    assert store_rows() == store_rows(7) != store_rows(8)


def test_it_is_small_and_has_everything():
    rows = store_rows()
    assert set(rows) == set(STORE.tables)
    assert Counter(row["member"] for row in rows["dps_user"]) == {1: 44, 0: 16}
    assert set(STATES) < {row["state"] for row in rows["dcspp_order"]}
    assert len({row["currency_code"] for row in rows["dcspp_pay_group"]}) == 4
    equal = Counter(tuple(row.values()) for row in rows["dcs_cart_event"])
    assert list(equal.values()).count(2) == 1
    amounts = {row["amount"] for row in rows["dcspp_amount_info"]}
    assert any(amount != amount.quantize(Decimal("0.01")) for amount in amounts)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_store_is_written_once_and_never_over_another(backend, tmp_path, request):
    url = f"sqlite:///{tmp_path}/s.db" if backend == "sqlite" else request.getfixturevalue("postgres_url")
    counts = write_store(url)
    with pytest.raises(StoreExists, match="already has dcs_cart_event, dcspp_amount_info"):
        write_store(url, seed=8)
    engine = create_engine(url)
    assert set(inspect(engine).get_table_names()) == set(STORE.tables)
    with engine.connect() as connection:
        for name, count in counts.items():
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() == count  # noqa: S608  # our own
        total = sum(row["amount"] for row in store_rows()["dcspp_amount_info"])
        assert float(connection.execute(text("SELECT sum(amount) FROM dcspp_amount_info")).scalar()) == pytest.approx(
            float(total)
        )
    engine.dispose()
