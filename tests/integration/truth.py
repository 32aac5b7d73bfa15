"""The independent truth: what an import of the sample platform must deliver, and what becomes of every row.

Computed from the SQLite file by the standard library alone. Nothing here imports the pipeline.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import truth_bodies as bodies
from truth_rows import Fates, Row, living, wire

STATES = {"accounts", "memberships"}


class Event(NamedTuple):
    """A delivered event without its message id, as two sides can be compared; bodies are canonical JSON."""

    type: str
    name: str
    user_id: str | None
    anonymous_id: str | None
    timestamp: str
    group_id: str | None
    body: str
    context: str


class Expected(NamedTuple):
    """An event that must be delivered, the stream that it comes from and its exact instant."""

    event: Event
    stream: str
    moment: datetime

    @property
    def who(self) -> str:
        return self.event.user_id or self.event.anonymous_id or ""


@dataclass
class Truth:
    """The events of an import, the messages that the plan refuses by stream, and the fate of every row."""

    events: list[Expected] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    fates: Fates = field(default_factory=Fates)

    def multiset(self) -> Counter[Event]:
        return Counter(expected.event for expected in self.events)

    def within(self, since: datetime | None, until: datetime | None) -> list[Expected]:
        """Return the events of a window; states are told of whoever has an event in it, whenever they became so."""
        inside = [
            one for one in self.events if (not since or one.moment >= since) and (not until or one.moment < until)
        ]
        active = {one.who for one in inside}
        tracks = [one for one in inside if one.stream not in STATES]
        return tracks + [one for one in self.events if one.stream in STATES and one.who in active]


def read_truth(database: Path, now: datetime, identify: str = "current", streams: Collection[str] = ()) -> Truth:
    """Compute the truth of an import made at the moment `now`, in an identify mode, of all streams or of some."""
    telling = _Telling(database, now, identify, Truth())
    for stream, tell in _TELLERS.items():
        if (not streams or stream in streams) and (identify == "current" or stream != "accounts"):
            tell(telling)
    return telling.truth


@dataclass
class _Telling:
    database: Path
    now: datetime
    identify: str
    truth: Truth

    def living(self, stream: str) -> list[Row]:
        return living(self.database, stream, self.now, self.truth.fates)

    def say(self, stream: str, row: Row, moment: datetime, call: str, name: str, **more: Any) -> None:
        """Add an event of the row's user, or else of its visitor."""
        account = row["account_id"]
        body, context, group_id = (more.get(part) for part in ("body", "context", "group_id"))
        event = Event(
            call,
            name,
            str(account) if account is not None else None,
            row["session_id"] if account is None else None,
            wire(moment),
            group_id,
            bodies.canonical(body or {}),
            bodies.canonical(context or {}),
        )
        self.truth.events.append(Expected(event, stream, moment))

    def introduce(
        self, stream: str, row: Row, moment: datetime, traits: bodies.Body, required: Collection[str]
    ) -> None:
        """Add an Identify, if the plan takes it: what it requires is there, and the e-mail is one."""
        wrong = "email" in traits and not bodies.is_email(traits["email"])
        if wrong or not traits.keys() >= set(required):
            self.truth.refused[stream] += 1
        else:
            self.say(stream, row, moment, "identify", "", body=traits)

    def owned(self, stream: str, key: str) -> dict[Any, list[Row]]:
        """Return the rows that complete another's, by the key of the row that they belong to."""
        by_owner = defaultdict(list)
        for row in self.living(stream):
            by_owner[row[key]].append(row)
        return by_owner

    def share(self, stream: str, key: str, details: Mapping[Any, list[Row]], fates: Mapping[Any, str]) -> None:
        """Give each of these rows the fate of the row that it belongs to; licenses of nobody are merely filtered."""
        orphan = "filtered" if stream == "licenses" else "dead"
        for row in (row for rows in details.values() for row in rows):
            fate = fates.get(row[key], orphan)
            if fate == "mapped":
                self.truth.fates.map(stream)
            elif fate == "filtered":
                self.truth.fates.filter(stream, "as its owner")
            else:
                self.truth.fates.bury(stream, row, "as its owner")


def _accounts(telling: _Telling) -> None:
    fates = telling.truth.fates
    licenses = telling.owned("licenses", "account_id")
    wanting = fates.dead_values("licenses", "account_id")
    ends = {}
    for row in telling.living("accounts"):
        key = row["account_id"]
        owned = licenses.get(key, [])
        if key in wanting:
            fates.bury("accounts", row, "Broken-Detail")
        elif row["deleted_at"] is not None:
            fates.filter("accounts", "deleted account")
            ends[key] = "filtered"
        else:
            fates.map("accounts")
            ends[key] = "mapped"
            moment = max([row["updated_at"], *(license_["updated_at"] for license_ in owned)])
            traits = bodies.account_traits(row, owned)
            telling.introduce("accounts", row, moment, traits, ("email", "first_name", "last_name"))
    ends |= dict.fromkeys(fates.dead_values("accounts", "account_id"), "dead")
    telling.share("licenses", "account_id", licenses, ends)


def _memberships(telling: _Telling) -> None:
    for row in telling.living("memberships"):
        telling.truth.fates.map("memberships")
        moment = max(row["member_updated_at"], row["updated_at"] or row["member_updated_at"])
        body, group_id = bodies.group_traits(row), str(row["group_id"])
        if "email" in body and not bodies.is_email(body["email"]):
            telling.truth.refused["memberships"] += 1
            continue
        telling.say("memberships", row, moment, "group", "", body=body, group_id=group_id)


