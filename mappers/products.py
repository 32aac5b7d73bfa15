"""A product as the e-commerce spec wants it: the same fields in a cart, a checkout, an order and a click."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from mappers.kinds import Key
from mappers.messages import Json


class Product(Protocol):
    """Any row that names a product.

    Source of the names: RudderStack's e-commerce events spec, products[].
    """

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
    fields = {
        "product_id": row.product_id,
        "sku": row.sku,
        "category": row.category,
        "name": row.name,
        "brand": row.brand,
        "variant": row.variant,
        "price": number(row.price),
        "quantity": row.quantity,
        "coupon": row.coupon,
        "position": row.position,
        "url": row.url,
        "image_url": row.image_url,
    }
    return {name: value for name, value in fields.items() if value is not None}


def products(lines: Iterable[Product]) -> list[dict[str, Json]]:
    """Return the lines' products in the order of their positions."""
    return [product(line) for line in sorted(lines, key=lambda line: line.position or 0)]


def number(amount: Decimal | None) -> float | None:
    """Return the JSON number that shows the same digits as the exact amount."""
    return None if amount is None else float(amount)
