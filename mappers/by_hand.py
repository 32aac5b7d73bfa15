"""Messages that a person writes: one each, whose row is its own content."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from mappers.envelope import Call
from mappers.kinds import Instant, Key, milliseconds
from mappers.messages import Json
from mappers.outcomes import Draft

BY_HAND = "by_hand"
"""The stream of such messages, which no model yields."""

RULES: Mapping[Call, str] = {"identify": "identify_by_hand", "group": "group_by_hand"}
"""The plan's rules of those calls; a Track has that of its event."""


class Written(NamedTuple):
    """A message in the wire's names. `body` holds traits or properties, `custom` those that are not standard ones."""

    user_id: Key | None
    anonymous_id: Key | None
    group_id: Key | None
    body: Mapping[str, Json]
    custom: Mapping[str, Json]
    context: Mapping[str, Json]


def shadowed(custom: Iterable[str], standard: Iterable[str]) -> list[str]:
    """Return the standard names that a custom one has, however it is spelled: a warehouse makes one column of both."""
    known = {plain(name): name for name in standard}
    return sorted({known[plain(name)] for name in custom if plain(name) in known})


def plain(name: str) -> str:
    """Return the name without what spellings differ in: `createdAt`, `created_at` and `Created At` are one."""
    return re.sub(r"[\W_]", "", name).lower()


def as_planned(traits: Mapping[str, Json]) -> dict[str, Json]:
    """Return a person's traits as the plan spells them: the company's name is `company_name` there."""
    company = dict(traits.get("company", {}))
    name = company.pop("name", None)
    planned = {**traits, "company": company or None, "company_name": name}
    return {name: value for name, value in planned.items() if value is not None}


def draft(rule: str, written: Written, at: Instant) -> Draft:
    """Return the draft of a message that happened at that moment: the same content has the same id."""
    content = [rule, milliseconds(at), *written]
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:32]
    context: Any = written.context or None
    body = {**written.body, **written.custom}
    return Draft(
        rule, written.user_id, written.anonymous_id, at, Key(digest), "", body, written.group_id, context
    )  # fmt: skip
