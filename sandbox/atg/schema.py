"""The tables of the store: those, and of those the columns, that the models in `extractors/models/atg` read.

Names as Oracle's manuals give them (ATG Commerce Programming Guide and Personalization Programming Guide, appendices);
everything else is ours. Keys are texts, times are naive and local, money has seven decimals, the logs have no key.
The indexes are those that the models need: a real store has them on `dcspp_order`, and on the logs once asked for.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, DateTime, Integer, MetaData, Numeric, SmallInteger, String, Table

STORE = MetaData()


def _key(name: str, *, primary: bool = False, index: bool = False) -> Column[Any]:
    return Column(name, String(40), primary_key=primary, index=index)


def _text(name: str, size: int = 40) -> Column[str]:
    return Column(name, String(size))


def _moment(name: str) -> Column[datetime]:
    return Column(name, DateTime())


def _money(name: str) -> Column[Decimal]:
    return Column(name, Numeric(19, 7))


def _number(name: str, *, primary: bool = False) -> Column[int]:
    return Column(name, Integer(), primary_key=primary, autoincrement=False)


Table(
    "dps_user",
    STORE,
    _key("id", primary=True),
    _text("login"),
    _text("email", 255),
    _text("first_name"),
    _text("last_name"),
    _moment("registration_date"),
    _moment("lastactivity_date"),
    Column("member", SmallInteger()),
)
Table("dps_event_type", STORE, _number("id", primary=True), _text("name", 32))
Table(
    "dps_user_event",
    STORE,
    Column("id", Numeric(19, 0), primary_key=True, autoincrement=False),
    _moment("timestamp"),
    _number("eventtype"),
    _key("profileid", index=True),
)
Table(
    "dcs_cart_event",
    STORE,
    _text("id"),  # which of the events it is, an item added or removed; no key
    _moment("timestamp"),
    _key("orderid"),
    _key("itemid"),
    _number("quantity"),
    _money("amount"),
    _key("profileid", index=True),
    _text("sessionid", 100),
)
Table(
    "dcspp_order",
    STORE,
    _key("order_id", primary=True),
    _key("profile_id", index=True),
    _text("state"),
    _moment("creation_date"),
    _moment("submitted_date"),
    _moment("last_modified_date"),
    _moment("completed_date"),
    _key("price_info"),
    _key("site_id"),
)
Table(
    "dcspp_order_item",
    STORE,
    _key("order_id", primary=True),
    _number("sequence_num", primary=True),
    _key("commerce_items"),
)
Table(
    "dcspp_item",
    STORE,
    _key("commerce_item_id", primary=True),
    _key("catalog_ref_id"),
    _key("product_id"),
    Column("quantity", Numeric(19, 0)),
    _key("price_info"),
)
Table("dcspp_amount_info", STORE, _key("amount_info_id", primary=True), _money("amount"))
Table(
    "dcspp_order_price",
    STORE,
    _key("amount_info_id", primary=True),
    _money("raw_subtotal"),
    _money("tax"),
    _money("shipping"),
)
Table(
    "dcspp_pay_group",
    STORE,
    _key("payment_group_id", primary=True),
    _key("order_ref", index=True),
    _text("currency_code", 10),
    _money("amount"),
)
