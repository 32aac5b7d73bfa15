"""The parts that several mappers share: addresses, products, amounts, instants."""

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.addresses import address
from mappers.kinds import Instant, Key, milliseconds
from mappers.orders import OrderLine
from mappers.products import FIELDS, number, product, products

SPEC = "product_id sku category name brand variant price quantity coupon position url image_url"


def line(line_id="1", **fields):
    return OrderLine(Key("8000"), Key(line_id), Key("88"))._replace(**fields)


def test_a_product_has_the_fields_of_the_e_commerce_spec():
    assert tuple(SPEC.split()) == FIELDS


def test_a_product_is_what_is_known_of_it():
    full = line(
        sku="CE-88", category="Compliance", name="Safe Lifting", brand="Example Press", variant="online",
        price=Decimal("19.99"), quantity=2, coupon="SPRING", position=1, url="https://example.org/p/88",
        image_url="https://example.org/p/88.png",
    )  # fmt: skip

    assert product(full) == {name: getattr(full, name) for name in FIELDS} | {"price": 19.99}
    assert isinstance(product(full)["price"], float)
    assert product(line()) == {"product_id": "88"}


def test_nothing_is_a_price_and_a_quantity_and_a_position():
    assert product(line(price=Decimal(0), quantity=0, position=0)) == {
        "product_id": "88",
        "price": 0.0,
        "quantity": 0,
        "position": 0,
    }


@pytest.mark.parametrize("order", list(permutations([1, 2, 10])))
def test_products_stand_by_their_positions_as_numbers(order):
    lines = [line(str(position), position=position) for position in order]

    assert [one["position"] for one in products(lines)] == [1, 2, 10]


@given(st.decimals(-(10**10), 10**10, places=4))
def test_a_number_reads_as_the_exact_amount(amount):
    assert amount == Decimal(repr(number(amount)))


def test_no_amount_is_no_number():
    assert number(None) is None


@given(st.tuples(*[st.none() | st.text(max_size=3)] * 5))
def test_an_address_is_of_the_parts_that_are_there(parts):
    names = ("street", "city", "state", "postalCode", "country")

    assert (address(*parts) or {}) == {name: part for name, part in zip(names, parts, strict=True) if part}
    assert address(*parts) != {}


@given(st.datetimes())
def test_milliseconds_are_cut_and_never_rounded(moment):
    instant = Instant(f"{moment.isoformat(timespec='microseconds')}Z")

    assert milliseconds(instant) == f"{moment.isoformat(timespec='milliseconds')}Z"
