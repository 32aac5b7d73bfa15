"""What such stores hold beside clean rows: one of each kind, for the pipeline to tell right or to set aside."""

from datetime import datetime
from decimal import Decimal

from sandbox.atg.book import Book
from sandbox.atg.orders import ADDED, Piece, add_cart_event, add_order, add_payment

NEVER_STORED = "90001"
"""The profile of a visitor whom the store did not keep: orders and carts name it, no row is it."""
TWICE = "o1"
"""The cart of the two log rows that are equal in every column."""

_PIECE = Piece("sku49999", "prod29999", Decimal("20.0000000"))
_NOON = datetime(2023, 3, 1, 12)  # noqa: DTZ001  # naive, as the store's clock is
_TWICE_A_YEAR = datetime(2022, 11, 6, 1, 30)  # noqa: DTZ001  # the hour that came again
_NEVER = datetime(2023, 3, 12, 2, 30)  # noqa: DTZ001  # the hour that the clock left out
_SENTINEL = datetime(1900, 1, 1)  # noqa: DTZ001


def add_dirt(book: Book) -> None:
    """Add it all."""
    somebody = next(row["id"] for row in book.rows["dps_user"] if row["member"])
    visitor = next(row["id"] for row in book.rows["dps_user"] if not row["member"])
    _add_odd_cart_events(book, somebody)
    _add_odd_orders(book, somebody, visitor)
    book.add("dps_user_event", id=book.number("log"), timestamp=_NOON, eventtype=2)
    book.add("dps_user_event", id=book.number("log"), timestamp=_TWICE_A_YEAR, eventtype=2, profileid=somebody)
    book.add("dps_user_event", id=book.number("log"), timestamp=_NEVER, eventtype=2, profileid=somebody)


def _add_odd_cart_events(book: Book, somebody: str) -> None:
    same = add_cart_event(book, ADDED, _NOON, (TWICE, somebody), _PIECE, 1)
    book.add("dcs_cart_event", **same)
    add_cart_event(book, ADDED, _NOON, ("o2", somebody), _PIECE, 3)  # 20 by 3: no whole cents
    add_cart_event(book, ADDED, _NOON, ("o3", somebody), _PIECE, 0)
    add_cart_event(book, ADDED, _NOON, ("o4", None), _PIECE, 1)
    add_cart_event(book, "ItemWrappedAsGift", _NOON, ("o5", somebody), _PIECE, 1)
    add_cart_event(book, ADDED, _NOON, ("o6", NEVER_STORED), _PIECE, 1)
    book.add("dcs_cart_event", **{**same, "orderid": "o7", "timestamp": None})
    book.add("dcs_cart_event", **{**same, "orderid": "o8", "itemid": None})
    book.add("dcs_cart_event", **{**same, "orderid": "o9", "amount": None, "quantity": None})


def _add_odd_orders(book: Book, somebody: str, visitor: str) -> None:
    def bought(profile: str | None, state: str = "NO_PENDING_ACTION", submitted: datetime | None = _NOON) -> str:
        order_id = f"o{book.number('order')}"
        add_order(book, (order_id, profile, state), (_NOON, submitted), [(_PIECE, 2)])
        return order_id

    bought(NEVER_STORED)
    bought(visitor)
    bought(None)
    bought(somebody, "SUBMITTED", None)
    bought(somebody, "REMOVED", None)
    bought(somebody, "REMOVED")
    bought(somebody, submitted=_SENTINEL)
    bought(somebody, "A_STATE_OF_OUR_OWN")
    _lose_item(book, bought(somebody))
    add_payment(book, bought(somebody), "JPY", Decimal("1.0000000"))
    unpaid = bought(somebody)
    book.rows["dcspp_pay_group"] = [row for row in book.rows["dcspp_pay_group"] if row["order_ref"] != unpaid]
    add_order(book, (f"o{book.number('order')}", somebody, "SUBMITTED"), (_NOON, _NOON), [])
    priceless = bought(somebody)
    book.rows["dcspp_order"] = [
        {**row, "price_info": None} if row["order_id"] == priceless else row for row in book.rows["dcspp_order"]
    ]


def _lose_item(book: Book, order_id: str) -> None:
    lost = {row["commerce_items"] for row in book.rows["dcspp_order_item"] if row["order_id"] == order_id}
    book.rows["dcspp_item"] = [row for row in book.rows["dcspp_item"] if row["commerce_item_id"] not in lost]
