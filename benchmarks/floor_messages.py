"""The floor's messages: dictionaries with the fields that the whole path sends, from rows as they were read."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.floor_rows import (
    ADDRESS,
    CHECKOUT_PRODUCT,
    GROUP_TRAITS,
    LICENSE,
    NAMES,
    ORDER,
    PRODUCT,
    TRAITS,
    Fetched,
)

Json = dict[str, Any]
Stamp = Callable[[str, Any, str], Json]
"""Gives a call's fields that every message has, from its kind, the user or visitor, and the time."""

_LIBRARY = {"name": "relias-backfill", "version": "0.1.0"}
_MARK = {"import_id": "00000000-0000-0000-0000-000000000000", "stream": "a_stream"}
_CONTEXT = {"library": _LIBRARY, "backfill": _MARK}
_CLOSED = {"All": False}
_ADDRESS = ("street", "city", "state", "postalCode", "country")
_EVENT = {"add": "Product Added", "remove": "Product Removed"}


def stamp(identity: str, numbers: Iterator[int]) -> Stamp:
    """Return the function for messages of users (`userId`) or visitors (`anonymousId`)."""

    def stamped(call: str, who: Any, at: str) -> Json:
        moment = f"{at}Z"
        return {
            "type": call,
            "messageId": f"00000000-0000-5000-8000-{next(numbers):012d}",
            identity: str(who),
            "timestamp": moment,
            "originalTimestamp": moment,
            "channel": "server",
            "context": _CONTEXT,
            "integrations": _CLOSED,
        }

    return stamped


def _there(names: Sequence[str], values: Sequence[Any]) -> Json:
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _grouped(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> dict[Any, list[Json]]:
    """Return the details by their first column, which stands after the user's."""
    groups: dict[Any, list[Json]] = defaultdict(list)
    for row in rows:
        groups[row[1]].append(_there(names, row[2:]))
    return groups


def _track(message: Json, event: str, properties: Json) -> Json:
    message["event"] = event
    message["properties"] = properties
    return message


def accounts(fetched: Fetched, stamped: Stamp) -> Iterator[Json]:
    """Yield the Identifies."""
    licenses: dict[Any, list[Json]] = defaultdict(list)
    for user, *values in fetched.get("licenses", ()):
        licenses[user].append(_there(LICENSE, values))
    for user, at, deleted, created_at, phone, *values in fetched.get("accounts", ()):
        if not deleted:
            traits = _there((*TRAITS, *NAMES), values[: -len(ADDRESS)])
            traits |= {"phone": phone, "createdAt": f"{created_at}Z"}
            traits["address"] = _there(_ADDRESS, values[-len(ADDRESS) :])
            _add_licenses(traits, licenses.get(user))
            message = stamped("identify", user, at)
            message["traits"] = traits
            message["context"] = {**_CONTEXT, "traits": traits}
            yield message


def _add_licenses(traits: Json, owned: list[Json] | None) -> None:
    if owned:
        traits["licenses"] = owned
        traits["license_count"] = len(owned)
        traits["next_license_expiration"] = owned[0].get("expires_on")


def memberships(fetched: Fetched, stamped: Stamp) -> Iterator[Json]:
    """Yield the Groups."""
    for user, at, group, created_at, *values in fetched.get("memberships", ()):
        message = stamped("group", user, at)
        message["groupId"] = str(group)
        message["traits"] = traits = _there(GROUP_TRAITS, values[: -len(ADDRESS)])
        traits["address"] = _there(_ADDRESS, values[-len(ADDRESS) :])
        traits["createdAt"] = f"{created_at}Z"
        yield message


def sign_ups(fetched: Fetched, stamped: Stamp) -> Iterator[Json]:
    """Yield User Signed Up."""
    for user, at in fetched.get("sign_ups", ()):
        yield _track(stamped("track", user, at), "User Signed Up", {})


def sign_ins(fetched: Fetched, stamped: Stamp) -> Iterator[Json]:
    """Yield User Signed In."""
    for user, at, ip, agent in fetched.get("sign_ins", ()):
        message = _track(stamped("track", user, at), "User Signed In", {})
        message["context"] = {**_CONTEXT, "ip": ip, "userAgent": agent}
        yield message


def profile_updates(fetched: Fetched, stamped: Stamp) -> Iterator[Json]:
    """Yield User Updated Profile."""
    for user, at, *values in fetched.get("profile_updates", ()):
        properties = _there(("section", "phone", "company_name"), values)
        yield _track(stamped("track", user, at), "User Updated Profile", properties)


def license_changes(fetched: Fetched, stamped: Stamp) -> Iterator[Json]:
    """Yield User Viewed Licenses."""
    for user, at, license_id, action in fetched.get("license_changes", ()):
        properties = {"license_id": str(license_id), "action": action}
        yield _track(stamped("track", user, at), "User Viewed Licenses", properties)


def cart_events(fetched: Fetched, stamped: Stamp) -> Iterator[Json]:
    """Yield Product Added and Product Removed."""
    for who, at, action, cart, *values in fetched.get("cart_events", ()):
        properties = {"cart_id": str(cart), **_there(PRODUCT, values)}
        yield _track(stamped("track", who, at), _EVENT.get(action, ""), properties)


def checkouts(fetched: Fetched, stamped: Stamp) -> Iterator[Json]:
    """Yield Checkout Started with its products."""
    lines = _grouped(fetched.get("checkout_lines", ()), CHECKOUT_PRODUCT)
    for who, at, checkout, *values in fetched.get("checkouts", ()):
        properties = _there(("value", "currency", "coupon"), values)
        properties |= {"checkout_id": str(checkout), "products": lines.get(checkout, [])}
        yield _track(stamped("track", who, at), "Checkout Started", properties)


def orders(fetched: Fetched, stamped: Stamp) -> Iterator[Json]:
    """Yield Order Completed with its products, of orders that completed and are no tests."""
    lines = _grouped(fetched.get("order_lines", ()), PRODUCT)
    for who, at, order, checkout, completed, test, *values in fetched.get("orders", ()):
        if completed and not test:
            properties = _there(ORDER, values)
            properties |= {"order_id": str(order), "checkout_id": str(checkout), "products": lines.get(order, [])}
            _, _, total, shipping, tax, *_ = values
            properties["revenue"] = round(total - shipping - tax, 2)
            yield _track(stamped("track", who, at), "Order Completed", properties)


BUILDERS = (
    accounts,
    memberships,
    sign_ups,
    sign_ins,
    profile_updates,
    license_changes,
    cart_events,
    checkouts,
    orders,
)
