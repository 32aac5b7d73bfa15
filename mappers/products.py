"""A product as the e-commerce spec wants it: the same fields in a cart, a checkout, an order and a click."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any, Protocol

from mappers.kinds import Key
from mappers.messages import Json

FIELDS = (
    "product_id",
    "sku",
    "category",
    "name",
    "brand",
    "variant",
    "price",
    "quantity",
    "coupon",
    "position",
    "url",
    "image_url",
)


class Product(Protocol):
    """Any row that names a product.

    Source of the names: RudderStack's e-commerce events spec, products[].
    """

    def __getitem__(self, place: slice, /) -> tuple[Json, ...]: ...  # a row is a tuple
    @property
    def product_id(self) -> Key | None: ...  # noqa: D102  # the names are the spec's own
    @property
    def sku(self) -> str | None: ...  # noqa: D102
    @property
    def category(self) -> str | None: ...  # noqa: D102
    @property
    def name(self) -> str | None: ...  # noqa: D102
    @property
    def brand(self) -> str | None: ...  # noqa: D102
    @property
    def variant(self) -> str | None: ...  # noqa: D102
    @property
    def price(self) -> Decimal | None: ...  # noqa: D102
    @property
    def quantity(self) -> int | None: ...  # noqa: D102
    @property
    def coupon(self) -> str | None: ...  # noqa: D102
    @property
    def position(self) -> int | None: ...  # noqa: D102
    @property
    def url(self) -> str | None: ...  # noqa: D102
    @property
    def image_url(self) -> str | None: ...  # noqa: D102


def product(row: Product) -> dict[str, Json]:
    """Return the product's fields that are there; the price as a JSON number made from the exact decimal."""
    values = row[_place(type(row))]
    fields = {name: value for name, value in zip(FIELDS, values, strict=True) if value is not None}
    if row.price is not None:
        fields["price"] = float(row.price)
    return fields


@cache
def _place(row: Any) -> slice:
    """Return where the product's fields stand in a row of that type: together, in the order of `FIELDS`."""
    start = row._fields.index(FIELDS[0])
    if row._fields[start : start + len(FIELDS)] != FIELDS:
        raise TypeError(f"{row.__name__} must have the fields {', '.join(FIELDS)} together, in that order")
    return slice(start, start + len(FIELDS))


def products(lines: Iterable[Product]) -> list[dict[str, Json]]:
    """Return the lines' products in the order of their positions."""
    return [product(line) for line in sorted(lines, key=_position)]


def _position(line: Product) -> int:
    return line.position or 0


def number(amount: Decimal | None) -> float | None:
    """Return the JSON number that shows the same digits as the exact amount."""
    return None if amount is None else float(amount)