def _sign_ups(telling: _Telling) -> None:
    for row in telling.living("sign_ups"):
        telling.truth.fates.map("sign_ups")
        names = ("email", "first_name", "last_name")
        if telling.identify == "history":
            telling.introduce("sign_ups", row, row["created_at"], bodies.trimmed(row, names), names)
        telling.say("sign_ups", row, row["created_at"], "track", "User Signed Up")


def _sign_ins(telling: _Telling) -> None:
    for row in telling.living("sign_ins"):
        telling.truth.fates.map("sign_ins")
        moment = row["signed_in_at"]
        if telling.identify == "history":
            telling.introduce("sign_ins", row, moment, bodies.trimmed(row, ("email",)), ("email",))
        context = bodies.present(ip=row["ip_address"], userAgent=row["user_agent"])
        telling.say("sign_ins", row, moment, "track", "User Signed In", context=context)


def _profile_updates(telling: _Telling) -> None:
    for row in telling.living("profile_updates"):
        telling.truth.fates.map("profile_updates")
        traits = bodies.profile_traits(row)
        if telling.identify == "history" and traits:
            telling.introduce("profile_updates", row, row["changed_at"], traits, ())
        if row["section"] not in ("details", "password", "credit_card"):
            telling.truth.refused["profile_updates"] += 1
            continue
        body = bodies.profile_properties(row)
        telling.say("profile_updates", row, row["changed_at"], "track", "User Updated Profile", body=body)


def _license_changes(telling: _Telling) -> None:
    history = telling.identify == "history"
    licenses = telling.owned("licenses", "account_id") if history else {}
    wanting = telling.truth.fates.dead_values("licenses", "account_id") if history else set()
    ends = {}
    for row in telling.living("license_changes"):
        key, moment = row["account_id"], row["changed_at"]
        if key in wanting:
            telling.truth.fates.bury("license_changes", row, "Broken-Detail")
            continue
        telling.truth.fates.map("license_changes")
        ends[key] = "mapped"
        existing = [one for one in licenses.get(key, []) if one["created_at"] is None or one["created_at"] <= moment]
        if existing:
            telling.introduce("license_changes", row, moment, bodies.license_traits(existing), ())
        if row["action"] not in ("added", "edited"):
            telling.truth.refused["license_changes"] += 1
            continue
        body = bodies.present(license_id=str(row["license_id"]), action=row["action"])
        telling.say("license_changes", row, moment, "track", "User Viewed Licenses", body=body)
    telling.share("licenses", "account_id", licenses, ends)


def _cart_events(telling: _Telling) -> None:
    names = {"add": "Product Added", "remove": "Product Removed"}
    for row in telling.living("cart_events"):
        name = names.get(row["action"])
        if name is None:
            telling.truth.fates.bury("cart_events", row, "Unknown-Value")
        else:
            telling.truth.fates.map("cart_events")
            telling.say("cart_events", row, row["happened_at"], "track", name, body=bodies.cart_properties(row))


def _checkouts(telling: _Telling) -> None:
    def tell(row: Row, lines: list[Row]) -> str:
        body = bodies.checkout_properties(row, lines)
        telling.say("checkouts", row, row["started_at"], "track", "Checkout Started", body=body)
        return "mapped"

    _with_lines(telling, "checkouts", "checkout_lines", "checkout_id", tell)


def _orders(telling: _Telling) -> None:
    def tell(row: Row, lines: list[Row]) -> str:
        if row["is_test"] or row["status"] not in ("completed", "refunded"):
            return "test order" if row["is_test"] else "order not completed"
        if row["completed_at"] is None:
            return "Missing-Time"
        if row["total"] is None:
            telling.truth.refused["orders"] += 1
            return "mapped"
        body = bodies.order_properties(row, lines)
        telling.say("orders", row, row["completed_at"], "track", "Order Completed", body=body)
        return "mapped"

    _with_lines(telling, "orders", "order_lines", "order_id", tell)


def _with_lines(telling: _Telling, stream: str, detail: str, key: str, tell: Callable[[Row, list[Row]], str]) -> None:
    """Tell the rows of a stream that has lines, by a function that says what became of each row."""
    fates = telling.truth.fates
    lines = telling.owned(detail, key)
    wanting = fates.dead_values(detail, key)
    ends = {}
    for row in telling.living(stream):
        reason = "Broken-Detail" if row[key] in wanting else tell(row, lines.get(row[key], []))
        if reason == "mapped":
            fates.map(stream)
            ends[row[key]] = "mapped"
        elif reason in ("Broken-Detail", "Missing-Time"):
            fates.bury(stream, row, reason)
        else:
            fates.filter(stream, reason)
            ends[row[key]] = "filtered"
    telling.share(detail, key, lines, ends)


_TELLERS: Mapping[str, Callable[[_Telling], None]] = {
    "accounts": _accounts,
    "memberships": _memberships,
    "sign_ups": _sign_ups,
    "sign_ins": _sign_ins,
    "profile_updates": _profile_updates,
    "license_changes": _license_changes,
    "cart_events": _cart_events,
    "checkouts": _checkouts,
    "orders": _orders,
}
