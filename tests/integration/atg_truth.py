"""What an import of the store in `sandbox/atg` must deliver, in plain Python from the rows that were written."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from truth import Event
from truth_bodies import canonical

from sandbox.atg.write import store_rows

ZONE = ZoneInfo("America/New_York")
BOUGHT = {"SUBMITTED", "PROCESSING", "NO_PENDING_ACTION", "PENDING_MERCHANT_ACTION", "PENDING_REMOVE", "REMOVED"}
NAMES = {"ItemAddedToOrder": "Added", "ScenarioAddedItemToOrder": "Added", "ItemRemovedFromOrder": "Removed"}


def store_truth() -> Counter[Event]:
    rows = store_rows()
    members = {row["id"] for row in rows["dps_user"] if row["member"] == 1}
    told = [*_profiles(rows), *_logins(rows), *_cart(rows), *_orders(rows)]
    return Counter(
        Event(call, name, *((who, None) if who in members else (None, who)), wire(moment), None, canonical(body), "{}")
        for call, name, who, moment, body in told
        if who and moment
    )


def wire(local: datetime) -> str:
    return local.replace(tzinfo=ZONE).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def cents(amount: Decimal) -> Decimal:
    halves = amount * 200
    assert halves != halves.to_integral_value() or halves % 2 == 0  # SQLite rounds a half by its floating number
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _present(**fields):
    return {name: value for name, value in fields.items() if value is not None}


def _profiles(rows):
    for row in rows["dps_user"]:
        registered = row["registration_date"]
        if row["member"] and registered:
            yield "track", "User Signed Up", row["id"], registered, {}
        if row["member"] and row["email"]:  # the plan wants one
            names = {name: row[name].strip() for name in ("first_name", "last_name")}
            created = wire(registered) if registered else None
            traits = _present(email=row["email"], username=row["login"], createdAt=created) | names
            yield "identify", "", row["id"], row["lastactivity_date"] or registered, traits


def _logins(rows):
    for row in rows["dps_user_event"]:
        if row["eventtype"] == 2:
            yield "track", "User Signed In", row["profileid"], row["timestamp"], {}


def _cart(rows):
    for row in rows["dcs_cart_event"]:
        if row["id"] in NAMES and row["itemid"]:
            price = cents(row["amount"] / row["quantity"]) if row["quantity"] else None
            sku, quantity = row["itemid"], row["quantity"]
            body = _present(cart_id=row["orderid"], product_id=sku, sku=sku, quantity=quantity, price=price)
            yield "track", f"Product {NAMES[row['id']]}", row["profileid"], row["timestamp"], body


def _orders(rows):
    amounts = {row["amount_info_id"]: row["amount"] for row in rows["dcspp_amount_info"]}
    prices = {row["amount_info_id"]: row for row in rows["dcspp_order_price"]}
    items = {row["commerce_item_id"]: row for row in rows["dcspp_item"]}
    lines, currencies = defaultdict(list), defaultdict(set)
    for row in rows["dcspp_order_item"]:
        lines[row["order_id"]].append((row["sequence_num"], items.get(row["commerce_items"])))
    for row in rows["dcspp_pay_group"]:
        currencies[row["order_ref"]].add(row["currency_code"])
    for row in rows["dcspp_order"]:
        bought = lines[row["order_id"]]
        submitted = row["submitted_date"]
        whole = row["price_info"] and all(item for _, item in bought)
        if row["state"] not in BOUGHT or not submitted or submitted.year < 1971 or not whole:
            continue
        parts, paid_in = prices[row["price_info"]], currencies[row["order_id"]]
        revenue, subtotal = cents(amounts[row["price_info"]]), cents(parts["raw_subtotal"])
        shipping, tax = cents(parts["shipping"]), cents(parts["tax"])
        body = _present(
            order_id=row["order_id"],
            affiliation=row["site_id"],
            subtotal=subtotal,
            discount=subtotal - revenue,
            shipping=shipping,
            tax=tax,
            total=revenue + shipping + tax,
            revenue=revenue,
            currency=min(paid_in) if len(paid_in) == 1 else None,
            products=[_product(place, item, amounts) for place, item in sorted(bought, key=lambda line: line[0])],
        )
        yield "track", "Order Completed", row["profile_id"], submitted, body


def _product(place, item, amounts):
    return {
        "product_id": item["product_id"],
        "sku": item["catalog_ref_id"],
        "price": cents(amounts[item["price_info"]] / item["quantity"]),
        "quantity": item["quantity"],
        "position": place,
    }
