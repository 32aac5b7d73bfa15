"""What leaves of a draft's personal fields: as they are, left out, or replaced by what says less.

A field is named by its path in the message: `("traits", "licenses", "[]", "license_number")`, where `[]` is every item
of an array and `*` any field that has no name of its own in the plan.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final, Literal, NamedTuple, get_args

from mappers.messages import Json
from mappers.outcomes import Draft

Policy = Literal["send", "drop", "hmac", "truncate", "year"]
POLICIES: tuple[Policy, ...] = get_args(Policy)

ITEM, OTHER = "[]", "*"
"""The parts of a path that are no names."""

Path = tuple[str, ...]

GONE: Final = object()
"""What is left of a value that does not leave."""

Action = Callable[[Json], Json]
"""Gives what leaves of a value, `GONE` where nothing does. What it was not made for does not leave."""

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NETWORK = {4: 24, 6: 48}  # bits, by the version of IP


class PersonalField(NamedTuple):
    """A field of a rule that the plan gives a class, and what becomes of it."""

    rule: str
    path: Path
    pii_class: str
    policy: Policy


@dataclass(frozen=True)
class Policies:
    """The policy of each class, `send` where there is none; of the traits, only `traits` leave, if they are given."""

    classes: Mapping[str, Policy] = field(default_factory=dict)
    traits: frozenset[str] | None = None

    def of(self, path: Path, pii_class: str | None) -> Policy:
        """Return what becomes of a field, but for what becomes of those that it is part of."""
        if self.traits is not None and path[:1] == ("traits",) and len(path) > 1 and path[1] not in self.traits:
            return "drop"
        return self.classes.get(pii_class, "send") if pii_class else "send"


@dataclass(frozen=True)
class Disclosure:
    """What is done to a rule's drafts: to the body, to the context of their own, or to neither."""

    body: Action | None = None
    context: Action | None = None

    def of_body(self, body: Mapping[str, Json]) -> Mapping[str, Json]:
        """Return what leaves of a body: the very same where it has nothing that a policy is about."""
        left: Mapping[str, Json] = self.body(body) if self.body else body
        return left

    def of(self, draft: Draft) -> Draft:
        """Return the draft as it may leave: the very same one where it has nothing that a policy is about."""
        body = self.of_body(draft.body)
        own = self.context(draft.context) if self.context and draft.context else draft.context
        if body is draft.body and own is draft.context:
            return draft
        return draft._replace(body=body, context=own)


def drop(_: Json) -> Json:
    """Let nothing leave."""
    return GONE


def pseudonym(key: bytes) -> Action:
    """Return what replaces a text by its HMAC-SHA256 (RFC 2104), as 64 digits in lower-case hex.

    Blanks around it do not count, nor the case of an e-mail address, so that equal addresses have equal pseudonyms.
    """

    def replaced(value: Json) -> Json:
        if not isinstance(value, str):
            return GONE
        text = value.strip()
        if _ADDRESS.fullmatch(text):
            text = text.lower()
        return hmac.digest(key, text.encode(errors="surrogatepass"), "sha256").hex()

    return replaced


def truncated(value: Json) -> Json:
    """Return an IP address's network, its first 24 bits, of IPv6 48, the others zero; of other texts the first letter.

    An IPv4 address that is written as IPv6 keeps its IPv4 network (RFC 4291, section 2.5.5.2).
    """
    if not isinstance(value, str):
        return GONE
    try:
        address: Any = ip_address(value.strip()) if "." in value or ":" in value else None
    except ValueError:
        address = None
    if address is None:
        return value[:1]
    address = getattr(address, "ipv4_mapped", None) or address
    host = address.max_prefixlen - _NETWORK[address.version]
    return str(type(address)(int(address) >> host << host))


def year(value: Json) -> Json:
    """Return the year of a date or of an instant, as four digits."""
    return value[:4] if isinstance(value, str) and _DATE.match(value) else GONE


def fields(named: Mapping[str, Action | None], others: Action | None = None) -> Action:
    """Return what does this to an object's named fields, and that to all that have no name there.

    An object that has none of them stays the very same.
    """
    actions = {name: action for name, action in named.items() if action}

    def disclosed(value: Json) -> Json:
        if not isinstance(value, dict):
            return GONE
        found = {name: action(value[name]) for name, action in actions.items() if name in value}
        if others:
            found |= {name: others(one) for name, one in value.items() if name not in named}
        if not found:
            return value
        left = {**value, **found}
        return {name: one for name, one in left.items() if one is not GONE}

    return disclosed


def items(action: Action) -> Action:
    """Return what does this to every item of an array."""

    def disclosed(value: Json) -> Json:
        if not isinstance(value, list):
            return GONE
        left = [action(one) for one in value]
        return [one for one in left if one is not GONE]

    return disclosed
